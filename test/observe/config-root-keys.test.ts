import { expect, it } from 'vitest';
import { newerKeys, unknownKeys } from '../../src/observe/files/config-unknown-keys.js';
import { Vault } from '../../src/secrets/vault.js';

/** As `openclaw config validate` of 2026.5.18 and 2026.9.6 says of each (measured). */
it.each([
  ['"$schema": "x"', []],
  ['"__proto__": {"x": 1}', []],
  ['"constructor": {"x": 1}', ['constructor']],
  ['"prototype": 1', ['prototype']],
  ['"_comment": "x"', ['_comment']],
  ['"//": "x"', ['//']],
  ['"toString": "x"', ['toString']],
  ['"gatway": {"auth": {}}', ['gatway']],
  ['"gateway": {"__proto__": {}}', []],
  ['"gateway": {"$schema": "x"}', ['gateway.$schema']],
  ['"gateway": {"_comment": "x"}', ['gateway._comment']],
  ['"gateway": {"constructor": {}}', ['gateway.constructor']],
  ['"agents": {"anything": {}}', []],
])('{%s} has the unknown keys %j', (text, expected) => {
  const config = JSON.parse(`{${text}}`) as Record<string, unknown>;
  expect(unknownKeys(config, new Vault()).map((key) => key.path)).toEqual(expected);
});

it('names the key that was meant', () => {
  expect(unknownKeys({ gatway: {} }, new Vault())).toEqual([
    { path: 'gatway', nearest: 'gateway' },
  ]);
});

it('names the keys that only 2026.9 has, at the root and below', () => {
  const gateway = {
    publicOrigin: 'https://a.example',
    mode: 'local',
    auth: { identityScopes: {} },
  };
  const config = { tts: {}, gateway, channels: { publicOrigin: 'x' } };
  expect(newerKeys(config)).toEqual(['tts', 'gateway.publicOrigin', 'gateway.auth.identityScopes']);
});

it('names none where there is none, whatever the types', () => {
  expect(newerKeys({ gateway: { mode: 'local', reload: { mode: 'off' } } })).toEqual([]);
  expect(newerKeys({ gateway: 7 })).toEqual([]);
  expect(newerKeys({ gateway: { auth: ['identityScopes'], controlUi: null } })).toEqual([]);
});
