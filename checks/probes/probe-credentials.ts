import { identityDecides } from '../../src/domain/declared-mode.js';
import { lockoutEndMs, timeText } from '../../src/domain/lockout.js';
import { sourcesOfClass } from '../../src/domain/openclaw/class-sources.js';
import { credentialRows } from '../../src/domain/openclaw/credential-matrix.js';
import { winners } from '../../src/domain/openclaw/precedence.js';
import { gatewayOwnership } from '../../src/domain/ownership.js';
import { defineCheck } from '../../src/model/check.js';
import type { FactSet } from '../../src/model/fact-set.js';
import type { CredentialAttempt } from '../../src/model/facts-probes.js';
import type { Target } from '../../src/model/target.js';
import { byIdentity } from '../by-identity.js';

export default defineCheck({
  id: 'probe/credentials',
  stage: 'probes',
  per: 'gateway',
  title: 'the gateway accepts the credential that the rules predict',
  about:
    'Sends each distinct value that is known, one at a time and the predicted one first, to POST /tools/invoke, and stops at the first that is accepted. That tells which secret the running process holds, whatever the files say.',
  falsePositives:
    'A gateway whose secret exists only outside this host (docker -e, another vault) refuses everything that is known here and is well.',
  needs: [],
  uses: [
    'probe.credentials',
    'gateway.config',
    'gateway.credentials',
    'gateway.process',
    'probe.handshake',
    'probe.anonymous',
    'probe.refusals',
    'gateway.state',
    'gateway.readiness',
    'host.install',
    'host.listeners',
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
  ],
  codes: {
    accepted: { outcome: 'pass', text: 'the gateway accepts the {slot} of {source}{staleText}' },
    open: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'the gateway accepts requests without a credential, so it can accept none in particular',
    },
    identity: byIdentity,
    'predicted-refused': {
      outcome: 'fail',
      text: 'the gateway refuses {predictedSource}, which it should take, and accepts {acceptedText}',
      next: ['restart-gateway', 'stop-flag-override'],
    },
    'remote-refused': {
      outcome: 'fail',
      text: 'the gateway at the remote URL refuses {predictedSource}, which the CLI here sends it, and accepts {acceptedText}',
      next: ['set-remote-credential'],
    },
    'nothing-known-accepted': {
      outcome: 'fail',
      text: 'the gateway refuses every value that is known here ({tried} tried), and the rules name none that it would take',
      next: ['restart-gateway', 'stop-flag-override', 'write-plain-token'],
    },
    locked: {
      outcome: 'fail',
      text: 'the gateway answers 429: this address is locked out{until}, and even the right credential is refused',
      next: ['wait-for-lockout'],
    },
    'cannot-remember': {
      outcome: 'unknown',
      text: 'the limiter of this gateway counts wrong tries and clawdoctor cannot keep a refusal in its own state directory, so nothing was sent; make that directory writable (XDG_STATE_HOME) to know',
      next: ['look-again'],
    },
    'no-candidate': {
      outcome: 'unknown',
      text: 'no value is known here that could be tried; a readable config or OPENCLAW_GATEWAY_TOKEN in the environment would give one',
      next: ['run-as-owner', 'set-variable'],
    },
    'owner-not-proved': {
      outcome: 'unknown',
      text: 'nothing was sent: it is not proved that what listens is the gateway of this config ({reason}); run clawdoctor as the user of the gateway',
      next: ['run-as-owner'],
    },
    'remote-plain': {
      outcome: 'unknown',
      text: 'nothing was sent: the gateway is on another host and the URL is not encrypted; give a wss or https URL',
      next: ['align-client-url'],
    },
    storm: {
      outcome: 'unknown',
      text: 'nothing was sent: the gateway is being restarted over and over, and a token test in between proves nothing; look again once it stays up',
      next: ['look-again'],
    },
    starting: {
      outcome: 'unknown',
      text: 'nothing was sent: the gateway is still starting; look again in a minute',
      next: ['look-again'],
    },
    'no-answer': {
      outcome: 'unknown',
      text: 'no attempt was answered in a way that tells ({outcomes}); look again',
      next: ['look-again'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: 'no credential was tried ({reason}); look again once the gateway can be reached',
      next: ['look-again'],
    },
  },
  judge(at) {
    const seen = at.look('probe.credentials');
    if (seen?.state !== 'ok' || !seen.data) {
      return [at.found('not-determined', { reason: seen?.reason ?? 'it was not asked' })];
    }
    const { attempts, notTried } = seen.data;
    if (notTried === 'open') return [at.found('open')];
    if (notTried === 'locked') return [at.found('locked', lockout(at.facts, at.subject))];
    if (notTried === 'no-answer') {
      const reason = 'a request without a credential was not answered';
      return [at.found('not-determined', { reason })];
    }
    if (notTried === 'no-listener')
      return [at.found('not-determined', { reason: 'nothing listens' })];
    if (notTried === 'no-candidate' && identityDecides(at.facts, at.subject)) {
      return [at.found('identity')];
    }
    if (notTried === 'owner-not-proved') {
      const { proved, reason } = gatewayOwnership(at.facts, at.subject);
      const seenThen = 'what answers is not an OpenClaw gateway';
      return [at.found(notTried, { reason: proved ? seenThen : reason })];
    }
    if (notTried !== undefined) return [at.found(notTried)];
    const name = (attempt: CredentialAttempt) => sourcesOf(at.facts, at.subject, attempt);
    // The config of a gateway behind a remote URL is not ours: what is known is what is sent to it.
    const isRemote = at.subject.place === 'remote';
    const predicted = winners(isRemote ? 'remote-client' : 'server', at.facts, at.subject)
      // What the running process holds is no prediction of what it should take.
      .all.filter((w) => w.outcome === 'value' && w.from !== 'process')
      .map((w) => w.class);
    const accepted = attempts.find((a) => a.outcome === 'accepted');
    const refused = attempts.filter(isRefused);
    const wrong = refused.find((a) => predicted.includes(a.class));
    if (accepted) {
      const stale = staleSources(at.facts, at.subject, accepted);
      const params = {
        slot: accepted.slot,
        source: name(accepted),
        stale,
        staleText: stale.length > 0 ? `; ${stale.join(', ')} differs` : '',
      };
      if (!wrong) return [at.found('accepted', params)];
      const predictedSource = name(wrong);
      const acceptedText = params.source;
      const code = isRemote ? 'remote-refused' : 'predicted-refused';
      return [at.found(code, { ...params, predictedSource, acceptedText })];
    }
    if (attempts.some((a) => a.outcome === 'locked')) {
      return [at.found('locked', lockout(at.facts, at.subject))];
    }
    if (wrong) {
      const params = { predictedSource: name(wrong), source: null, tried: attempts.length };
      const acceptedText = 'nothing else that is known here';
      const code = isRemote ? 'remote-refused' : 'predicted-refused';
      return [at.found(code, { ...params, acceptedText })];
    }
    const outcomes = [...new Set(attempts.map((a) => a.outcome))];
    if (refused.length === 0 || refused.length < attempts.length) {
      return [at.found('no-answer', { outcomes })];
    }
    return [at.found('nothing-known-accepted', { tried: attempts.length })];
  },
});

/** Until when, as far as the gateway says it. */
function lockout(facts: FactSet, gateway: Target) {
  const endMs = lockoutEndMs(facts, gateway);
  if (endMs === undefined) return { until: '', untilText: null };
  const untilText = timeText(endMs);
  return { until: ` until ${untilText}`, untilText };
}

/** A refusal of minutes ago counts like one of now: the memory is dropped when the process restarts. */
function isRefused(attempt: CredentialAttempt): boolean {
  return attempt.outcome === 'refused' || attempt.outcome === 'remembered-refused';
}

/** The first place that holds the value, in the words of the credential table. */
function sourcesOf(facts: FactSet, gateway: Target, attempt: CredentialAttempt): string {
  return sourcesOfClass(facts, gateway, attempt.class)[0] ?? attempt.sources.join(', ');
}

/** Rows that hold another shared secret than the live one: inferred, not tried. */
function staleSources(facts: FactSet, gateway: Target, live: CredentialAttempt): string[] {
  const same = sourcesOfClass(facts, gateway, live.class);
  return credentialRows(facts)
    .filter((row) => row.target === gateway.id && row.state === 'set' && row.kind === live.slot)
    .map((row) => row.source)
    .filter((source) => !same.includes(source));
}
