import { expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { incidentRules } from '../../src/causes/incidents/index.js';
import { scenarios } from '../../src/lab/index.js';
import { controls, expectations } from './expectations.js';

// The score itself stages everything (`npm run score`); this only looks at its table.

it('has a scenario for every row of the reproducible failures', () => {
  const cited = new Set(expectations.flatMap(({ cites }) => cites));
  const rows = Array.from({ length: 38 }, (_, index) => `row ${index + 1}`);
  expect(rows.filter((row) => !cited.has(row))).toEqual([]);
});

it('has a scenario for every incident', () => {
  const needed = new Set(
    expectations.flatMap(({ needs }) =>
      needs.map((need) => ('incident' in need ? need.incident : '')),
    ),
  );
  expect(incidentRules.map(({ code }) => code).filter((code) => !needed.has(code))).toEqual([]);
});

it('expects something of every staged deployment: a fault or silence, never both', () => {
  const faults = expectations.map(({ scenario }) => scenario);
  expect(new Set(faults).size).toBe(faults.length);
  expect(faults.filter((name) => controls.includes(name))).toEqual([]);
  expect([...faults, ...controls].sort()).toEqual(scenarios.map(({ name }) => name).sort());
});

it('names only findings that exist', () => {
  const known = new Map(checks.map((check) => [check.id, Object.keys(check.codes)]));
  const unknown = expectations.flatMap(({ needs }) =>
    needs.filter(
      (need) =>
        'check' in need &&
        !(known.get(need.check) ?? []).some(
          (code) => need.code === undefined || code === need.code,
        ),
    ),
  );
  expect(unknown).toEqual([]);
});
