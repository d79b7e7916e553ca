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

describeCheck(check, [
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

it('is not required where the credential probe has passed', () => {
  expect(check.answeredBy).toEqual(['probe/credentials']);
});
