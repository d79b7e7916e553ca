import { allRefused } from '../../src/domain/all-refused.js';
import { untrustedHeadersSeen } from '../../src/domain/forwarded-headers.js';
import { trustsLoopback } from '../../src/domain/openclaw/cidr.js';
import { linesToJudge, versionsOf } from '../../src/domain/openclaw/versions.js';
import { defineCheck } from '../../src/model/check.js';
import { anotherHost } from '../another-host.js';
import { byIdentity } from '../by-identity.js';

const remedies = ['trust-proxy', 'rebuild-proxy-headers'];

export default defineCheck({
  id: 'probe/headers',
  stage: 'probes',
  per: 'gateway',
  title: 'a request through the proxy in front is attributed, and not refused',
  about:
    'Sends one request over loopback with the live credential, the external Host and the X-Forwarded headers that a reverse proxy adds. From an address that gateway.trustedProxies does not name, 2026.9 refuses it with 403 proxy_attribution_required; 2026.5 accepts it, takes the client for remote and grants no scope to one without a device. Made only where a proxy is declared, once, and with a credential that the gateway has just accepted.',
  falsePositives:
    'A proxy that adds no X-Forwarded header is not refused: then the warning says what would happen if it did.',
  needs: [],
  uses: [
    'probe.headers',
    'probe.credentials',
    'probe.reachable',
    'probe.refusals',
    'gateway.logs',
    'gateway.config',
    'gateway.process',
    'gateway.state',
    'host.install',
    'probe.handshake',
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
    { check: 'probe/anonymous', codes: ['locked', 'not-a-gateway', 'nothing-answers', 'open'] },
    { check: 'probe/credentials', codes: ['nothing-known-accepted', 'locked'] },
  ],
  optional: true,
  codes: {
    'another-host': anotherHost,
    identity: byIdentity,
    'no-proxy': {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'nothing declares a proxy in front of this gateway, and its log has seen none',
    },
    tailscale: {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'Tailscale brings the requests, over an ingress of its own',
    },
    'proxy-elsewhere': {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'the trusted proxy is not on this host, so a request from here cannot stand for it',
    },
    'no-live-credential': {
      outcome: 'skip',
      skipReason: 'blocked-by-fail',
      text: 'says nothing while probe/credentials finds no credential that is accepted',
    },
    attributed: {
      outcome: 'pass',
      text: 'a request with the headers of a trusted proxy is accepted',
    },
    'headers-refused': {
      outcome: 'fail',
      text: 'the gateway refuses what comes through the proxy (403 proxy_attribution_required): gateway.trustedProxies does not name the address that it comes from{seen}',
      next: remedies,
    },
    'not-taken-up': {
      outcome: 'fail',
      text: 'gateway.trustedProxies names loopback, and the running gateway still answers 403 proxy_attribution_required',
      next: ['restart-gateway', 'trust-proxy'],
    },
    'locality-lost': {
      outcome: 'fail',
      text: 'clients come through a proxy that gateway.trustedProxies does not name{seen}: they count as remote, and one without a paired device gets no scope',
      next: remedies,
    },
    'credential-refused': {
      outcome: 'fail',
      text: 'with the headers of a proxy the gateway refuses the credential that it accepts without them ({status})',
      next: remedies,
    },
    'would-be-refused': {
      outcome: 'warn',
      text: 'a proxy on this host that adds X-Forwarded headers is refused (403 proxy_attribution_required): gateway.trustedProxies does not name it',
      next: remedies,
    },
    'would-lose-locality': {
      outcome: 'warn',
      text: 'clients behind a proxy on this host that adds X-Forwarded headers count as remote without an address of their own: gateway.trustedProxies does not name it',
      next: remedies,
    },
    'not-determined': {
      outcome: 'unknown',
      text: 'a request through the proxy could not be tried ({reason}); look again',
      next: ['look-again'],
    },
  },
  judge(at) {
    const seen = at.look('probe.headers');
    const probe = seen?.data;
    const config = at.look('gateway.config')?.data;
    const trusted = trustsLoopback(config?.trustedProxies ?? []);
    const lines = linesToJudge(versionsOf(at.facts, at.subject).server);
    const refuses = lines.length > 0 && lines.every((line) => line === '2026.9');
    const log = untrustedHeadersSeen(at.facts, at.subject);
    const reach = at.look('probe.reachable')?.data?.rows ?? [];
    const through = reach.find((row) => row.answer?.kind === 'gateway-403');
    const text = through
      ? `; ${through.sources.join(', ')} gets that answer`
      : log
        ? `; its log has seen it ${log.count} times`
        : '';
    const isElsewhere = probe?.notTried === 'another-host';
    if (isElsewhere) return [at.found('another-host')];
    // What really happened outranks what a request of ours would show.
    if (through) return [at.found('headers-refused', { seen: text })];
    if (log && !trusted) {
      return [at.found(refuses ? 'headers-refused' : 'locality-lost', { seen: text })];
    }
    if (seen?.state !== 'ok' || !probe) {
      return [at.found('not-determined', { reason: seen?.reason ?? 'it was not asked' })];
    }
    switch (probe.outcome) {
      case 'accepted':
        return [at.found(trusted ? 'attributed' : 'would-lose-locality')];
      case 'attribution-required':
        return [at.found(trusted ? 'not-taken-up' : 'would-be-refused')];
      case 'refused':
      case 'locked':
        return [at.found('credential-refused', { status: probe.answer?.status ?? 401 })];
      case 'other': {
        const reason = `the answer was ${probe.answer?.kind ?? 'none'}`;
        return [at.found('not-determined', { reason })];
      }
      default:
        break;
    }
    const why = probe.notTried ?? 'no-proxy';
    if (why === 'no-live-credential') {
      if (allRefused(at.look('probe.credentials')?.data)) return [at.found(why)];
      return [at.found('not-determined', { reason: 'no credential is known to be live' })];
    }
    if (why === 'cannot-remember') {
      const reason = 'clawdoctor cannot write its own state directory';
      return [at.found('not-determined', { reason })];
    }
    return [at.found(why)];
  },
});
