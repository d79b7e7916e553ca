import { forcedEndpoint } from '../../domain/attempts.js';
import { planForcedHeaders } from '../../domain/forwarded-headers.js';
import { gatewayOwnership } from '../../domain/ownership.js';
import type { HttpAnswer } from '../../model/facts-probes.js';
import type { HeadersProbe } from '../../model/facts-wire.js';
import type { Observer } from '../../model/observer.js';
import { classify } from './classify.js';
import { isSendable, send } from './http-request.js';
import { patience } from './patience.js';
import type { RefusalStore } from './refusal-store.js';
import type { SecretSource } from './secret-source.js';

/** TEST-NET-3 (RFC 5737): nobody's address. A loopback one is refused even from a trusted proxy. */
const nobody = '203.0.113.7';

/**
 * One POST /tools/invoke over loopback with the live credential and the headers that a proxy adds.
 * By HTTP on purpose: a WebSocket loses its scopes behind any proxy, trusted or not, on both known
 * lines (measured), so only the 403 of 2026.9 tells; and 2026.5 logs a WebSocket with such headers.
 */
export function makeForcedHeadersObserver(
  vault: Pick<SecretSource, 'reveal'>,
  store: RefusalStore,
): Observer<'probe.headers'> {
  return {
    id: 'probe.headers',
    stage: 'probes',
    uses: [
      'run',
      'host.discovery',
      'host.expectations',
      'gateway.config',
      'gateway.credentials',
      'gateway.process',
      'gateway.readiness',
      'gateway.exposure',
      'host.listeners',
      'host.pressure',
      'probe.refusals',
      'probe.anonymous',
      'probe.credentials',
      'probe.handshake',
    ],
    deadlineMs: 5000,
    async observe({ facts, target, host, options, signal }) {
      const plan = planForcedHeaders(facts, target);
      if (!plan.send) return { state: 'ok', source: 'plan', data: notSent(plan.notTried) };
      const { where, class: value, host: name } = plan;
      const endpoint = forcedEndpoint(where);
      const raw = vault.reveal(value);
      const proved = gatewayOwnership(facts, target).proved;
      if (raw === undefined || !isSendable(raw) || !proved) {
        return { state: 'ok', source: endpoint, data: notSent('no-live-credential') };
      }
      // Before it is sent: a line in the gateway's log must never be taken for a proxy's.
      await store.forced(host.ownStateDir, { endpoint, atMs: host.now() });
      const reply = await send({
        origin: where.http,
        host: where.host,
        method: 'POST',
        path: '/tools/invoke',
        bearer: raw,
        body: '{}',
        forwarded: { for: nobody, ...(name === undefined ? {} : { host: name }) },
        options,
        signal,
        patience: patience(facts),
      });
      const answer = classify(reply);
      const outcome = outcomeOf(answer);
      const data: HeadersProbe = { endpoint, class: value, outcome, answer };
      return {
        state: 'ok',
        source: endpoint,
        data: name === undefined ? data : { ...data, host: name },
      };
    },
  };
}

function notSent(notTried: NonNullable<HeadersProbe['notTried']>): HeadersProbe {
  return { endpoint: '', class: -1, outcome: 'not-tried', notTried };
}

function outcomeOf({ kind }: HttpAnswer): HeadersProbe['outcome'] {
  if (kind === 'gateway-accepted') return 'accepted';
  if (kind === 'gateway-403') return 'attribution-required';
  if (kind === 'gateway-401') return 'refused';
  return kind === 'gateway-429' ? 'locked' : 'other';
}
