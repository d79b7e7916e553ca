import { expect, it } from 'vitest';
import check from '../../checks/probes/probe-credentials.js';
import processGateway from '../../checks/status/process-gateway.js';
import type { CredentialAttempt, CredentialProbe } from '../../src/model/facts-probes.js';
import { describeCheck, type Row } from './check-table.js';
import { type Change, healthyGateway, judgeOne, put, set, source, unset } from './facts-builder.js';

function attempts(...rows: [value: number, outcome: CredentialAttempt['outcome']][]): Change {
  return (s) => {
    s.data['probe.credentials'].attempts = rows.map(([value, outcome]) => ({
      class: value,
      slot: 'token',
      sources: ['config'],
      why: 'test',
      outcome,
    }));
  };
}
const notTried =
  (why: NonNullable<CredentialProbe['notTried']>): Change =>
  (s) => {
    s.data['probe.credentials'] = { endpoint: 'POST x', attempts: [], notTried: why };
  };
const shell: Change = (s) => put(s, source('shell', set(2)));
const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };

// What the running process holds says nothing of what it should take: it predicts nothing.
const ownEnviron: Change = (s) => {
  put(s, source('config', unset()));
  s.data['gateway.process'].environment.token = set(3);
};

/** `gateway.mode: remote` with a token of its own for the near end of a tunnel. */
const behindTunnel: Change = (s) => {
  s.targets = s.targets.map((target) => ({ ...target, place: 'remote' }));
  s.data['gateway.config'].mode = 'remote';
  put(s, source('config', unset()));
  put(s, source('remote', set(7)));
};

const trustedProxy: Change = (s) => {
  s.data['gateway.config'].authMode = 'trusted-proxy';
};

describeCheck(check, [
  ...(['storm', 'starting'] as const).map(
    (notTried): Row => [
      `nothing sent: ${notTried}`,
      '2026.5',
      (s) => {
        s.data['probe.credentials'].attempts = [];
        s.data['probe.credentials'].notTried = notTried;
      },
      [notTried],
    ],
  ),
  ['a trusted proxy', '2026.9', both(trustedProxy, notTried('no-candidate')), ['identity']],
  ['a trusted proxy, locked', '2026.9', both(trustedProxy, notTried('locked')), ['locked']],
  ['the predicted value', '2026.5', () => {}, ['accepted']],
  ['the predicted value, with another one in the shell', '2026.5', shell, ['accepted']],
  [
    'another known value',
    '2026.5',
    both(shell, attempts([1, 'refused'], [2, 'accepted'])),
    ['predicted-refused'],
  ],
  [
    'the predicted value is refused, nothing else is known',
    '2026.9',
    attempts([1, 'refused']),
    ['predicted-refused'],
  ],
  [
    'the same, refused minutes ago',
    '2026.9',
    attempts([1, 'remembered-refused']),
    ['predicted-refused'],
  ],
  ['a lockout in the middle', '2026.9', attempts([1, 'refused'], [2, 'locked']), ['locked']],
  ['a lockout before', '2026.9', notTried('locked'), ['locked']],
  ['no authentication', '2026.5', notTried('open'), ['open']],
  ['nothing to try', '2026.5', notTried('no-candidate'), ['no-candidate']],
  ['an owner that is not proved', '2026.5', notTried('owner-not-proved'), ['owner-not-proved']],
  ['own state cannot keep a refusal', '2026.5', notTried('cannot-remember'), ['cannot-remember']],
  ['plain HTTP to another host', '2026.5', notTried('remote-plain'), ['remote-plain']],
  ['no listener', '2026.5', notTried('no-listener'), ['not-determined']],
  [
    'a wrong remote.token',
    '2026.5',
    both(behindTunnel, attempts([7, 'refused'])),
    ['remote-refused'],
  ],
  ['a right remote.token', '2026.9', both(behindTunnel, attempts([7, 'accepted'])), ['accepted']],
  [
    'a wrong remote.token and the right one in the shell',
    '2026.9',
    both(behindTunnel, shell, attempts([7, 'refused'], [2, 'accepted'])),
    ['remote-refused'],
  ],
  ['silence', '2026.5', attempts([1, 'timeout']), ['no-answer']],
  [
    'the predicted value is refused, then silence',
    '2026.5',
    attempts([1, 'refused'], [2, 'timeout']),
    ['predicted-refused'],
  ],
  [
    'no prediction, and a refusal of what the process holds',
    '2026.5',
    both(ownEnviron, attempts([3, 'refused'])),
    ['nothing-known-accepted'],
  ],
  [
    'no prediction, one refusal and one silence',
    '2026.5',
    both(ownEnviron, attempts([3, 'refused'], [2, 'timeout'])),
    ['no-answer'],
  ],
  [
    'a value withheld by the budget',
    '2026.5',
    both(ownEnviron, attempts([3, 'refused'], [2, 'not-sent'])),
    ['no-answer'],
  ],
  [
    'not asked',
    '2026.5',
    (s) => {
      s.failed['probe.credentials'] = { state: 'timeout', reason: 'no answer in 5 s' };
    },
    ['not-determined'],
  ],
]);

it('names the live source in the words of the credential table, and what is stale', () => {
  const [finding] = judgeOne(check, healthyGateway('2026.9', shell));
  expect(finding?.params).toMatchObject({
    source: '~/.openclaw/openclaw.json gateway.auth.token',
    stale: ['shell OPENCLAW_GATEWAY_TOKEN'],
  });
});

it('says which value it should take and which it takes', () => {
  const change = both(shell, attempts([1, 'refused'], [2, 'accepted']));
  const [finding] = judgeOne(check, healthyGateway('2026.5', change));
  expect(finding?.params).toMatchObject({
    predictedSource: '~/.openclaw/openclaw.json gateway.auth.token',
    source: 'shell OPENCLAW_GATEWAY_TOKEN',
  });
});

it('says nothing while the port belongs to another program', () => {
  const facts = healthyGateway('2026.5', (s) => {
    s.data['gateway.process'].kind = 'foreign';
  });
  const earlier = judgeOne(processGateway, facts);
  expect(judgeOne(check, facts, earlier)).toMatchObject([
    { code: 'blocked', blockedBy: 'process/gateway' },
  ]);
});

it('names remote.token when the gateway behind the tunnel refuses it', () => {
  const change = both(behindTunnel, attempts([7, 'refused']));
  const [finding] = judgeOne(check, healthyGateway('2026.5', change));
  expect(finding?.text).toContain('gateway.remote.token');
  expect(finding?.next).toEqual(['set-remote-credential']);
});

it('names the user of a stranger on the port', () => {
  const [finding] = judgeOne(
    check,
    healthyGateway(
      '2026.5',
      both(notTried('owner-not-proved'), (s) => {
        s.targets = s.targets.map((t) => (t.kind === 'gateway' ? { ...t, uid: 1000 } : t));
        const { environment } = s.data['gateway.process'];
        s.data['gateway.process'] = {
          found: 'socket-without-owner',
          kind: 'unknown',
          environment: { ...environment, state: 'denied' },
          lines: [],
          versionEvidence: [],
        };
        for (const listener of s.data['host.listeners'].listeners) listener.uid = 1001;
      }),
    ),
  );
  expect(finding?.text).toContain('a process of another user (uid 1001) listens on the port');
});
