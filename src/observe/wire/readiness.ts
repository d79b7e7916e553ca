import { cleanTexts, member } from '../../domain/clean.js';
import { gatewayEndpoint } from '../../domain/endpoints.js';
import type { ReadinessFacts } from '../../model/facts-probes.js';
import type { Observer } from '../../model/observer.js';
import { leftAlone } from './allowed-address.js';
import { classify, jsonBody } from './classify.js';
import { send } from './http-request.js';
import { patience } from './patience.js';

/** Names of parts are words (`startup-sidecars`); any other text of a body is not recorded. */
function partName(text: string): string {
  return /^[a-z]{1,24}([-_.:/ ][a-z]{1,24}){0,6}$/.test(text)
    ? text
    : 'a part without a known name';
}

/** GET /healthz and /readyz, which answer to everybody on both known lines. */
export const readinessObserver: Observer<'gateway.readiness'> = {
  id: 'gateway.readiness',
  stage: 'status',
  uses: ['host.discovery', 'run', 'gateway.config', 'host.listeners'],
  deadlineMs: 5000,
  async observe({ facts, target, options, signal }) {
    const endpoint = gatewayEndpoint(facts, target);
    const alone = leftAlone(endpoint, options);
    if (alone) return alone;
    const get = (path: string) =>
      send({
        origin: endpoint.http,
        host: endpoint.host,
        method: 'GET',
        path,
        options,
        signal,
        patience: patience(facts),
      });
    const [healthReply, readyReply] = await Promise.all([get('/healthz'), get('/readyz')]);
    const health = jsonBody(healthReply);
    const live = member(health, 'ok') === true && member(health, 'status') === 'live';
    const answered = healthReply.ok;
    const data: ReadinessFacts = {
      endpoint: endpoint.http,
      health: { ...classify(healthReply), ...(answered ? { live } : {}) },
    };
    if (readyReply.ok) {
      const json = jsonBody(readyReply);
      const ready = member(json, 'ready');
      const uptimeMs = member(json, 'uptimeMs');
      const degraded = member(member(json, 'eventLoop'), 'degraded');
      data.ready = {
        ...classify(readyReply),
        ...(typeof ready === 'boolean' ? { ready } : {}),
        failing: cleanTexts(member(json, 'failing'), 20).map(partName),
        ...(typeof uptimeMs === 'number' && Number.isFinite(uptimeMs) ? { uptimeMs } : {}),
      };
      if (typeof degraded === 'boolean') data.eventLoopDegraded = degraded;
    }
    return { state: 'ok', source: `${endpoint.http}/healthz`, data };
  },
};
