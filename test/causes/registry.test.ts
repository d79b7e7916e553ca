import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { incidentRules } from '../../src/causes/incidents/index.js';
import { remedyCatalogue } from '../../src/causes/remedies/index.js';
import { stages } from '../../src/model/observation.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const codes = checks.flatMap((check) =>
  Object.entries(check.codes).map(([code, spec]) => ({ name: `${check.id} ${code}`, spec })),
);

describe('the check registry', () => {
  it.each(checks.map((check) => [check.id, check.stage]))(
    '%s has a file of its own',
    (id, stage) => {
      expect(existsSync(`${root}checks/${stage}/${id.replace('/', '-')}.ts`)).toBe(true);
    },
  );

  it('has every id once, and the stages in order', () => {
    expect(new Set(checks.map((c) => c.id)).size).toBe(checks.length);
    const order = checks.map((c) => stages.indexOf(c.stage));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it.each(codes.map(({ name, spec }) => [name, spec] as const))('%s', (_name, spec) => {
    const next = spec.next ?? [];
    expect(next.filter((id) => !remedyCatalogue[id])).toEqual([]);
    if (spec.outcome === 'warn' || spec.outcome === 'fail') expect(next).not.toHaveLength(0);
    if (spec.outcome === 'skip') expect(spec.skipReason).toBeDefined();
    expect(spec.text).not.toMatch(/^[A-Z][a-z]+ing\b|\s$|\.$/);
  });

  it('is blocked and answered only by checks that exist, and by codes that fail', () => {
    const byId = new Map(checks.map((c) => [c.id, c]));
    for (const check of checks) {
      for (const id of check.answeredBy ?? [])
        expect(byId.has(id), `${check.id}: ${id}`).toBe(true);
      for (const by of check.blockedBy ?? []) {
        for (const code of by.codes) {
          const spec = byId.get(by.check)?.codes[code];
          // Not known because config/readable has failed: the root of both.
          if (code === 'port-not-known') continue;
          expect(spec?.outcome, `${check.id} blocked by ${by.check} ${code}`).toBe('fail');
        }
      }
    }
  });
});

describe('the incident registry', () => {
  /** Rank is the order of the table in the design. */
  const ranks = [
    118, 115, 113, 111, 110, 109, 114, 119, 105, 106, 107, 108, 116, 112, 123, 124, 117, 122, 102,
    101, 125, 120, 121, 103, 104,
  ];

  it('stands in rank order, each code once', () => {
    const order = incidentRules.map((rule) => ranks.indexOf(Number(rule.code.slice(5))));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
  });

  it.each(incidentRules.map((rule) => [rule.code, rule] as const))(
    '%s can be found by what users see',
    (_code, rule) => {
      expect(rule.symptoms.length).toBeGreaterThan(2);
      expect(rule.about.length).toBeGreaterThan(80);
    },
  );
});
