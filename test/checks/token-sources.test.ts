import { expect, it } from 'vitest';
import check from '../../checks/doctor/token-sources.js';
import type { SecretRef } from '../../src/model/facts-gateway.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import {
  type Change,
  deviceToken,
  healthyGateway,
  judgeOne,
  pairedDevice,
  put,
  set,
  source,
  unset,
} from './facts-builder.js';

const ref: SecretRef = { source: 'env', form: 'template', provider: 'default', id: 'GW_TOKEN' };
const unresolved = { state: 'unresolved-ref' as const, kind: 'token' as const, flags: [] };
const template: Change = (s) => put(s, source('config', unresolved, { ref }));
const resolvedIn =
  (environment: 'shell' | 'service'): Change =>
  (s) => {
    template(s);
    s.data['gateway.credentials'].resolved.push({ slot: 'token', ref, environment, mark: set(3) });
  };
const unit: Change = (s) => {
  s.data['gateway.credentials'].service = {
    supervisor: 'systemd-user',
    unit: 'openclaw-gateway.service',
    path: '~/x',
    environmentFiles: [],
  };
};
const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };
const noToken: Change = (s) => put(s, source('config', unset()));
const blank: Change = (s) => put(s, source('config', { ...unset(), state: 'blank' }));
const fileRef: SecretRef = { source: 'file', form: 'object', provider: 'f', id: '/t' };
const looseFile: Change = (s) => {
  put(s, source('config', unresolved, { ref: fileRef }));
  s.data['gateway.config'].providers = [{ alias: 'f', source: 'file', path: '~/s.json' }];
  s.data['gateway.credentials'].resolved.push({
    slot: 'token',
    ref: fileRef,
    environment: 'any',
    mark: unresolved,
    reason: '~/s.json: mode 0644, readable or writable by group or others, which OpenClaw refuses',
  });
};
const soundFile: Change = (s) => {
  put(s, source('config', unresolved, { ref: fileRef }));
  s.data['gateway.credentials'].resolved.push({
    slot: 'token',
    ref: fileRef,
    environment: 'any',
    mark: set(3),
  });
};
const hooks =
  (enabled: boolean, value = 1): Change =>
  (s) => {
    s.data['gateway.config'].hooks = { enabled, token: { mark: set(value, 'hooks-token') } };
  };
const shell: Change = (s) => put(s, source('shell', set(2)));
const unknownVersion: Change = (s) => {
  delete (s.data as { 'host.install'?: unknown })['host.install'];
  delete (s.data as { 'gateway.state'?: unknown })['gateway.state'];
};

const paired: Change = (s) => {
  const pairing = s.data['gateway.pairing'];
  pairing.paired = { ...pairing.paired, state: 'ok', rows: [pairedDevice()] };
  pairing.deviceTokens = { ...pairing.deviceTokens, state: 'ok', rows: [deviceToken()] };
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
  ['a template that only a process could resolve', '2026.5', template, ['environment-alone']],
  ['a template that only a process could resolve', '2026.9', template, ['environment-alone']],
  [
    'a template that the unit does not set',
    '2026.5',
    both(unit, template),
    ['reference-unresolved'],
  ],
  [
    'a template that the unit does not set',
    '2026.9',
    both(unit, template),
    ['reference-unresolved', 'generated-token'],
  ],
  ['a secret file that others may read', '2026.5', looseFile, ['secret-file-unusable']],
  ['a secret file that others may read', '2026.9', looseFile, ['secret-file-unusable']],
  ['a secret file', '2026.9', soundFile, ['one-value']],
  ['a blank token and a unit without one', '2026.9', both(unit, blank), ['refuses-to-start']],
  ['a blank token and a unit without one', '2026.5', both(unit, blank), ['generated-token']],
  ['a blank token, no unit', '2026.9', blank, ['environment-alone']],
  ['the token of the gateway for hooks', '2026.5', hooks(true), ['refuses-to-start']],
  ['the token of the gateway for hooks', '2026.9', hooks(true), ['one-value']],
  ['the same with hooks off', '2026.5', hooks(false), ['one-value']],
  ['another token for hooks', '2026.5', hooks(true, 9), ['one-value']],
  ['a reference that only the shell sets', '2026.5', resolvedIn('shell'), ['environment-decides']],
  ['no token here, no unit', '2026.5', noToken, ['environment-alone']],
  ['the same, and a paired device', '2026.5', both(noToken, paired), ['device-token-stands-in']],
  ['the same, and a paired device', '2026.9', both(noToken, paired), ['device-token-stands-in']],
  ['a token here, and a paired device', '2026.9', paired, ['one-value']],
  ['no token anywhere', '2026.5', both(unit, noToken), ['generated-token']],
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
  const [five] = judgeOne(check, healthyGateway('2026.5', both(unit, template)));
  const [nine] = judgeOne(check, healthyGateway('2026.9', both(unit, template)));
  expect(five?.params).toMatchObject({
    variable: 'GW_TOKEN',
    place: '~/.openclaw/openclaw.json gateway.auth.token',
  });
  expect(five?.text).toContain('2026.5 refuses to start');
  expect(nine?.text).toContain('2026.9 starts with a random token');
});

it('does not fail for a variable that the process may well have', () => {
  const [finding] = judgeOne(check, healthyGateway('2026.9', template));
  expect(finding).toMatchObject({ outcome: 'warn', params: { variable: 'GW_TOKEN' } });
  expect(finding?.text).toContain('(GW_TOKEN is not set)');
  expect(finding?.next[0]).toBe('set-variable');
});

it('names the file of a reference and its mode', () => {
  const [finding] = judgeOne(check, healthyGateway('2026.9', looseFile));
  expect(finding?.params).toMatchObject({ file: '~/s.json', mode: '0644' });
  expect(finding?.text).toContain('~/s.json, from which OpenClaw takes nothing (mode 0644, ');
  expect(finding?.next[0]).toBe('repair-secret-file');
});

it('says what ends a refusal', () => {
  const next = (change: Change, line: '2026.5' | '2026.9') =>
    judgeOne(check, healthyGateway(line, change))[0]?.next[0];
  expect(next(hooks(true), '2026.5')).toBe('separate-hooks-token');
  expect(next(both(unit, blank), '2026.9')).toBe('write-plain-token');
});

it('names what nobody takes', () => {
  const [finding] = judgeOne(check, healthyGateway('2026.9', shell));
  expect(finding?.params.ignored).toEqual(['shell OPENCLAW_GATEWAY_TOKEN']);
});
