import { expect, it } from 'vitest';
import { knowsEveryKey, nearestKey } from '../../src/domain/openclaw/known-keys.js';

it('a root key is not the answer to a key of the gateway section', () => {
  expect(nearestKey('gateway', 'hooks')).toBeUndefined();
});

it.each([
  ['2026.3.11', true],
  ['2026.9.6', true],
  ['2026.9.7', false],
  ['2026.11.1', false],
  ['2027.1.0', false],
])('%s has no key beyond the table: %s', (version, expected) => {
  expect(knowsEveryKey(version)).toBe(expected);
});
