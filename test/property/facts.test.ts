import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { explain } from '../../src/causes/explain.js';
import { judge } from '../../src/engine/judge.js';
import type { Observation, ObservationState } from '../../src/model/observation.js';
import type { Report } from '../../src/model/report.js';
import { corpus } from './corpus.js';
import { broken, independent } from './invariants.js';
import { at, mutateValue, poolOf, valueMutation } from './mutate.js';
import { announce, seed, times } from './seed.js';

announce('test/property/facts.test.ts');

const pool = poolOf(corpus);
const report = (observations: readonly Observation[]): Report =>
  judge(observations, checks, explain);
const baselines = corpus.map(report);
const situation = fc.nat({ max: corpus.length - 1 });

const failures: Exclude<ObservationState, 'ok'>[] = [
  'absent',
  'denied',
  'timeout',
  'error',
  'cancelled',
  'unsupported',
];

/** What cannot be read has no data, and says why. */
function failed(observation: Observation, state: Exclude<ObservationState, 'ok'>): Observation {
  const { data: _gone, ...rest } = observation;
  return { ...rest, state, reason: `EACCES (${state})`, complete: false };
}

describe('any observations at all', () => {
  it('of the corpus keep the rules', () => {
    for (const [n, baseline] of baselines.entries()) {
      expect(broken(corpus[n] ?? [], baseline)).toEqual([]);
    }
  });

  it('of which one could not be read: no verdict rests on it, nothing else changes', () => {
    fc.assert(
      fc.property(situation, fc.nat(), fc.constantFrom(...failures), (n, which, state) => {
        const observations = corpus[n] ?? [];
        const open = observations.filter((o) => o.id !== 'run' && o.id !== 'host.discovery');
        const target = at(open, which);
        const changed = observations.map((o) => (o === target ? failed(o, state) : o));
        const after = report(changed);
        expect(broken(changed, after)).toEqual([]);
        const before = baselines[n];
        if (before) expect(independent(after, target.id)).toEqual(independent(before, target.id));
      }),
      { seed, numRuns: 250 * times },
    );
  });

  it('of which any number could not be read', () => {
    const states = fc.array(fc.option(fc.constantFrom(...failures), { nil: undefined, freq: 1 }), {
      minLength: 60,
      maxLength: 60,
    });
    fc.assert(
      fc.property(situation, states, (n, fates) => {
        const changed = (corpus[n] ?? []).map((o, index) => {
          const state = fates[index];
          return o.id === 'run' || state === undefined ? o : failed(o, state);
        });
        const after = report(changed);
        expect(broken(changed, after)).toEqual([]);
      }),
      { seed, numRuns: 100 * times },
    );
  });

  it('in which one value is another: what does not depend on it stays as it was', () => {
    fc.assert(
      fc.property(situation, valueMutation, (n, mutation) => {
        const { observations, changed, what } = mutateValue(corpus[n] ?? [], mutation, pool);
        const after = report(observations);
        expect(broken(observations, after), what).toEqual([]);
        const before = baselines[n];
        if (!before) return;
        expect(independent(after, changed.id), what).toEqual(independent(before, changed.id));
      }),
      { seed, numRuns: 350 * times },
    );
  });

  it('in which many values are others: no crash, and the same report twice', () => {
    fc.assert(
      fc.property(
        situation,
        fc.array(valueMutation, { minLength: 2, maxLength: 12 }),
        (n, mutations) => {
          let observations: readonly Observation[] = corpus[n] ?? [];
          const told: string[] = [];
          for (const mutation of mutations) {
            const next = mutateValue(observations, mutation, pool);
            observations = next.observations;
            told.push(next.what);
          }
          const after = report(observations);
          expect(broken(observations, after), told.join('\n')).toEqual([]);
          expect(report(structuredClone(observations))).toEqual(after);
        },
      ),
      { seed, numRuns: 150 * times },
    );
  });
});
