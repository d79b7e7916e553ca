import { expect, it } from 'vitest';
import check from '../../checks/probes/probe-handshake.js';
import type { HandshakeProbe } from '../../src/model/facts-probes.js';
import { describeCheck } from './check-table.js';
import { type Change, healthyGateway, judgeOne } from './facts-builder.js';

const probe =
  (change: Partial<HandshakeProbe>): Change =>
  (s) => {
    Object.assign(s.data['probe.handshake'], change);
  };

const allRefused: Change = (s) => {
  s.data['probe.handshake'].outcome = 'not-tried';
  s.data['probe.handshake'].notTried = 'no-live-credential';
  for (const attempt of s.data['probe.credentials'].attempts) attempt.outcome = 'refused';
};

const notConnected: Change = (s) => {
  s.data['probe.handshake'] = {
    endpoint: 'WS x',
    class: -1,
    outcome: 'not-tried',
    notTried: 'no-live-credential',
    scopes: [],
  };
};
const trustedProxy: Change = (s) => {
  notConnected(s);
  s.data['gateway.config'].authMode = 'trusted-proxy';
  s.data['probe.credentials'] = { endpoint: 'POST x', attempts: [], notTried: 'no-candidate' };
};
const withoutCredential: Change = (s) => {
  s.data['gateway.config'].authMode = 'none';
  s.data['probe.credentials'] = { endpoint: 'POST x', attempts: [], notTried: 'open' };
  s.data['probe.handshake'].class = -1;
};

describeCheck(check, [
  ['a trusted proxy, whose identities decide', '2026.9', trustedProxy, ['identity']],
  ['mode token, and nothing known', '2026.9', notConnected, ['not-tried']],
  ['mode none, connected without a credential', '2026.5', withoutCredential, ['connected']],
  ['a gateway that refuses all that is known', '2026.5', allRefused, ['no-live-credential']],
  ['a connect', '2026.5', () => {}, ['connected']],
  [
    'a refusal',
    '2026.5',
    probe({ outcome: 'refused', errorCode: 'AUTH_TOKEN_MISMATCH' }),
    ['refused'],
  ],
  ['a start-up', '2026.5', probe({ outcome: 'refused', errorCode: 'UNAVAILABLE' }), ['starting']],
  ['a close', '2026.5', probe({ outcome: 'closed', closeCode: 1008 }), ['closed']],
  ['a close while starting', '2026.5', probe({ outcome: 'closed', closeCode: 1013 }), ['starting']],
  ['another protocol', '2026.5', probe({ outcome: 'not-a-gateway' }), ['not-a-gateway']],
  ['silence', '2026.5', probe({ outcome: 'timeout' }), ['no-answer']],
  [
    'no live credential',
    '2026.5',
    probe({ outcome: 'not-tried', notTried: 'no-live-credential' }),
    ['not-tried'],
  ],
  ['a clock that is off', '2026.5', probe({ skewMs: -600_000 }), ['connected', 'skewed']],
  ['a clock within the tolerance', '2026.5', probe({ skewMs: 119_000 }), ['connected']],
  [
    'not asked',
    '2026.5',
    (s) => {
      s.failed['probe.handshake'] = { state: 'timeout', reason: 'no answer in 5 s' };
    },
    ['not-tried'],
  ],
]);

it.each([
  ['AUTH_RATE_LIMITED', 'wait-for-lockout'],
  ['PAIRING_REQUIRED', 'review-request'],
  ['other', 'restart-gateway'],
])('%s leads to %s', (errorCode, remedy) => {
  const [finding] = judgeOne(
    check,
    healthyGateway('2026.5', probe({ outcome: 'refused', errorCode })),
  );
  expect(finding?.next[0]).toBe(remedy);
});
