import { allRefused } from '../../src/domain/all-refused.js';
import { identityDecides } from '../../src/domain/declared-mode.js';
import { closeCodeRow, handshakeCode } from '../../src/domain/openclaw/handshake-codes.js';
import { toleratedSkewMs } from '../../src/domain/openclaw/protocol.js';
import { versionsOf } from '../../src/domain/openclaw/versions.js';
import { underPressure } from '../../src/domain/pressure.js';
import { defineCheck } from '../../src/model/check.js';
import type { FactSet } from '../../src/model/fact-set.js';
import type { HandshakeProbe } from '../../src/model/facts-probes.js';
import type { Target } from '../../src/model/target.js';
import { byIdentity } from '../by-identity.js';

export default defineCheck({
  id: 'probe/handshake',
  stage: 'probes',
  per: 'gateway',
  title: 'the gateway opens a WebSocket session for the live credential',
  about:
    'Connects as a backend client without a device, which writes no pairing state, with the credential that the gateway has just accepted over HTTP, or with none where gateway.auth.mode none says so. A refusal here has a machine-readable code that says what the word unauthorized hides.',
  falsePositives: 'A proxy that speaks HTTP only refuses the upgrade though the gateway is well.',
  needs: [],
  uses: [
    'probe.handshake',
    'probe.credentials',
    'gateway.config',
    'gateway.credentials',
    'gateway.state',
    'host.install',
    'host.pressure',
  ],
  blockedBy: [
    {
      check: 'process/gateway',
      codes: [
        'nothing-listens',
        'listens-elsewhere',
        'port-not-known',
        'foreign-program',
        'tunnel',
        'other-config',
      ],
    },
    { check: 'status/readiness', codes: ['nothing-answers', 'no-answer', 'not-a-gateway'] },
    { check: 'storm/restarts', codes: ['storm'] },
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
      text: 'the gateway refuses the connect with {errorCode}: {means}{notMeans}',
      next: ['restart-gateway', 'look-again'],
    },
    locked: {
      outcome: 'fail',
      text: 'the gateway refuses the connect with {errorCode}: {means}{until}',
      next: ['wait-for-lockout'],
    },
    closed: {
      outcome: 'fail',
      text: 'the gateway closes the connection before it answers (close code {closeCode}): {means}',
      next: ['look-again', 'restart-gateway'],
    },
    'upgrade-refused': {
      outcome: 'fail',
      text: '{endpoint} refuses the upgrade to a WebSocket with HTTP {status}, though it answers HTTP: what stands before the gateway does not let WebSockets through, or lost sight of who connects',
      next: ['give-identity', 'align-client-url'],
    },
    'not-a-gateway': {
      outcome: 'fail',
      text: '{endpoint} does not speak the protocol of an OpenClaw Gateway',
      next: ['use-this-config', 'stop-foreign-listener'],
    },
    skewed: {
      outcome: 'warn',
      text: 'the clock of the gateway is {skewS} seconds off from this host: clients that sign with their own clock (2026.5 does, 2026.9 takes the time of the gateway) are refused beyond 120',
      next: ['fix-clock'],
    },
    'skew-refuses-cli': {
      outcome: 'fail',
      text: 'the clock of the gateway is {skewS} seconds off from this host, and the OpenClaw {cli} here signs with its own clock: beyond 120 seconds its device signature is refused as expired',
      next: ['fix-clock'],
    },
    'config-not-applied': {
      outcome: 'warn',
      text: 'the gateway says itself that it has not applied {path} as it stands now ({why}): what was edited since is not in effect',
      next: ['repair-reload', 'repair-config', 'restart-gateway'],
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
    switch (probe.outcome) {
      case 'accepted': {
        const version = probe.serverVersion === undefined ? '' : ` (${probe.serverVersion})`;
        const scopes = probe.scopes.length > 0 ? probe.scopes : ['no scope'];
        const connected = at.found('connected', {
          version,
          scopes,
          protocol: probe.protocol ?? null,
        });
        const applied = appliedFault(at.facts, at.subject, probe);
        const found = [connected, ...(applied ? [at.found(...applied)] : [])];
        const skewMs = probe.skewMs ?? 0;
        if (Math.abs(skewMs) <= toleratedSkewMs) return found;
        const cli = versionsOf(at.facts, at.subject).cli.lines;
        const installed = (at.look('host.install')?.data?.binaries.length ?? 0) > 0;
        const signs = installed && cli.length > 0 && cli.every((line) => line !== '2026.9');
        const params = { skewS: Math.round(skewMs / 1000), cli: [...cli] };
        return [...found, at.found(signs ? 'skew-refuses-cli' : 'skewed', params)];
      }
      case 'refused': {
        const { code, ...params } = refusal(probe);
        if (code === 'UNAVAILABLE') return [at.found('starting')];
        const row = handshakeCode(code, probe.pairingReason);
        const said = { ...params, means: row?.means ?? unknownCode, layer: row?.layer ?? null };
        if (code === 'AUTH_RATE_LIMITED') {
          const { retryAfterMs } = probe;
          const retryAfterS = retryAfterMs === undefined ? null : Math.ceil(retryAfterMs / 1000);
          const until = retryAfterS === null ? '' : `; it says to wait ${retryAfterS} seconds`;
          return [at.found('locked', { ...said, retryAfterS, until })];
        }
        const notMeans = row?.notMeans === undefined ? '' : ` (it does not mean ${row.notMeans})`;
        return [at.found('refused', { ...said, notMeans }, row ? { next: row.next } : {})];
      }
      case 'closed': {
        const { closeCode } = probe;
        if (closeCode === 1013 || closeCode === 1012) return [at.found('starting')];
        const row = closeCode === undefined ? undefined : closeCodeRow(closeCode);
        const means = row?.means ?? 'no known gateway does that';
        const params = { closeCode: closeCode ?? 'none', means };
        return [at.found('closed', params, row ? { next: row.next } : {})];
      }
      case 'not-a-gateway': {
        const { endpoint, httpStatus = 0 } = probe;
        return [
          httpStatus >= 400
            ? at.found('upgrade-refused', { endpoint, status: httpStatus })
            : at.found('not-a-gateway', { endpoint }),
        ];
      }
      case 'timeout': {
        const pressure = underPressure(at.facts) ? ', and the host is short of memory' : '';
        return [at.found('no-answer', { pressure })];
      }
      default:
        return [at.found('not-tried', { reason: reasons[probe.notTried ?? 'blocked'] })];
    }
  },
});

