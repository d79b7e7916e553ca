import { describe, expect, it } from 'vitest';
import type { Reader, Winner } from '../../src/domain/openclaw/precedence.js';
import { winner, winners } from '../../src/domain/openclaw/precedence.js';
import type { SecretRef } from '../../src/model/facts-gateway.js';
import type { Line } from '../../src/model/target.js';
import {
  type Change,
  gateway,
  healthyGateway,
  put,
  set,
  source,
  unset,
} from '../checks/facts-builder.js';

const template: SecretRef = { source: 'env', form: 'template', provider: 'default', id: 'GW' };
const object: SecretRef = { ...template, form: 'object' };
const unresolved = { state: 'unresolved-ref' as const, kind: 'token' as const, flags: [] };

const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };
const no = both((s) => put(s, source('config', unset())));
const ref =
  (to: SecretRef): Change =>
  (s) =>
    put(s, source('config', unresolved, { ref: to }));
const shell =
  (value: number): Change =>
  (s) =>
    put(s, source('shell', set(value)));
const dotenv =
  (value: number): Change =>
  (s) =>
    put(s, source('dotenv', set(value)));
const remote =
  (value: number): Change =>
  (s) =>
    put(s, source('remote', set(value)));
const environ =
  (value: number): Change =>
  (s) => {
    s.data['gateway.process'].environment.token = set(value);
  };
const unit =
  (value: number): Change =>
  (s) => {
    put(s, source('service-env', set(value)));
    s.data['gateway.credentials'].service = {
      supervisor: 'systemd-user',
      unit: 'openclaw-gateway.service',
      path: '~/x',
      environmentFiles: [],
    };
  };
const unitFile =
  (value: number): Change =>
  (s) =>
    put(s, source('service-file', set(value)));
const supervised: Change = (s) => {
  s.data['gateway.process'].environment.supervisor = 'systemd';
};
const resolve =
  (environment: 'shell' | 'service' | 'any', value: number, to = template): Change =>
  (s) => {
    s.data['gateway.credentials'].resolved.push({
      slot: 'token',
      ref: to,
      environment,
      mark: set(value),
    });
  };
const down: Change = (s) => {
  s.data['gateway.process'].found = 'none';
  s.data['gateway.process'].environment.state = 'absent';
};
const unseen: Change = (s) => {
  delete (s.data as Record<string, unknown>)['gateway.process'];
};
const hidden: Change = (s) => {
  s.data['gateway.process'].environment.state = 'denied';
};
const config =
  (change: Record<string, unknown>): Change =>
  (s) => {
    Object.assign(s.data['gateway.config'], change);
  };

const blank: Change = (s) => put(s, source('config', { ...unset(), state: 'blank' }));
const hooks =
  (enabled: boolean, value: number): Change =>
  (s) => {
    s.data['gateway.config'].hooks = { enabled, token: { mark: set(value, 'hooks-token') } };
  };

type Row = [string, Reader, Line, Change, Winner['outcome'] | number];

