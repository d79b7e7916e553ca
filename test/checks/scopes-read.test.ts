import check from '../../checks/probes/scopes-read.js';
import type { HandshakeProbe } from '../../src/model/facts-probes.js';
import { describeCheck } from './check-table.js';
import type { Change } from './facts-builder.js';
import { allRefused, notConnected, trustedProxy, withoutCredential } from './unconnected.js';

const read =
  (change: Partial<NonNullable<HandshakeProbe['read']>>): Change =>
  (s) => {
    s.data['probe.handshake'].read = { method: 'status', ok: false, latencyMs: 3, ...change };
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
  ['a call that ran out of time', '2026.5', read({ errorCode: 'no-answer' }), ['no-answer']],
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
