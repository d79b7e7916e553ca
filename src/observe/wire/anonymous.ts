import { gatewayAttemptEndpoint } from '../../domain/attempts.js';
import { gatewayEndpoint } from '../../domain/endpoints.js';
import type { Observer } from '../../model/observer.js';
import { leftAlone } from './allowed-address.js';
import { classify } from './classify.js';
import { send } from './http-request.js';
import { patience } from './patience.js';

/**
 * POST /tools/invoke with an empty object and no Authorization: 401 is protected, 400 is open, 429
 * is locked. No tool runs, nothing is written or logged, and a missing token counts for no limiter.
 */
export function makeAnonymousObserver(): Observer<'probe.anonymous'> {
  return {
    id: 'probe.anonymous',
    stage: 'probes',
    uses: ['run', 'host.discovery', 'gateway.config', 'host.listeners', 'host.pressure'],
    deadlineMs: 4000,
    async observe({ facts, target, options, signal }) {
      const where = gatewayEndpoint(facts, target);
      const alone = leftAlone(where, options);
      if (alone) return alone;
      const endpoint = gatewayAttemptEndpoint(where);
      const reply = await send({
        origin: where.http,
        host: where.host,
        method: 'POST',
        path: '/tools/invoke',
        body: '{}',
        options,
        signal,
        patience: patience(facts),
      });
      return { state: 'ok', source: endpoint, data: { endpoint, answer: classify(reply) } };
    },
  };
}
