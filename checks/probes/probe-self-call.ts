import { allRefused } from '../../src/domain/all-refused.js';
import { identityDecides } from '../../src/domain/declared-mode.js';
import { selfCall, selfCallRefusals } from '../../src/domain/self-call.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost, isElsewhere } from '../another-host.js';
import { byIdentity } from '../by-identity.js';

export default defineCheck({
  id: 'probe/self-call',
  stage: 'probes',
  per: 'gateway',
  title: "the gateway's own calls to itself send what it accepts",
  about:
    'Tools, subagents and jobs inside the gateway call it like any client, with the environment, HOME and config of its process. On 2026.5 that client takes OPENCLAW_GATEWAY_TOKEN before the config, so a gateway that was started by hand with a stale variable refuses itself while every other client works. Nothing more is sent: what probe/credentials learnt is compared with what that client would take.',
  falsePositives:
    'None known. Refusals in the log count only since the process started and the config was last edited, and without those of clawdoctor.',
  needs: [],
  uses: [
    'gateway.process',
    'gateway.config',
    'gateway.credentials',
    'gateway.state',
    'gateway.logs',
    'host.install',
    'probe.credentials',
    'probe.handshake',
  ],
  answeredBy: ['probe/credentials'],
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
    { check: 'probe/anonymous', codes: ['locked', 'not-a-gateway', 'nothing-answers', 'open'] },
    { check: 'probe/credentials', codes: ['nothing-known-accepted', 'locked'] },
  ],
  codes: {
    'another-host': anotherHost,
    identity: byIdentity,
    'sends-live': { outcome: 'pass', text: 'its own calls send {source}, which it accepts' },
    'in-process': {
      outcome: 'pass',
      text: 'this version answers its own calls inside its process, without a token',
    },
    'none-needed': {
      outcome: 'pass',
      text: 'the gateway accepts every request, its own calls too',
    },
    'no-live-credential': {
      outcome: 'skip',
      skipReason: 'blocked-by-fail',
      text: 'says nothing while probe/credentials finds no credential that is accepted',
    },
    'sends-other': {
      outcome: 'fail',
      text: 'the gateway’s own calls send {source}, which it refuses: {rule}{logged}',
      next: ['align-process-variable', 'write-plain-token'],
    },
    'sends-nothing': {
      outcome: 'fail',
      text: 'the gateway’s own calls find nothing to send, and it asks for a {slot}: {rule}{logged}',
      next: ['write-plain-token', 'align-process-variable'],
    },
    'calls-elsewhere': {
      outcome: 'fail',
      text: 'OPENCLAW_GATEWAY_URL in the environment of the gateway sends its own calls to {url}',
      next: ['align-process-variable'],
    },
    'refused-in-log': {
      outcome: 'fail',
      text: 'the gateway has refused its own calls {count} times since it was started ({reason})',
      next: ['align-process-variable', 'restart-gateway'],
    },
    'not-known': {
      outcome: 'unknown',
      text: 'what the gateway’s own calls would send is not known ({reason}); run clawdoctor as its user to know',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    if (identityDecides(at.facts, at.subject)) return [at.found('identity')];
    const probe = at.look('probe.credentials')?.data;
    if (probe?.notTried === 'open') return [at.found('none-needed')];
    const live = probe?.attempts.find((a) => a.outcome === 'accepted');
    if (!live) {
      if (allRefused(probe)) return [at.found('no-live-credential')];
      return [at.found('not-known', { reason: 'no credential is known to be live' })];
    }
    const { slot } = live;
    const found = selfCall(at.facts, at.subject, live.class);
    const refusals = selfCallRefusals(at.facts, at.subject);
    const logged = refusals
      ? `; its log has ${refusals.count} such refusals (${refusals.reason})`
      : '';
    switch (found.is) {
      case 'sends-other':
        return [at.found('sends-other', { ...found, slot, logged })];
      case 'sends-nothing':
        return [at.found('sends-nothing', { ...found, slot, logged })];
      case 'calls-elsewhere':
        return [at.found('calls-elsewhere', { url: found.url })];
      default:
        break;
    }
    if (refusals) {
      const { count, reason } = refusals;
      return [at.found('refused-in-log', { count, reason })];
    }
    if (found.is === 'not-known') return [at.found('not-known', { reason: found.reason })];
    if (found.is === 'in-process') return [at.found('in-process')];
    return [at.found('sends-live', { source: found.source })];
  },
});
