import { expect, it } from 'vitest';
import check from '../../checks/status/process-gateway.js';
import type { GatewayProcessFacts } from '../../src/model/facts-host.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, healthyGateway, judgeOne, put, source } from './facts-builder.js';

const path = '~/.openclaw/openclaw.json';
const lock = { path: '/tmp/openclaw-1000/gateway.lock', pid: 4121, alive: true, sameConfig: true };

function process(
  change: Partial<GatewayProcessFacts>,
  drop: (keyof GatewayProcessFacts)[] = [],
): Change {
  return (s) => {
    Object.assign(s.data['gateway.process'], change);
    for (const key of drop) delete s.data['gateway.process'][key];
  };
}

const silent: Change = (s) => {
  s.data['host.listeners'].listeners = [];
};
const unlisted: Change = (s) => {
  s.failed['host.listeners'] = { state: 'denied', reason: 'EACCES' };
};
const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };

const unresolved: Change = (s) =>
  put(
    s,
    source(
      'config',
      { state: 'unresolved-ref', kind: 'token', flags: [] },
      {
        ref: { source: 'env', form: 'template', provider: 'default', id: 'GW_TOKEN' },
      },
    ),
  );

/** The config does not parse, and nothing else names a port: 18789 is a guess. */
const assumed: Change = (s) => {
  s.targets = s.targets.map((target) =>
    target.kind === 'gateway' ? { ...target, portAssumed: true } : target,
  );
};

describeCheck(check, [
  [
    'nothing on a port that is a guess',
    '2026.5',
    both(assumed, process({ found: 'none' })),
    ['port-not-known'],
  ],
  [
    'another gateway on a port that is a guess',
    '2026.5',
    both(assumed, process({ sameConfig: false, configPath: '/root/.openclaw/openclaw.json' })),
    ['port-not-known'],
  ],
  ['its own gateway on a port that was guessed right', '2026.5', assumed, ['owned-by-openclaw']],
  ['its own gateway', '2026.5', () => {}, ['owned-by-openclaw']],
  ['nothing', '2026.5', process({ found: 'none' }), ['nothing-listens']],
  [
    'a gateway that listens elsewhere',
    '2026.9',
    process({ found: 'none', lock: { ...lock, port: 18889 } }),
    ['listens-elsewhere'],
  ],
  [
    'a stale lock',
    '2026.9',
    process({ found: 'none', lock: { ...lock, port: 18889, alive: false } }),
    ['nothing-listens'],
  ],
  [
    'a gateway of another HOME',
    '2026.5',
    process({ sameConfig: false, configPath: '/root/.openclaw/openclaw.json' }),
    ['other-config'],
  ],
  [
    'another state directory',
    '2026.5',
    process({ sameStateDir: false, stateDir: '/srv/state' }),
    ['other-state-dir'],
  ],
  [
    'a foreign program',
    '2026.5',
    process({ kind: 'foreign', comm: 'nginx' }, ['sameConfig']),
    ['foreign-program'],
  ],
  ['an ssh tunnel', '2026.5', process({ kind: 'tunnel', comm: 'ssh' }, ['sameConfig']), ['tunnel']],
  [
    'an owner that may not be seen',
    '2026.5',
    process(
      {
        found: 'socket-without-owner',
        kind: 'unknown',
        environment: {
          state: 'denied',
          reason: 'EACCES',
          referenced: [],
          token: { state: 'unreadable', kind: 'token', flags: [] },
          password: { state: 'unreadable', kind: 'password', flags: [] },
        },
      },
      ['pid', 'sameConfig', 'sameStateDir', 'comm'],
    ),
    ['owner-hidden'],
  ],
  [
    'a hidden owner that a lock names',
    '2026.5',
    process({ found: 'socket-without-owner', kind: 'unknown', lock }, [
      'pid',
      'sameConfig',
      'sameStateDir',
    ]),
    ['named-by-lock'],
  ],
  [
    'a lock of another config',
    '2026.5',
    process(
      { found: 'socket-without-owner', kind: 'unknown', lock: { ...lock, sameConfig: false } },
      ['pid', 'sameConfig', 'sameStateDir'],
    ),
    ['owner-hidden'],
  ],
  [
    'a live lock of another port, and nothing on this one',
    '2026.9',
    both(silent, process({ found: 'lock', lock: { ...lock, port: 18889 } })),
    ['listens-elsewhere'],
  ],
  [
    'a live lock without a port, and nothing on this one',
    '2026.5',
    both(silent, process({ found: 'lock', lock })),
    ['nothing-listens'],
  ],
  [
    'a live lock of this port, and nothing there',
    '2026.9',
    both(silent, process({ found: 'lock', lock: { ...lock, port: 18789 } })),
    ['nothing-listens'],
  ],
  [
    'a live lock of this port beside a hidden listener',
    '2026.9',
    process({ found: 'lock', lock: { ...lock, port: 18789 } }),
    ['named-by-lock'],
  ],
  [
    'a live lock of another port beside a hidden listener',
    '2026.9',
    process({ found: 'lock', lock: { ...lock, port: 18889 } }),
    ['owner-hidden'],
  ],
  [
    'a live lock of this port, listeners unknown',
    '2026.9',
    both(unlisted, process({ found: 'lock', lock: { ...lock, port: 18789 } })),
    ['named-by-lock'],
  ],
  [
    'a live lock without a port, listeners unknown',
    '2026.5',
    both(unlisted, process({ found: 'lock', lock })),
    ['not-determined'],
  ],
  [
    'nobody, listeners unknown',
    '2026.5',
    both(unlisted, process({ found: 'none' })),
    ['not-determined'],
  ],
  [
    'its own gateway, though a second one of this HOME took the lock',
    '2026.5',
    process({ lock: { ...lock, pid: 5000, port: 18889 } }),
    ['owned-by-openclaw'],
  ],
  [
    'a platform that cannot tell',
    '2026.5',
    (s) => {
      s.failed['gateway.process'] = { state: 'unsupported', reason: 'there is no /proc' };
    },
    ['not-determined'],
  ],
  elsewhereHost,
]);

it('says why a 2026.5 gateway with an unset variable does not listen', () => {
  const facts = healthyGateway('2026.5', (s) => {
    unresolved(s);
    s.data['gateway.process'].found = 'none';
    s.data['gateway.process'].lines = [];
    s.data['gateway.process'].environment.state = 'absent';
    s.data['gateway.config'].file.path = path;
  });
  const [finding] = judgeOne(check, facts);
  expect(finding?.code).toBe('nothing-listens');
  expect(finding?.params).toMatchObject({ variable: 'GW_TOKEN' });
  expect(finding?.text).toContain(
    'because the gateway cannot start: 2026.5 refuses to start when GW_TOKEN has no value',
  );
  expect(finding?.next).toEqual(['set-variable', 'write-plain-token', 'start-gateway']);
});

it('does not explain a running process by rules that would keep it down', () => {
  const held = both(silent, unresolved, process({ found: 'lock', lock }));
  const [finding] = judgeOne(check, healthyGateway('2026.5', held));
  expect(finding?.text).toBe(
    'nothing listens on port 18789, though process 4121 holds the lock of this config',
  );
  expect(finding?.next).toEqual(['look-again', 'restart-gateway']);
});

it('is not required where the credential probe has passed', () => {
  expect(check.answeredBy).toEqual(['probe/credentials']);
});
