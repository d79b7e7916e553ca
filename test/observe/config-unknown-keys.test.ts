import { describe, expect, it } from 'vitest';
import { knowsEveryKey, nearestKey } from '../../src/domain/openclaw/known-keys.js';
import { unknownRootKeys } from '../../src/observe/files/config-unknown-keys.js';

describe('keys at the root of a config', () => {
  it.each([
    ['nonsense', undefined],
    ['gatway', 'gateway'],
    ['Gateway', 'gateway'],
    ['hook', 'hooks'],
    ['token', 'gateway.auth.token'],
  ])('%s is refused by every version (nearest: %s)', (key, nearest) => {
    const expected = { path: key, ...(nearest === undefined ? {} : { nearest }) };
    expect(unknownRootKeys({ gateway: {}, [key]: {} })).toEqual([expected]);
  });

  it('are known when any version has them', () => {
    const known = ['$schema', 'meta', 'canvasHost', 'crestodian', 'telemetry', 'worktreeRoot'];
    expect(unknownRootKeys(Object.fromEntries(known.map((key) => [key, {}])))).toEqual([]);
  });

  it('are not the answer to a key of the gateway section', () => {
    expect(nearestKey('gateway', 'hooks')).toBeUndefined();
  });

  it('are recorded without control characters, and not without end', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k\u001b${i}`, 1]));
    const found = unknownRootKeys(many);
    expect(found).toHaveLength(50);
    for (const { path } of found) expect(path).toMatch(/^[\w\ufffd?[\]]*$/);
  });
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
