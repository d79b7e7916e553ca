import { expect, it } from 'vitest';
import check from '../../checks/status/token-process-env.js';
import type { SecretRef } from '../../src/model/facts-gateway.js';
import type { DeviceToken } from '../../src/model/facts-pairing.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import {
  type Change,
  deviceToken,
  healthyGateway,
  judgeOne,
  nowMs,
  pairedDevice,
  put,
  set,
  source,
  unset,
  url,
} from './facts-builder.js';

const variable: SecretRef = {
  source: 'env',
  form: 'template',
  provider: 'default',
  id: 'OPENCLAW_GATEWAY_TOKEN',
};
const own: SecretRef = { ...variable, form: 'object', id: 'MY_GW_TOKEN' };
const unresolved = { state: 'unresolved-ref' as const, kind: 'token' as const, flags: [] };
const config =
  (ref: SecretRef): Change =>
  (s) =>
    put(s, source('config', unresolved, { ref }));
/** D4, and the CLI of this host is paired. */
const withDevice =
  (record: object = {}, token: Partial<DeviceToken> = {}): Change =>
  (s) => {
    noConfig(s);
    environ(2)(s);
    const [known] = pairedDevice().tokens;
    if (!known) throw new Error('a paired device has a token');
    const paired = pairedDevice({ tokens: [{ ...known, ...record }] });
    const pairing = s.data['gateway.pairing'];
    pairing.paired = { ...pairing.paired, state: 'ok', rows: [paired] };
    pairing.deviceTokens = { ...pairing.deviceTokens, state: 'ok', rows: [deviceToken(token)] };
  };
const noConfig: Change = (s) => put(s, source('config', unset()));
const environ =
  (value: number): Change =>
  (s) => {
    s.data['gateway.process'].environment.token = set(value);
  };
const held =
  (name: string, value: number): Change =>
  (s) => {
    s.data['gateway.process'].environment.referenced.push({ name, mark: set(value) });
  };
const shell =
  (value: number): Change =>
  (s) =>
    put(s, source('shell', set(value)));
const dotenv =
  (value: number): Change =>
  (s) =>
    put(s, source('dotenv', set(value)));
const shellRef =
  (ref: SecretRef, value: number): Change =>
  (s) => {
    s.data['gateway.credentials'].resolved.push({
      slot: 'token',
      ref,
      environment: 'shell',
      mark: set(value),
    });
  };
const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };
const hidden: Change = (s) => {
  s.data['gateway.process'].environment = {
    state: 'denied',
    reason: 'EACCES',
    referenced: [],
    token: { state: 'unreadable', kind: 'token', flags: [] },
    password: { state: 'unreadable', kind: 'password', flags: [] },
  };
};

const down: Change = (s) => {
  s.data['gateway.process'].found = 'none';
  s.data['gateway.process'].environment.state = 'absent';
};
const unseen: Change = (s) => {
  s.failed['gateway.process'] = { state: 'unsupported', reason: 'no /proc' };
};
const fileRef: SecretRef = { source: 'file', form: 'object', provider: 'f', id: '/t' };
const looseFile: Change = (s) => {
  config(fileRef)(s);
  s.data['gateway.config'].providers = [{ alias: 'f', source: 'file', path: '~/s.json' }];
  s.data['gateway.credentials'].resolved.push({
    slot: 'token',
    ref: fileRef,
    environment: 'any',
    mark: unresolved,
    reason: '~/s.json: mode 0644, readable or writable by group or others, which OpenClaw refuses',
  });
};
const blank: Change = (s) => put(s, source('config', { ...unset(), state: 'blank' }));
const hooks: Change = (s) => {
  s.data['gateway.config'].hooks = { enabled: true, token: { mark: set(1, 'hooks-token') } };
};
const badKey: Change = (s) => {
  s.data['gateway.config'].unknownKeys = [{ path: 'nonsense' }];
};

const as =
  (reader: string): Change =>
  (s) => {
    s.data.run.options.as = reader;
  };
const unitWithout: Change = (s) => {
  s.data['gateway.credentials'].service = {
    supervisor: 'systemd-user',
    unit: 'openclaw-gateway.service',
    path: '~/x',
    environmentFiles: [],
  };
  s.data['gateway.process'].environment.supervisor = 'systemd';
};