const rows: Row[] = [
  ['a plain token', 'server', '2026.5', () => {}, 1],
  ['a plain token over the environment', 'server', '2026.5', both(environ(2), dotenv(3)), 1],
  ['a plain token over the environment', 'server', '2026.9', both(environ(2), dotenv(3)), 1],
  ['the environ of the process', 'server', '2026.5', both(no, environ(2), dotenv(3)), 2],
  ['.env under the environ', 'server', '2026.5', both(no, dotenv(3)), 3],
  [
    'the unit, not the environ it once gave',
    'server',
    '2026.5',
    both(no, unit(4), supervised, environ(2)),
    4,
  ],
  [
    'an environment file over the unit line',
    'server',
    '2026.5',
    both(no, unit(4), unitFile(5), supervised),
    5,
  ],
  ['a gateway run by hand beside a unit', 'server', '2026.5', both(no, unit(4), environ(2)), 2],
  ['never the shell', 'server', '2026.5', both(no, shell(2)), 'generated'],
  [
    'the shell of a gateway that does not run',
    'server',
    '2026.5',
    both(no, shell(2), down),
    'unresolved',
  ],
  ['nothing at all', 'server', '2026.9', no, 'generated'],
  [
    'nothing at all, beyond loopback',
    'server',
    '2026.9',
    both(no, config({ bind: 'lan' })),
    'refuses-to-start',
  ],
  [
    'nothing, and an environ that may not be read',
    'server',
    '2026.5',
    both(no, hidden),
    'unresolved',
  ],
  [
    'a reference that the process resolved',
    'server',
    '2026.5',
    both(ref(template), (s) => {
      s.data['gateway.process'].environment.referenced.push({ name: 'GW', mark: set(6) });
    }),
    6,
  ],
  [
    'a reference that the unit resolves',
    'server',
    '2026.9',
    both(ref(template), unit(4), resolve('service', 7), supervised),
    7,
  ],
  [
    'a file reference',
    'server',
    '2026.9',
    both(ref({ ...object, source: 'file' }), resolve('any', 8, object)),
    8,
  ],
  ['an unset template', 'server', '2026.5', ref(template), 'refuses-to-start'],
  ['an unset template', 'server', '2026.3', ref(template), 'refuses-to-start'],
  ['an unset template', 'server', '2026.9', ref(template), 'generated'],
  ['an unset SecretRef', 'server', '2026.9', ref(object), 'refuses-to-start'],
  [
    'an unset template of a gateway that does not run',
    'server',
    '2026.5',
    both(ref(template), down),
    'refuses-to-start',
  ],
  [
    'the same before anybody has looked',
    'server',
    '2026.5',
    both(ref(template), unseen),
    'unresolved',
  ],
  ['nothing, before anybody has looked', 'server', '2026.9', both(no, unseen), 'unresolved'],
  [
    'an unset template of a unit, before anybody has looked',
    'server',
    '2026.9',
    both(ref(template), unseen, unit(4), (s) => put(s, source('service-env', unset()))),
    'generated',
  ],
  [
    'a file reference that gives nothing: no environment could',
    'server',
    '2026.9',
    both(ref({ ...object, source: 'file' }), unseen),
    'refuses-to-start',
  ],
  [
    'the same, where the token variable of the process could stand in',
    'server',
    '2026.5',
    both(ref({ ...object, source: 'file' }), unseen),
    'unresolved',
  ],
  ['a blank token', 'server', '2026.9', blank, 'refuses-to-start'],
  ['a blank token', 'server', '2026.5', blank, 'generated'],
  ['a blank token beside the variable', 'server', '2026.9', both(blank, environ(2)), 2],
  ['the same token for hooks', 'server', '2026.5', hooks(true, 1), 'refuses-to-start'],
  ['the same token for hooks', 'server', '2026.9', hooks(true, 1), 1],
  ['the same token for hooks that are off', 'server', '2026.5', hooks(false, 1), 1],
  ['another token for hooks', 'server', '2026.5', hooks(true, 2), 1],
  [
    'the same token for hooks, from the environment',
    'server',
    '2026.5',
    both(no, environ(2), hooks(true, 2)),
    'refuses-to-start',
  ],
  [
    'an unknown key and nothing that runs',
    'server',
    '2026.9',
    both(config({ unknownKeys: [{ path: 'x' }] }), down),
    'refuses-to-start',
  ],
  [
    'an unknown key and a process that kept the config of before',
    'server',
    '2026.9',
    config({ unknownKeys: [{ path: 'x' }] }),
    1,
  ],
  [
    'a template that only the shell sets',
    'server',
    '2026.5',
    both(ref(template), unseen, resolve('shell', 2)),
    'unresolved',
  ],
  [
    'an unset template beside the token variable',
    'server',
    '2026.5',
    both(ref(template), environ(2)),
    2,
  ],
  [
    'an unset template beside the token variable',
    'server',
    '2026.9',
    both(ref(template), environ(2)),
    'refuses-to-start',
  ],
  [
    'a token in the config and a password in the environ, without a mode',
    'server',
    '2026.9',
    (s) => {
      s.data['gateway.process'].environment.password = set(8, 'password');
    },
    8,
  ],
  [
    'the same with mode token',
    'server',
    '2026.9',
    both(config({ authMode: 'token' }), (s) => {
      s.data['gateway.process'].environment.password = set(8, 'password');
    }),
    1,
  ],
  [
    'a SecretRef beside the token variable, which it yields to',
    'server',
    '2026.5',
    both(ref(object), environ(2), resolve('any', 8, object)),
    2,
  ],
  [
    'a SecretRef beside the token variable',
    'server',
    '2026.9',
    both(ref(object), environ(2), resolve('any', 8, object)),
    8,
  ],
  ['an exec reference', 'server', '2026.9', ref({ ...object, source: 'exec' }), 'unreadable'],
  ['mode none', 'server', '2026.5', config({ authMode: 'none' }), 'none'],
  [
    'mode none beyond loopback',
    'server',
    '2026.5',
    config({ authMode: 'none', bind: 'lan' }),
    'refuses-to-start',
  ],
  [
    'trusted-proxy without its block',
    'server',
    '2026.5',
    both(no, config({ authMode: 'trusted-proxy' })),
    'refuses-to-start',
  ],
  [
    'trusted-proxy',
    'server',
    '2026.5',
    both(
      no,
      config({ authMode: 'trusted-proxy', trustedProxy: { allowUsers: 0, allowLoopback: false } }),
    ),
    'none',
  ],
  [
    'trusted-proxy and a token',
    'server',
    '2026.5',
    config({ authMode: 'trusted-proxy', trustedProxy: { allowUsers: 0, allowLoopback: false } }),
    'refuses-to-start',
  ],
  [
    'a placeholder',
    'server',
    '2026.5',
    (s) => put(s, source('config', { ...set(1), flags: ['placeholder'] })),
    'refuses-to-start',
  ],
  [
    'no gateway.mode, not running',
    'server',
    '2026.5',
    both(config({ mode: undefined }), down),
    'refuses-to-start',
  ],
  ['no gateway.mode, running all the same', 'server', '2026.5', config({ mode: undefined }), 1],
  ['an unreadable config', 'server', '2026.5', config({ parse: 'invalid' }), 'unreadable'],

  ['the config', 'local-cli', '2026.5', () => {}, 1],
  ['the shell first', 'local-cli', '2026.5', shell(2), 2],
  ['the shell first', 'local-cli', '2026.3', shell(2), 2],
  ['the config first', 'local-cli', '2026.9', shell(2), 1],
  ['the shell over .env', 'local-cli', '2026.5', both(shell(2), dotenv(3)), 2],
  ['.env', 'local-cli', '2026.5', dotenv(3), 3],
  ['the environment where the config has none', 'local-cli', '2026.9', both(no, dotenv(3)), 3],
  ['remote.token last', 'local-cli', '2026.5', both(no, remote(9)), 9],
  ['never remote.token beside a local one', 'local-cli', '2026.5', remote(9), 1],
  ['nothing', 'local-cli', '2026.9', no, 'none'],
  ['an unset reference', 'local-cli', '2026.5', ref(template), 'unresolved'],
  ['remote mode', 'local-cli', '2026.5', both(config({ mode: 'remote' }), remote(9), shell(2)), 9],
  ['mode none', 'local-cli', '2026.5', both(shell(2), config({ authMode: 'none' })), 'none'],

  ['curl with the token of the file', 'http-client', '2026.5', () => {}, 1],
  ['curl with the variable of the shell', 'http-client', '2026.9', shell(2), 2],
  ['curl never reads .env while the config has a token', 'http-client', '2026.5', dotenv(2), 1],
  [
    'a remote reference that gives nothing: the local token stands in',
    'remote-client',
    '2026.9',
    (s) => put(s, source('remote', unresolved, { ref: object })),
    1,
  ],
  [
    'a remote reference that gives nothing, and nothing besides',
    'remote-client',
    '2026.9',
    both(no, (s) => put(s, source('remote', unresolved, { ref: object }))),
    'unresolved',
  ],
  [
    'remote.token before the environment with OPENCLAW_SERVICE_KIND=gateway',
    'local-cli',
    '2026.5',
    both(no, remote(9), shell(2), (s) => {
      s.data['gateway.credentials'].shell.serviceKind = 'gateway';
    }),
    9,
  ],
  ['the environment before remote.token', 'local-cli', '2026.9', both(no, remote(9), shell(2)), 2],
  ['never gateway.remote in local mode', 'node-host', '2026.5', both(no, remote(9)), 'none'],
  ['the config without an environment', 'node-host', '2026.9', remote(9), 1],
  [
    'the environment first in remote mode too',
    'node-host',
    '2026.5',
    both(config({ mode: 'remote' }), remote(9), shell(2)),
    2,
  ],
  ['then gateway.remote', 'node-host', '2026.9', both(config({ mode: 'remote' }), remote(9)), 9],
  ['an unset reference', 'node-host', '2026.9', ref(object), 'unresolved'],
  ['an unset reference beside the variable', 'node-host', '2026.9', both(ref(object), shell(2)), 2],
  ['.env of the gateway', 'inner-client', '2026.5', dotenv(3), 3],
  ['the config, never the shell', 'inner-client', '2026.5', shell(2), 1],
  ['the environ that it inherits', 'agent', '2026.5', environ(2), 2],
  ['the config first', 'agent', '2026.9', environ(2), 1],
  ['the config first under a unit', 'agent', '2026.5', both(environ(2), unit(4), supervised), 1],
  [
    'the flag of the unit over everything',
    'server',
    '2026.9',
    both(unit(4), supervised, (s) => put(s, source('service-flag', set(6), { name: '--token' }))),
    6,
  ],
  [
    'the flag of a unit that did not start this process',
    'server',
    '2026.9',
    both(unit(4), (s) => put(s, source('service-flag', set(6), { name: '--token' }))),
    1,
  ],
  [
    'the text undefined',
    'server',
    '2026.5',
    (s) => put(s, source('config', { ...set(1), flags: ['marker'] })),
    1,
  ],
  [
    'the text undefined',
    'server',
    '2026.9',
    (s) => put(s, source('config', { ...set(1), flags: ['marker'] })),
    'refuses-to-start',
  ],
  [
    'a file with two names',
    'server',
    '2026.9',
    both(ref({ ...object, source: 'file' }), (s) => {
      s.data['gateway.credentials'].resolved.push({
        slot: 'token',
        ref: { ...object, source: 'file' },
        environment: 'any',
        mark: set(8),
        refused: { lines: ['2026.9'], reason: 'two hard links' },
      });
    }),
    'refuses-to-start',
  ],
  [
    'a file with two names',
    'local-cli',
    '2026.5',
    both(ref({ ...object, source: 'file' }), (s) => {
      s.data['gateway.credentials'].resolved.push({
        slot: 'token',
        ref: { ...object, source: 'file' },
        environment: 'any',
        mark: set(8),
        refused: { lines: ['2026.9'], reason: 'two hard links' },
      });
    }),
    8,
  ],
  ['remote.token first', 'remote-client', '2026.9', both(remote(9), shell(2)), 9],
  ['then the environment', 'remote-client', '2026.9', shell(2), 2],
  ['then the local token', 'remote-client', '2026.9', () => {}, 1],
  ['the environment first', 'node-host', '2026.9', shell(2), 2],
  ['the environ of the process first', 'inner-client', '2026.5', environ(2), 2],
  [
    'the config first in a managed service',
    'inner-client',
    '2026.5',
    both(environ(2), unit(4), supervised),
    1,
  ],
  ['the config first', 'inner-client', '2026.9', environ(2), 1],
];

