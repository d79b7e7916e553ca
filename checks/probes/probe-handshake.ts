import { allRefused } from '../../src/domain/all-refused.js';
import { identityDecides } from '../../src/domain/declared-mode.js';
import { underPressure } from '../../src/domain/pressure.js';
import { defineCheck } from '../../src/model/check.js';
import { byIdentity } from '../by-identity.js';

/** Device signatures may be off by this much on both known lines. */
const toleratedSkewMs = 120_000;

/** What to do about a refusal, by its `details.code`. */
const remediesOf: Record<string, string[]> = {
  AUTH_RATE_LIMITED: ['wait-for-lockout'],
  PAIRING_REQUIRED: ['review-request'],
  AUTH_SCOPE_MISMATCH: ['review-request'],
  AUTH_DEVICE_TOKEN_MISMATCH: ['re-pair-device'],
  DEVICE_AUTH_SIGNATURE_EXPIRED: ['fix-clock'],
};

export default defineCheck({
  id: 'probe/handshake',
  stage: 'probes',
  per: 'gateway',
  title: 'the gateway opens a WebSocket session for the live credential',
  about:
    'Connects as a backend client without a device, which writes no pairing state, with the credential that the gateway has just accepted over HTTP, or with none where gateway.auth.mode none says so. A refusal here has a machine-readable code that says what the word unauthorized hides.',
  falsePositives: 'A proxy that speaks HTTP only refuses the upgrade though the gateway is well.',
  needs: [],
  uses: ['probe.handshake', 'probe.credentials', 'gateway.config', 'host.pressure'],
  blockedBy: [
    {
      check: 'process/gateway',
      codes: ['nothing-listens', 'listens-elsewhere', 'foreign-program', 'tunnel', 'other-config'],
    },
    { check: 'status/readiness', codes: ['nothing-answers', 'no-answer', 'not-a-gateway'] },
    { check: 'probe/anonymous', codes: ['locked', 'not-a-gateway', 'nothing-answers', 'open'] },
    { check: 'probe/credentials', codes: ['nothing-known-accepted', 'locked'] },
  ],
  codes: {
    identity: byIdentity,
    'no-live-credential': {
      outcome: 'skip',
      skipReason: 'blocked-by-fail',
      text: 'says nothing while probe/credentials finds no credential that is accepted',
    },
    connected: {
      outcome: 'pass',
      text: 'the gateway{version} accepts the connect and grants {scopes}',
    },
    refused: {
      outcome: 'fail',
      text: 'the gateway refuses the connect with {errorCode}',
      next: ['restart-gateway', 'look-again'],
    },
    closed: {
      outcome: 'fail',
      text: 'the gateway closes the connection before it answers (close code {closeCode})',
      next: ['look-again', 'restart-gateway'],
    },
    'not-a-gateway': {
      outcome: 'fail',
      text: '{endpoint} does not speak the protocol of an OpenClaw Gateway',
      next: ['use-this-config', 'stop-foreign-listener'],
    },
    skewed: {
      outcome: 'warn',
      text: 'the clock of the gateway is {skewS} seconds off from this host: device signatures are refused beyond 120',
      next: ['fix-clock'],
    },
    starting: {
      outcome: 'unknown',
      text: 'the gateway is still starting; look again in a minute',
      next: ['look-again'],
    },
    'no-answer': {
      outcome: 'unknown',
      text: 'the gateway did not answer the connect in time{pressure}; look again',
      next: ['look-again'],
    },
    'not-tried': {
      outcome: 'unknown',
      text: 'no connect was made ({reason}); a credential that the gateway accepts would make it possible',
      next: ['look-again'],
    },
  },
  judge(at) {
    const seen = at.look('probe.handshake');
    if (seen?.state !== 'ok' || !seen.data) {
      return [at.found('not-tried', { reason: seen?.reason ?? 'it was not asked' })];
    }
    const probe = seen.data;
    if (probe.notTried === 'no-live-credential' && identityDecides(at.facts, at.subject)) {
      return [at.found('identity')];
    }
    if (probe.notTried && allRefused(at.look('probe.credentials')?.data)) {
      return [at.found('no-live-credential')];
    }
    const errorCode = probe.errorCode ?? 'no code';
    switch (probe.outcome) {
      case 'accepted': {
        const version = probe.serverVersion === undefined ? '' : ` (${probe.serverVersion})`;
        const scopes = probe.scopes.length > 0 ? probe.scopes : ['no scope'];
        const found = [
          at.found('connected', { version, scopes, protocol: probe.protocol ?? null }),
        ];
        const skewMs = probe.skewMs ?? 0;
        if (Math.abs(skewMs) > toleratedSkewMs) {
          found.push(at.found('skewed', { skewS: Math.round(skewMs / 1000) }));
        }
        return found;
      }
      case 'refused': {
        if (errorCode === 'UNAVAILABLE') return [at.found('starting')];
        const next = remediesOf[errorCode];
        return [at.found('refused', { errorCode }, next ? { next } : {})];
      }
      case 'closed':
        if (probe.closeCode === 1013) return [at.found('starting')];
        return [at.found('closed', { closeCode: probe.closeCode ?? 'none' })];
      case 'not-a-gateway':
        return [at.found('not-a-gateway', { endpoint: probe.endpoint })];
      case 'timeout': {
        const pressure = underPressure(at.facts) ? ', and the host is short of memory' : '';
        return [at.found('no-answer', { pressure })];
      }
      default:
        return [at.found('not-tried', { reason: reasons[probe.notTried ?? 'blocked'] })];
    }
  },
});

const reasons = {
  'no-live-credential': 'no credential is known to be live',
  'no-listener': 'nothing listens',
  blocked: 'what comes before it did not pass',
};