// D1 to D13: the measured drift scenarios of both lines; the server's answer was measured with curl.
describeCheck(check, [
  [
    'a shell variable, curl asked for: config first is for the CLI only',
    '2026.9',
    both(shell(2), as('curl')),
    ['clients-send-what-server-takes', 'client-sends-other'],
  ],
  [
    'a shell variable, curl asked for',
    '2026.5',
    both(shell(2), as('curl')),
    ['client-sends-other', 'client-sends-other'],
  ],
  [
    'a shell variable, the node host asked for',
    '2026.9',
    both(shell(2), as('node-host')),
    ['clients-send-what-server-takes', 'client-sends-other'],
  ],
  [
    'another remote token, the remote client asked for',
    '2026.9',
    both((s) => put(s, source('remote', set(9))), as('remote')),
    ['clients-send-what-server-takes', 'client-sends-other'],
  ],
  [
    'the environ of the process, the CLI of an agent asked for',
    '2026.5',
    both(environ(2), as('agent')),
    ['clients-send-what-server-takes', 'client-sends-other'],
  ],
  [
    'the same, config first',
    '2026.9',
    both(environ(2), as('agent')),
    ['clients-send-what-server-takes', 'clients-send-what-server-takes'],
  ],
  [
    'a shell variable, the inner client asked for, which a probe judges',
    '2026.9',
    both(shell(2), as('inner')),
    ['clients-send-what-server-takes'],
  ],
  ['the CLI asked for', '2026.9', both(shell(2), as('cli')), ['clients-send-what-server-takes']],
  [
    'a variable that the unit has lost since the start',
    '2026.9',
    both(config(own), held('MY_GW_TOKEN', 2), unitWithout),
    ['next-start-fails', 'client-cannot-resolve'],
  ],
  [
    'the same as a template, which the shell still has',
    '2026.9',
    both(
      config({ ...own, form: 'template' }),
      held('MY_GW_TOKEN', 2),
      unitWithout,
      shellRef(own, 2),
    ),
    ['next-start-random', 'clients-send-what-server-takes'],
  ],
  [
    'the same template on the line that refuses to start',
    '2026.5',
    both(
      config({ ...own, form: 'template' }),
      held('MY_GW_TOKEN', 2),
      unitWithout,
      shellRef(own, 2),
    ),
    ['next-start-fails', 'clients-send-what-server-takes'],
  ],
  ['D1 the environ of the process alone', '2026.5', environ(2), ['clients-send-what-server-takes']],
  ['D1 the environ of the process alone', '2026.9', environ(2), ['clients-send-what-server-takes']],
  ['D2 a shell variable', '2026.5', shell(2), ['client-sends-other']],
  ['D2 a shell variable', '2026.3', shell(2), ['client-sends-other']],
  ['D2 a shell variable, config first', '2026.9', shell(2), ['clients-send-what-server-takes']],
  ['D3 .env for both', '2026.5', dotenv(2), ['client-sends-other']],
  ['D3 .env for both', '2026.9', dotenv(2), ['clients-send-what-server-takes']],
  [
    'D4 the environ of the server alone',
    '2026.5',
    both(noConfig, environ(2)),
    ['client-sends-nothing'],
  ],
  [
    'D4 the environ of the server alone',
    '2026.9',
    both(noConfig, environ(2)),
    ['client-sends-nothing'],
  ],
  ['the same with a device token', '2026.5', withDevice(), ['device-token-alone']],
  ['the same with a device token', '2026.9', withDevice(), ['device-token-alone']],
  ['and an older CLI', '2026.3', withDevice(), ['client-sends-nothing']],
  [
    'a device token that the gateway has otherwise',
    '2026.5',
    withDevice({}, { mark: set(51, 'device-token') }),
    ['client-sends-nothing'],
  ],
  [
    'a revoked device token',
    '2026.5',
    withDevice({ revokedAtMs: nowMs - 1 }),
    ['client-sends-nothing'],
  ],
  [
    'a device token without a scope',
    '2026.5',
    withDevice({ scopes: [] }),
    ['client-sends-nothing'],
  ],
  [
    'a device token and OPENCLAW_GATEWAY_URL',
    '2026.5',
    both(withDevice(), (s) => {
      s.data['gateway.credentials'].shell.url = url('ws://127.0.0.1:18789');
    }),
    ['client-sends-nothing'],
  ],
  [
    'a device token, and curl asked for',
    '2026.5',
    both(withDevice(), as('curl')),
    ['device-token-alone', 'client-sends-nothing'],
  ],
  [
    'D6 a template that only the server resolves',
    '2026.5',
    both(config(variable), environ(2)),
    ['client-cannot-resolve'],
  ],
  [
    'D6 a template that only the server resolves',
    '2026.9',
    both(config(variable), environ(2)),
    ['client-cannot-resolve'],
  ],
  [
    'D7 a template that the shell sets to another value',
    '2026.5',
    both(config(variable), environ(2), shell(3), shellRef(variable, 3)),
    ['client-sends-other'],
  ],
  [
    'D7 a template that the shell sets to another value',
    '2026.9',
    both(config(variable), environ(2), shell(3), shellRef(variable, 3)),
    ['client-sends-other'],
  ],
  [
    'D8 a SecretRef without the variable',
    '2026.5',
    both(config(own), held('MY_GW_TOKEN', 2)),
    ['client-cannot-resolve'],
  ],
  [
    'D8 a SecretRef, the token variable exported',
    '2026.5',
    both(config(own), held('MY_GW_TOKEN', 2), shell(2)),
    ['clients-send-what-server-takes'],
  ],
  [
    'D8 a SecretRef, the token variable exported',
    '2026.9',
    both(config(own), held('MY_GW_TOKEN', 2), shell(2)),
    ['client-cannot-resolve'],
  ],
  [
    'D8 a SecretRef, its own variable exported',
    '2026.9',
    both(config(own), held('MY_GW_TOKEN', 2), shellRef(own, 2)),
    ['clients-send-what-server-takes'],
  ],
  ['D13 no token anywhere', '2026.9', noConfig, ['server-generated']],
  [
    'no token in a file, and a shell that has one: a --token would look like this',
    '2026.5',
    both(noConfig, shell(2)),
    ['flag-or-generated'],
  ],
  [
    'the same, and the log says that it was made up',
    '2026.5',
    both(noConfig, shell(2), (s) => {
      s.data['gateway.logs'].lifecycle.push({
        event: 'generated-token',
        atMs: nowMs - 3_598_000,
      });
    }),
    ['server-generated'],
  ],
  [
    'the same, made up by the process before',
    '2026.5',
    both(noConfig, shell(2), (s) => {
      s.data['gateway.logs'].lifecycle.unshift({
        event: 'generated-token',
        atMs: nowMs - 3_700_000,
      });
    }),
    ['flag-or-generated'],
  ],
  ['an unset template', '2026.9', config({ ...variable, id: 'NOPE' }), ['server-generated']],
  [
    'an unset template, running',
    '2026.5',
    config({ ...variable, id: 'NOPE' }),
    ['next-start-fails', 'client-cannot-resolve'],
  ],
  [
    'an unset template, down',
    '2026.5',
    both(config({ ...variable, id: 'NOPE' }), down),
    ['server-refuses'],
  ],
  [
    'an unset template and a process that cannot be seen',
    '2026.9',
    both(config({ ...variable, id: 'NOPE' }), unseen),
    ['environment-hidden'],
  ],
  [
    'a secret file that others may read, running',
    '2026.5',
    looseFile,
    ['next-start-fails', 'client-cannot-resolve'],
  ],
  [
    'a secret file that others may read, running',
    '2026.9',
    looseFile,
    ['next-start-fails', 'client-cannot-resolve'],
  ],
  ['a secret file that others may read, down', '2026.9', both(looseFile, down), ['server-refuses']],
  ['a blank token, down', '2026.9', both(blank, down), ['server-refuses']],
  ['a blank token, down', '2026.5', both(blank, down), ['server-generated']],
  ['a blank token beside a variable', '2026.9', both(blank, environ(2)), ['client-sends-nothing']],
  ['the token of the gateway for hooks, down', '2026.5', both(hooks, down), ['server-refuses']],
  ['the token of the gateway for hooks', '2026.9', hooks, ['clients-send-what-server-takes']],
  ['an unknown key, down', '2026.5', both(badKey, down), ['server-refuses']],
  ['an unknown key, running', '2026.5', badKey, ['clients-send-what-server-takes']],
  [
    'OPENCLAW_SERVICE_KIND=gateway turns the order',
    '2026.5',
    both(shell(2), (s) => {
      s.data['gateway.credentials'].shell.serviceKind = 'gateway';
    }),
    ['clients-send-what-server-takes'],
  ],
  [
    'OPENCLAW_GATEWAY_URL without a token in the environment',
    '2026.9',
    (s) => {
      s.data['gateway.credentials'].shell.url = url('ws://127.0.0.1:18789');
    },
    ['client-sends-nothing'],
  ],
  [
    'a blank shell variable, which hides .env',
    '2026.5',
    both(dotenv(2), (s) => put(s, source('shell', { ...unset(), state: 'blank' }))),
    ['clients-send-what-server-takes'],
  ],
  [
    'a shell variable and no known version',
    '2026.5',
    both(shell(2), (s) => {
      delete (s.data as { 'host.install'?: unknown })['host.install'];
      s.data['gateway.process'].lines = [];
      s.data['gateway.state'].layout = 'empty';
    }),
    ['depends-on-version'],
  ],
  ['a hidden environ that decides', '2026.5', both(noConfig, hidden), ['environment-hidden']],
  ['a hidden environ that does not matter', '2026.5', hidden, ['clients-send-what-server-takes']],
  [
    'a token in the unit, none in the config',
    '2026.5',
    both(noConfig, environ(4), shell(4), (s) => {
      put(s, source('service-env', set(4)));
      s.data['gateway.credentials'].service = {
        supervisor: 'systemd-user',
        unit: 'openclaw-gateway.service',
        path: '~/x',
        environmentFiles: [],
      };
      s.data['gateway.process'].environment.supervisor = 'systemd';
    }),
    ['clients-send-what-server-takes'],
  ],
  [
    'a gateway that does not run',
    '2026.5',
    both(shell(2), (s) => {
      s.data['gateway.process'].found = 'none';
    }),
    ['client-sends-other'],
  ],
  [
    'mode none',
    '2026.5',
    (s) => {
      s.data['gateway.config'].authMode = 'none';
    },
    ['no-secret-checked'],
  ],
  [
    'a variable that may not be read',
    '2026.5',
    (s) => put(s, source('shell', { state: 'unreadable', kind: 'token', flags: [] })),
    ['source-unreadable'],
  ],
  [
    'passwords: the environment first even in a service',
    '2026.5',
    (s) => {
      put(s, source('config', unset()));
      put(s, source('config', set(8, 'password'), { slot: 'password' }));
      put(s, source('shell', set(9, 'password'), { slot: 'password' }));
      s.data['gateway.credentials'].shell.serviceKind = 'gateway';
    },
    ['client-sends-other'],
  ],
  elsewhereHost,
]);

