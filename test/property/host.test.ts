import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnose, judgeAgain, observersFor } from '../../src/diagnose.js';
import type { ObservationId } from '../../src/model/facts.js';
import { type Observation, observationKey } from '../../src/model/observation.js';
import { Vault } from '../../src/secrets/vault.js';
import { type Behaviour, behaviours, type GarbageServer, startGarbage } from './garbage-server.js';
import { broken } from './invariants.js';
import { at } from './mutate.js';
import { fileMutation, mutateFile } from './mutate-file.js';
import { announce, seed, times } from './seed.js';
import { type StagedHost, stageHost } from './staged-host.js';

announce('test/property/host.test.ts');

let gateway: GarbageServer;
let proxy: GarbageServer;
const hosts: StagedHost[] = [];

beforeAll(async () => {
  gateway = await startGarbage();
  proxy = await startGarbage();
  const ports = { gateway: gateway.port, proxy: proxy.port };
  for (const line of ['2026.5', '2026.9'] as const) {
    hosts.push(await stageHost(line, ports, gateway.accepts));
  }
});

afterAll(() => {
  gateway.close();
  proxy.close();
  for (const host of hosts) host.remove();
});

/** What can be wrong with a run, whatever the host is like. */
async function faultsOf(staged: StagedHost): Promise<string[]> {
  const { host, options, canaries } = staged;
  const started = performance.now();
  const { report, observations } = await diagnose(options, host);
  const tookMs = performance.now() - started;
  const texts = [
    { name: 'the report', text: JSON.stringify(report) },
    { name: 'the observations', text: JSON.stringify(observations) },
  ];
  const faults = [...broken(observations, report), ...canaries.found(texts)];
  if (tookMs > options.budgetMs + 4000) faults.push(`it took ${Math.round(tookMs)} ms`);
  for (const [name, value] of Object.entries({ report, observations })) {
    if (holdsControl(value)) faults.push(`a control character in the ${name}`);
  }
  const again = judgeAgain(observations);
  if (JSON.stringify(again) !== JSON.stringify(report)) faults.push('a replay differs');
  return faults;
}

/** Anything that a terminal could obey: C0 but for tab and line feed, C1, and bidirectional marks. */
function holdsControl(value: unknown): boolean {
  if (typeof value === 'string') {
    return [...value].some((character) => {
      const code = character.codePointAt(0) ?? 0;
      const isSpace = code === 9 || code === 10;
      return (code < 32 && !isSpace) || (code > 126 && code < 160) || isBidirectional(code);
    });
  }
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([key, inner]) => holdsControl(key) || holdsControl(inner));
}

function isBidirectional(code: number): boolean {
  return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

const host = fc.nat({ max: 1 });
const behaviour = fc.constantFrom<Behaviour[]>(...behaviours);

describe('any host at all', () => {
  it('as it was staged keeps the rules, and is understood', async () => {
    for (const staged of hosts) {
      staged.restore();
      expect(await faultsOf(staged), staged.line).toEqual([]);
      const { report } = await diagnose(staged.options, staged.host);
      const outcome = (id: string) => report.checks.find((check) => check.id === id)?.outcome;
      // Else the mutations would all be of a host on which nothing is looked at.
      expect([outcome('config/readable'), outcome('process/gateway')]).toEqual(['pass', 'pass']);
      expect(outcome('probe/anonymous')).toBe('pass');
    }
  });

  it('with broken files and servers: no crash, no hang, no leak, a valid report', {
    timeout: 240_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1 }),
        fc.array(fileMutation, { minLength: 1, maxLength: 3 }),
        fc.option(behaviour, { nil: 'honest' as const, freq: 2 }),
        async (which, mutations, as) => {
          const staged = hosts[which] as StagedHost;
          staged.restore();
          gateway.behave(as);
          proxy.behave(as);
          const told = mutations.map((m) => mutateFile(staged.files, staged.fifo, m));
          const faults = await faultsOf(staged);
          expect(faults, `${staged.line}, ${as}: ${told.join('; ')}`).toEqual([]);
        },
      ),
      { seed, numRuns: 110 * times },
    );
  });

  it('with one broken file: what does not read that file sees what it saw before', {
    timeout: 120_000 * times,
  }, async () => {
    const before: Map<string, string>[] = [];
    gateway.behave('honest');
    proxy.behave('honest');
    for (const staged of hosts) {
      staged.restore();
      before.push(seenBy((await diagnose(patient(staged), staged.host)).observations));
    }
    await fc.assert(
      fc.asyncProperty(host, fc.nat(), fileMutation, async (which, source, mutation) => {
        const staged = hosts[which] as StagedHost;
        staged.restore();
        const [pattern, readers] = at(sources, source);
        const files = staged.files.filter((file) => pattern.test(file));
        fc.pre(files.length > 0);
        const told = mutateFile(files, staged.fifo, mutation);
        const { report, observations } = await diagnose(patient(staged), staged.host);
        expect(broken(observations, report), told).toEqual([]);
        const after = seenBy(observations);
        const changed = [...(before[which] ?? [])]
          .filter(([key, value]) => after.has(key) && after.get(key) !== value)
          .map(([key]) => key.slice(0, key.indexOf('@')));
        expect(
          changed.filter((id) => !withUsers(readers).has(id)),
          `${staged.line}: ${told}`,
        ).toEqual([]);
      }),
      { seed, numRuns: 40 * times },
    );
  });
});

/** With time enough: what is compared here is who reads what. */
function patient({ options }: StagedHost): StagedHost['options'] {
  return { ...options, budgetMs: 20_000 };
}

/** Files that few read, and the observations that are made from them. */
const sources: readonly [RegExp, readonly ObservationId[]][] = [
  [/clawdoctor\.json$/, ['host.expectations']],
  [
    /agents\/main\/agent\//,
    ['agent.store', 'gateway.models', 'gateway.shared-store', 'gateway.credential-files'],
  ],
  [/\/(identity|devices)\//, ['gateway.pairing', 'gateway.credential-files']],
  [/\.log$/, ['gateway.logs', 'gateway.credential-files']],
  [/\/proc\/777\//, ['proxy.process', 'host.listeners']],
];

/** These observations, and every one that an observer makes with their help. */
function withUsers(roots: readonly ObservationId[]): ReadonlySet<string> {
  const found = new Set<string>(roots);
  const observers = observersFor(new Vault());
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const { id, uses } of observers) if (uses?.some((used) => found.has(used))) found.add(id);
  }
  return found;
}

/** What each observation says, without what differs from run to run: times, loads and numbering. */
function seenBy(observations: readonly Observation[]): Map<string, string> {
  const passing = /Ms$|^(class|rawClass|fingerprint|load1|availableBytes|swapFreeBytes)$/;
  const told = observations
    // A host that is busy may cut an observer off: that says nothing of who reads what.
    .filter(({ id, state }) => id !== 'run' && id !== 'host.pressure' && state !== 'timeout')
    .map((o): [string, string] => {
      const { state, reason, data } = o;
      const text = JSON.stringify({ state, reason, data }, (key, value: unknown) =>
        passing.test(key) ? undefined : value,
      );
      return [observationKey(o), text];
    });
  return new Map(told);
}