/** OpenClaw takes an edit up within one or two seconds (measured on 2026.9.6). */
const reloadMs = 5000;

/** An edit of this moment is not taken up yet, and that is no fault. */
function appliedFault(facts: FactSet, gateway: Target, { appliedConfig }: HandshakeProbe) {
  const config = facts.data('gateway.config', gateway.id);
  if (appliedConfig !== false || !config) return undefined;
  const { file, reloadMode } = config;
  if (facts.run.nowMs - (file.mtimeMs ?? 0) < reloadMs) return undefined;
  const off = reloadMode === 'off';
  const why = off ? 'gateway.reload.mode is off' : 'its last reload failed or has not ended';
  const more = off ? { next: ['restart-gateway', 'turn-on-reload'] } : {};
  return ['config-not-applied', { path: file.path, why }, more] as const;
}

const unknownCode =
  'no version that is known here says that, so take the words of the client for it';

/** The code as people know it: the kind of a PAIRING_REQUIRED is part of it. */
function refusal({ errorCode = 'other', pairingReason }: HandshakeProbe) {
  const shown = errorCode === 'other' ? 'a code that is not known here' : errorCode;
  return {
    code: errorCode,
    errorCode: pairingReason === undefined ? shown : `${shown} (${pairingReason})`,
  };
}

const reasons = {
  'no-live-credential': 'no credential is known to be live',
  'no-listener': 'nothing listens',
  blocked: 'what comes before it did not pass',
};
