import { describe, expect, it } from 'vitest';
import type { AnyCheck } from '../../src/model/check.js';
import type { FactSet } from '../../src/model/fact-set.js';
import type { Line } from '../../src/model/target.js';
import { type Change, healthyGateway, healthyProxy, judgeOne } from './facts-builder.js';

/** What happened, the line (or `proxy`), how the healthy situation is changed, the codes expected. */
export type Row = [what: string, line: Line | 'proxy', change: Change, codes: string[]];

export function situation(line: Line | 'proxy', change: Change): FactSet {
  return line === 'proxy' ? healthyProxy(change) : healthyGateway(line, change);
}

/** One test a row; and every code of the check has to be reached by some row or named in `elsewhere`. */
export function describeCheck(
  check: AnyCheck,
  rows: readonly Row[],
  elsewhere: string[] = [],
): void {
  describe(check.id, () => {
    it.each(rows)('%s (%s)', (_what, line, change, codes) => {
      expect(judgeOne(check, situation(line, change)).map((f) => f.code)).toEqual(codes);
    });

    it('has no code that nothing reaches', () => {
      const reached = new Set([...elsewhere, ...rows.flatMap(([, , , codes]) => codes)]);
      expect(Object.keys(check.codes).filter((code) => !reached.has(code))).toEqual([]);
    });
  });
}

export const elsewhereHost: Row = [
  'another host',
  '2026.5',
  (s) => {
    s.targets = s.targets.map((target) => ({ ...target, place: 'remote' }));
  },
  ['another-host'],
];
