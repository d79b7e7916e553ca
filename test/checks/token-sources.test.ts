import { expect, it } from 'vitest';
import check from '../../checks/doctor/token-sources.js';
import type { SecretRef } from '../../src/model/facts-gateway.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, healthyGateway, judgeOne, put, set, source, unset } from './facts-builder.js';

const ref: SecretRef = { source: 'env', form: 'template', provider: 'default', id: 'GW_TOKEN' };
const unresolved = { state: 'unresolved-ref' as const, kind: 'token' as const, flags: [] };
const template: Change = (s) => put(s, source('config', unresolved, { ref }));
const resolvedIn =
  (environment: 'shell' | 'service'): Change =>
  (s) => {
    template(s);
    s.data['gateway.credentials'].resolved.push({ slot: 'token', ref, environment, mark: set(3) });
  };
const shell: Change = (s) => put(s, source('shell', set(2)));
const unknownVersion: Change = (s) => {
  delete (s.data as { 'host.install'?: unknown })['host.install'];
  delete (s.data as { 'gateway.state'?: unknown })['gateway.state'];
};

describeCheck(check, [
  ['one token in the config', '2026.5', () => {}, ['one-value']],
  ['the same value in the shell', '2026.5', (s) => put(s, source('shell', set(1))), ['agree']],
  ['another value in the shell', '2026.5', shell, ['readers-differ']],
  ['another value in the shell, which this CLI ignores', '2026.9', shell, ['ignored-source']],
  ['another value in .env', '2026.5', (s) => put(s, source('dotenv', set(2))), ['readers-differ']],
  [
    'another value in .env, which this CLI ignores',
    '2026.9',
    (s) => put(s, source('dotenv', set(2))),
    ['ignored-source'],
  ],
  [
    'another value in the shell and no known version',
    '2026.5',
    (s) => {
      shell(s);
      unknownVersion(s);
    },
    ['depends-on-version'],
  ],
  ['one value and no known version', '2026.5', unknownVersion, ['one-value']],
  [
    'mode none',
    '2026.5',
    (s) => {
      s.data['gateway.config'].authMode = 'none';
    },
    ['no-secret-checked'],
  ],
  ['a template that nothing sets', '2026.5', template, ['reference-unresolved']],
  ['a template that nothing sets', '2026.9', template, ['reference-unresolved', 'generated-token']],
  ['a reference that only the shell sets', '2026.5', resolvedIn('shell'), ['environment-decides']],
  ['no token anywhere', '2026.5', (s) => put(s, source('config', unset())), ['generated-token']],
  [
    'a token in the unit alone',
    '2026.5',
    (s) => {
      put(s, source('config', unset()));
      put(s, source('service-env', set(4)));
      s.data['gateway.credentials'].service = {
        supervisor: 'systemd-user',
        unit: 'openclaw-gateway.service',
        path: '~/x',
        environmentFiles: [],
      };
    },
    ['client-finds-nothing'],
  ],
  [
    'token and password without a mode',
    '2026.5',
    (s) => put(s, source('config', set(9, 'password'), { slot: 'password' })),
    ['refuses-to-start'],
  ],
  [
    'a published placeholder',
    '2026.9',
    (s) => put(s, source('config', { ...set(1), flags: ['placeholder'] })),
    ['refuses-to-start'],
  ],
  [
    'an exec reference, which is never run',
    '2026.9',
    (s) =>
      put(s, source('config', unresolved, { ref: { ...ref, source: 'exec', form: 'object' } })),
    ['source-unreadable'],
  ],
  [
    'a shell variable that may not be read',
    '2026.5',
    (s) => put(s, source('shell', { state: 'unreadable', kind: 'token', flags: [] })),
    ['source-unreadable'],
  ],
  elsewhereHost,
]);

it('names the variable, the place and what follows by version', () => {
  const [five] = judgeOne(check, healthyGateway('2026.5', template));
  const [nine] = judgeOne(check, healthyGateway('2026.9', template));
  expect(five?.params).toMatchObject({
    variable: 'GW_TOKEN',
    place: '~/.openclaw/openclaw.json gateway.auth.token',
  });
  expect(five?.text).toContain('2026.5 refuses to start');
  expect(nine?.text).toContain('2026.9 starts with a random token');
});

it('names what nobody takes', () => {
  const [finding] = judgeOne(check, healthyGateway('2026.9', shell));
  expect(finding?.params.ignored).toEqual(['shell OPENCLAW_GATEWAY_TOKEN']);
});
