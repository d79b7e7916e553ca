import type { HandshakeProbe } from '../../src/model/facts-probes.js';
import type { Change } from './facts-builder.js';

/** What the observer of the handshake found, changed. */
export const probe =
  (change: Partial<HandshakeProbe>): Change =>
  (s) => {
    Object.assign(s.data['probe.handshake'], change);
  };

/** Every credential was refused over HTTP, so no WebSocket was opened. */
export const allRefused: Change = (s) => {
  probe({ outcome: 'not-tried', notTried: 'no-live-credential' })(s);
  for (const attempt of s.data['probe.credentials'].attempts) attempt.outcome = 'refused';
};

/** No credential was known, so no WebSocket was opened. */
export const notConnected: Change = (s) => {
  s.data['probe.handshake'] = {
    endpoint: 'WS x',
    class: -1,
    outcome: 'not-tried',
    notTried: 'no-live-credential',
    scopes: [],
  };
};

/** The same behind a proxy whose identities decide. */
export const trustedProxy: Change = (s) => {
  notConnected(s);
  s.data['gateway.config'].authMode = 'trusted-proxy';
  s.data['probe.credentials'] = { endpoint: 'POST x', attempts: [], notTried: 'no-candidate' };
};

/** Mode none: connected without a credential. */
export const withoutCredential: Change = (s) => {
  s.data['gateway.config'].authMode = 'none';
  s.data['probe.credentials'] = { endpoint: 'POST x', attempts: [], notTried: 'open' };
  s.data['probe.handshake'].class = -1;
};