describe('winner', () => {
  it.each(rows)('%s: %s of %s', (_what, reader, line, change, expected) => {
    const found = winner(reader, line, healthyGateway(line, change), gateway);
    expect(found.outcome === 'value' ? found.class : found.outcome).toBe(expected);
    expect(found.rule).not.toBe('');
    if (found.outcome === 'value') expect(found.basis).toMatch(/measured|read|operators/);
  });

  const hiddenMark = (kind: 'token' | 'password') =>
    ({ state: 'unreadable', kind, flags: [] }) as const;
  const hiddenFlag: Change = (s) =>
    put(s, source('service-flag', hiddenMark('token'), { name: '--token' }));

  it('does not take the config where a part of the unit may not be read', () => {
    const hidden = healthyGateway('2026.5', both(unit(4), supervised, hiddenFlag));
    expect(winner('server', '2026.5', hidden, gateway).outcome).toBe('unreadable');
    const alone = healthyGateway('2026.5', both(environ(2), hiddenFlag));
    expect(winner('server', '2026.5', alone, gateway).outcome).toBe('value');
  });

  it('keeps the token in view where only the password is hidden', () => {
    const change = both(unit(4), supervised, (s) => {
      delete s.data['gateway.config'].authMode;
      put(s, source('service-env', hiddenMark('password'), { slot: 'password' }));
    });
    const found = winner('server', '2026.5', healthyGateway('2026.5', change), gateway);
    expect(found).toMatchObject({ slot: 'token', outcome: 'unreadable' });
    const client = winner('local-cli', '2026.5', healthyGateway('2026.5', change), gateway);
    expect(client).toMatchObject({ slot: 'token', outcome: 'value' });
  });

  it('says what came from the running process, which predicts nothing', () => {
    const found = winner(
      'server',
      '2026.5',
      healthyGateway('2026.5', both(no, environ(2))),
      gateway,
    );
    expect(found).toMatchObject({
      from: 'process',
      source: 'proc:4121/environ OPENCLAW_GATEWAY_TOKEN',
    });
  });

  it('names the variable behind an unset reference', () => {
    const found = winner('server', '2026.9', healthyGateway('2026.9', ref(template)), gateway);
    expect(found).toMatchObject({ outcome: 'generated', reference: 'GW' });
  });

  it('takes the password where there is one and no mode', () => {
    const change: Change = (s) => {
      put(s, source('config', unset()));
      put(s, source('config', set(8, 'password'), { slot: 'password' }));
    };
    for (const reader of ['server', 'local-cli'] as const) {
      expect(winner(reader, '2026.5', healthyGateway('2026.5', change), gateway)).toMatchObject({
        slot: 'password',
        class: 8,
      });
    }
  });
});

describe('winners', () => {
  it('agree where every possible line takes the same value', () => {
    const facts = healthyGateway('2026.5', (s) => {
      delete (s.data as Record<string, unknown>)['host.install'];
    });
    expect(winners('local-cli', facts, gateway).agreed?.class).toBe(1);
  });

  it('disagree where the order matters and the version is not known', () => {
    const facts = healthyGateway('2026.5', (s) => {
      for (const id of ['host.install', 'gateway.state', 'gateway.process', 'probe.handshake']) {
        delete (s.data as Record<string, unknown>)[id];
      }
      shell(2)(s);
    });
    const { agreed, all } = winners('local-cli', facts, gateway);
    expect(agreed).toBeUndefined();
    expect(all.map((w) => [w.line, w.class])).toEqual([
      ['2026.3', 2],
      ['2026.5', 2],
      ['2026.9', 1],
    ]);
  });
});