it.each([
  ['the shell', shell(2), 'shell OPENCLAW_GATEWAY_TOKEN', 'unset-shell-variable'],
  ['.env', dotenv(2), '~/.openclaw/.env OPENCLAW_GATEWAY_TOKEN', 'edit-dotenv'],
])('names %s and what to do there', (_what, change, clientSource, remedy) => {
  const [finding] = judgeOne(check, healthyGateway('2026.5', change));
  expect(finding?.params).toMatchObject({
    clientSource,
    line: '2026.5',
    serverSource: '~/.openclaw/openclaw.json gateway.auth.token',
  });
  expect(finding?.next[0]).toBe(remedy);
});

it('names the file and its mode, and advises to close it', () => {
  const found = judgeOne(check, healthyGateway('2026.9', looseFile));
  for (const { params, next } of found) {
    expect(params).toMatchObject({ file: '~/s.json', mode: '0644' });
    expect(next[0]).toBe('repair-secret-file');
  }
  expect(found[1]?.text).toMatch(/cannot resolve ~\/s\.json .*\(mode 0644, /);
});

it.each([
  ['holds', () => {}],
  ['would start with', down],
])('a server that %s a token of its own', (holds, change) => {
  const [finding] = judgeOne(check, healthyGateway('2026.9', both(noConfig, change)));
  expect(finding?.text).toContain(`the server ${holds} a random token`);
});

it.each<[string, Change, string]>([
  ['hooks', both(hooks, down), 'separate-hooks-token'],
  ['an unknown key', both(badKey, down), 'fix-unknown-key'],
  ['an unset variable', both(config({ ...variable, id: 'NOPE' }), down), 'set-variable'],
])('says what ends a refusal because of %s', (_what, change, remedy) => {
  const [finding] = judgeOne(check, healthyGateway('2026.5', change));
  expect(finding?.next[0]).toBe(remedy);
});

it.each<[string, Change, string]>([
  [
    'a URL beside it',
    (s) => {
      s.data['gateway.credentials'].shell.url = url('ws://127.0.0.1:18789');
    },
    'match-url-credential',
  ],
  ['no URL beside it', () => {}, 'unset-shell-variable'],
])('a wrong variable in the shell, with %s', (_what, change, next) => {
  const facts = healthyGateway('2026.5', both(shell(2), change));
  const [found] = judgeOne(check, facts);
  expect(found).toMatchObject({ code: 'client-sends-other' });
  expect(found?.next[0]).toBe(next);
});
