import { expect, it } from 'vitest';
import check from '../../checks/doctor/config-duplicates.js';
import type { CredentialSourceFacts, SecretRef } from '../../src/model/facts-gateway.js';
import type { Mark } from '../../src/model/mark.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import {
  type Change,
  healthyGateway,
  judgeOne,
  put,
  set,
  source,
  unset,
  url,
} from './facts-builder.js';

type Slot = CredentialSourceFacts['resolved'][number]['slot'];

const fileA: SecretRef = { source: 'file', form: 'object', provider: 'a', id: '/t' };
const fileB: SecretRef = { ...fileA, provider: 'b' };
const lost: Mark = { state: 'unresolved-ref', kind: 'token', flags: [] };

const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };
const reference =
  (slot: Slot, ref: SecretRef, mark: Mark): Change =>
  (s) => {
    const { resolved } = s.data['gateway.credentials'];
    resolved.push({ slot, ref, environment: 'any', mark });
    put(s, source(slot === 'token' ? 'config' : 'remote', lost, { ref }));
  };
const remoteAt =
  (address: string): Change =>
  (s) => {
    const token = { mark: lost };
    s.data['gateway.config'].remote = { url: url(address), token, password: token };
  };
const here = remoteAt('ws://127.0.0.1:18789');
const unit =
  (value?: number): Change =>
  (s) => {
    put(s, source('service-env', value === undefined ? unset() : set(value)));
    s.data['gateway.credentials'].service = {
      supervisor: 'systemd-user',
      unit: 'openclaw-gateway.service',
      path: '~/x',
      environmentFiles: [],
    };
  };
const hooks =
  (value: number, enabled = true): Change =>
  (s) => {
    s.data['gateway.config'].hooks = { enabled, token: { mark: set(value, 'hooks-token') } };
  };
const own = reference('token', fileA, set(1));

describeCheck(check, [
  ['a plain token', '2026.5', () => {}, ['one-place']],
  ['one reference', '2026.9', own, ['one-place']],
  [
    'a variable over a plain token',
    '2026.5',
    (s) => put(s, source('shell', set(2))),
    ['one-place'],
  ],
  [
    'two references to two files',
    '2026.9',
    both(own, here, reference('remote-token', fileB, set(2))),
    ['places-differ'],
  ],
  [
    'two references to two files with one value',
    '2026.9',
    both(own, here, reference('remote-token', fileB, set(1))),
    ['places-agree'],
  ],
  [
    'the same reference twice',
    '2026.9',
    both(own, here, reference('remote-token', fileA, set(1))),
    ['one-place'],
  ],
  [
    'a remote token of another gateway',
    '2026.9',
    both(own, remoteAt('wss://other.example'), reference('remote-token', fileB, set(2))),
    ['one-place'],
  ],
  [
    'a remote token without a URL, which nobody follows',
    '2026.9',
    both(own, reference('remote-token', fileB, set(2))),
    ['one-place'],
  ],
  [
    'a SecretRef beside the variable of the unit, which the server takes instead',
    '2026.5',
    both(unit(2), own),
    ['places-differ'],
  ],
  ['the same where the server takes the SecretRef', '2026.9', both(unit(2), own), ['one-place']],
  [
    'no local token: the unit for the server, a remote reference for the CLI',
    '2026.5',
    both(unit(2), reference('remote-token', fileB, set(3)), (s) =>
      put(s, source('config', unset())),
    ),
    ['places-differ'],
  ],
  ['hooks with the token of the gateway', '2026.5', hooks(1), ['hooks-token-stops']],
  ['hooks with the token of the gateway', '2026.9', hooks(1), ['hooks-token-equal']],
  ['hooks that are off', '2026.5', hooks(1, false), ['one-place']],
  ['hooks with a token of their own', '2026.9', hooks(7), ['one-place']],
  [
    'a remote reference that gives nothing, where the other is for the server alone',
    '2026.9',
    both(unit(), here, reference('remote-token', fileB, lost), (s) => {
      const ref: SecretRef = { source: 'env', form: 'object', provider: 'default', id: 'GW' };
      put(s, source('config', lost, { ref }));
      s.data['gateway.credentials'].resolved.push(
        { slot: 'token', ref, environment: 'shell', mark: lost },
        { slot: 'token', ref, environment: 'service', mark: set(1) },
      );
    }),
    ['place-unreadable'],
  ],
  [
    'a remote reference that gives nothing beside a token that every reader has',
    '2026.9',
    both(own, here, reference('remote-token', fileB, lost)),
    ['one-place'],
  ],
  elsewhereHost,
]);

it('names both places and who follows them', () => {
  const change = both(own, here, reference('remote-token', fileB, set(2)));
  const [finding] = judgeOne(check, healthyGateway('2026.9', change));
  expect(finding?.text).toContain('the server follows file /t of a and the remote client follows');
  expect(finding?.subject).toBe('gateway:18789#remote-client');
});
