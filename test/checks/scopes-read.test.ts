import check from '../../checks/probes/scopes-read.js';
import type { HandshakeProbe } from '../../src/model/facts-probes.js';
import { describeCheck } from './check-table.js';
import type { Change } from './facts-builder.js';

const read =
  (change: Partial<NonNullable<HandshakeProbe['read']>>): Change =>
  (s) => {
    s.data['probe.handshake'].read = { method: 'status', ok: false, latencyMs: 3, ...change };
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
  ['mode token, and nothing known', '2026.9', notConnected, ['not-connected']],
  ['mode none, connected without a credential', '2026.5', withoutCredential, ['answered']],
  ['a gateway that refuses all that is known', '2026.5', allRefused, ['no-live-credential']],
  ['an answer', '2026.5', () => {}, ['answered']],
  [
    'a missing scope',
    '2026.5',
    read({ errorCode: 'MISSING_SCOPE', missingScope: 'operator.read' }),
    ['missing-scope'],
  ],
  ['another refusal', '2026.9', read({ errorCode: 'other' }), ['refused']],
  [
    'a connection without a call',
    '2026.9',
    (s) => {
      delete s.data['probe.handshake'].read;
    },
    ['no-answer'],
  ],
  [
    'no connection',
    '2026.9',
    (s) => {
      s.data['probe.handshake'].outcome = 'timeout';
    },
    ['not-connected'],
  ],
  [
    'not asked',
    '2026.9',
    (s) => {
      s.failed['probe.handshake'] = { state: 'timeout', reason: 'no answer' };
    },
    ['not-connected'],
  ],
]);
