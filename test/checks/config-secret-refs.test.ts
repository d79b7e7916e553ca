import { expect, it } from 'vitest';
import check from '../../checks/doctor/config-secret-refs.js';
import type { CredentialSourceFacts, SecretRef } from '../../src/model/facts-gateway.js';
import type { Mark } from '../../src/model/mark.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, healthyGateway, judgeOne, put, set, source, url } from './facts-builder.js';

type Resolution = CredentialSourceFacts['resolved'][number];

const variable: SecretRef = { source: 'env', form: 'object', provider: 'default', id: 'GW' };
const template: SecretRef = { ...variable, form: 'template' };
const fileRef: SecretRef = { source: 'file', form: 'object', provider: 'f', id: '/t' };
const execRef: SecretRef = { ...fileRef, source: 'exec' };
const lost: Mark = { state: 'unresolved-ref', kind: 'token', flags: [] };
const hidden: Mark = { state: 'unreadable', kind: 'token', flags: [] };

const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };
const resolved =
  (
    slot: Resolution['slot'],
    ref: SecretRef,
    environment: Resolution['environment'],
    mark: Mark,
    more: Partial<Resolution> = {},
  ): Change =>
  (s) => {
    const { resolved: all } = s.data['gateway.credentials'];
    all.push({ slot, ref, environment, mark, reason: 'why not', ...more });
    if (slot === 'token') put(s, source('config', lost, { ref }));
    if (slot === 'hooks-token') {
      s.data['gateway.config'].hooks = { enabled: true, token: { mark: lost, ref } };
    }
  };
const everywhere = (slot: Resolution['slot'], ref: SecretRef, shell: Mark, service: Mark) =>
  both(resolved(slot, ref, 'shell', shell), resolved(slot, ref, 'service', service));
const remoteUrl: Change = (s) => {
  const token = { mark: lost };
  s.data['gateway.config'].remote = { url: url('ws://127.0.0.1:18789'), token, password: token };
};
const unit: Change = (s) => {
  s.data['gateway.credentials'].service = {
    supervisor: 'systemd-user',
    unit: 'openclaw-gateway.service',
    path: '~/x',
    environmentFiles: [],
  };
};
const refused: Partial<Resolution> = { refused: { lines: ['2026.9'], reason: '2 hard links' } };

describeCheck(check, [
  ['no reference', '2026.5', () => {}, ['no-reference']],
  ['the shared secret', '2026.9', resolved('token', fileRef, 'any', set(1)), ['resolves']],
  ['the shared secret, broken', '2026.9', resolved('token', fileRef, 'any', lost), ['as-source']],
  [
    'the shared secret with two hard links',
    '2026.9',
    resolved('token', fileRef, 'any', set(1), refused),
    ['as-source'],
  ],
  [
    'the same where that is no fault',
    '2026.5',
    resolved('token', fileRef, 'any', set(1), refused),
    ['resolves'],
  ],
  [
    'a password beside mode token',
    '2026.5',
    both(resolved('password', fileRef, 'any', lost), (s) => {
      s.data['gateway.config'].authMode = 'token';
    }),
    ['not-used'],
  ],
  [
    'mode none',
    '2026.5',
    both(resolved('token', fileRef, 'any', lost), (s) => {
      s.data['gateway.config'].authMode = 'none';
    }),
    ['not-used'],
  ],
  [
    'a remote token that gives nothing, without a remote URL',
    '2026.5',
    resolved('remote-token', fileRef, 'any', lost),
    ['not-used'],
  ],
  [
    'a remote token that gives nothing, with one',
    '2026.5',
    both(remoteUrl, resolved('remote-token', fileRef, 'any', lost)),
    ['stops-next-start'],
  ],
  [
    'a remote token that gives nothing, with one',
    '2026.9',
    both(remoteUrl, resolved('remote-token', fileRef, 'any', lost)),
    ['stops-next-start'],
  ],
  [
    'a remote token whose file has two hard links, and no known version',
    '2026.5',
    both(remoteUrl, resolved('remote-token', fileRef, 'any', set(3), refused), (s) => {
      for (const id of ['host.install', 'gateway.state', 'gateway.process', 'probe.handshake']) {
        delete (s.data as Record<string, unknown>)[id];
      }
    }),
    ['depends-on-version'],
  ],
  [
    'a remote token in a variable of the unit',
    '2026.9',
    both(unit, remoteUrl, everywhere('remote-token', variable, lost, set(3))),
    ['resolves'],
  ],
  [
    'a variable that the unit does not have',
    '2026.9',
    both(unit, remoteUrl, everywhere('remote-token', variable, set(3), lost)),
    ['stops-next-start'],
  ],
  [
    'a variable of the shell, no unit',
    '2026.9',
    both(remoteUrl, everywhere('remote-token', variable, set(3), lost)),
    ['resolves'],
  ],
  [
    'a variable that nothing here has, no unit',
    '2026.9',
    both(remoteUrl, everywhere('remote-token', variable, lost, lost)),
    ['variable-unseen'],
  ],
  [
    'an exec provider, which is never run',
    '2026.9',
    both(remoteUrl, resolved('remote-token', execRef, 'any', lost)),
    ['not-followed'],
  ],
  [
    'a file that may not be read',
    '2026.9',
    both(remoteUrl, resolved('remote-token', fileRef, 'any', hidden)),
    ['not-followed'],
  ],
  ['hooks', '2026.5', everywhere('hooks-token', template, set(7), set(7)), ['resolves']],
  [
    'hooks of a unit without the variable',
    '2026.5',
    both(unit, everywhere('hooks-token', template, lost, lost)),
    ['hooks-token-is-text'],
  ],
  [
    'hooks without the variable, no unit',
    '2026.5',
    everywhere('hooks-token', template, lost, lost),
    ['variable-unseen'],
  ],
  [
    'hooks that are off',
    '2026.5',
    both(everywhere('hooks-token', template, lost, lost), (s) => {
      s.data['gateway.config'].hooks.enabled = false;
    }),
    ['not-used'],
  ],
  [
    'a SecretRef object for hooks',
    '2026.9',
    everywhere('hooks-token', variable, set(7), set(7)),
    ['hooks-token-not-text'],
  ],
  elsewhereHost,
]);

it('names the field, the reference and the reason', () => {
  const change = both(remoteUrl, resolved('remote-token', fileRef, 'any', lost));
  const [finding] = judgeOne(check, healthyGateway('2026.5', change));
  expect(finding?.subject).toBe('gateway:18789#gateway.remote.token');
  expect(finding?.text).toContain(
    '/t of secrets.providers.f (file), which gives nothing (why not)',
  );
});
