import { expect, it } from 'vitest';
import { compareVersions } from '../../src/domain/openclaw/compare-versions.js';
import { satisfiesRange } from '../../src/domain/openclaw/node-range.js';

it.each([
  ['22.19.0', '>=22.19.0', true],
  ['22.18.9', '>=22.19.0', false],
  ['v26.1.0', '>=22.19', true],
  ['24.16.0', '>=24.16.0 <25 || >=26.1.0', true],
  ['24.15.9', '>=24.16.0 <25 || >=26.1.0', false],
  ['25.0.0', '>=24.16.0 <25 || >=26.1.0', false],
  ['26.0.9', '>=24.16.0 <25 || >=26.1.0', false],
  ['26.1.0', '>=24.16.0 <25 || >=26.1.0', true],
  ['22.4.1', '^22.4.0', true],
  ['23.0.0', '^22.4.0', false],
  ['22.4.9', '~22.4.1', true],
  ['22.5.0', '~22.4.1', false],
  ['22.9.9', '22', true],
  ['23.0.0', '<=22', false],
  ['22.9.0', '<=22', true],
  ['22.9.0', '>22', false],
  ['20.0.0', '>= 18', true],
  ['20.0.0', '*', true],
  ['20.0.0', 'lts/*', undefined],
  ['20.0.0', '', undefined],
  ['unknown', '>=18', undefined],
] as const)('Node %s in %s: %s', (version, range, expected) => {
  expect(satisfiesRange(version, range)).toBe(expected);
});

it.each([
  ['2026.5.18', '2026.9.6', -1],
  ['2026.9.10', '2026.9.6', 1],
  ['2026.9.6', '2026.9.6', 0],
  ['2026.9.6-beta.1', '2026.9.6', -1],
  ['2026.9.6-1', '2026.9.6', 0],
  ['main', '2026.9.6', undefined],
] as const)('%s against %s: %s', (a, b, expected) => {
  expect(compareVersions(a, b)).toBe(expected);
});
