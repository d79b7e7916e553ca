import { planReach, type ReachPlan } from '../../domain/reach-plan.js';
import type { HttpAnswer } from '../../model/facts-probes.js';
import type { ReachRow } from '../../model/facts-wire.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { isOwnAddress, mayContact } from './allowed-address.js';
import { classify } from './classify.js';
import { send } from './http-request.js';
import { patience } from './patience.js';
import { type Handshake, servedCertificate } from './served-certificate.js';

/**
 * Every address and name of a gateway, asked without a credential: loopback, LAN, tailnet, external.
 * This host's own addresses always, names of others only with --external (or --url). No secret and
 * no header of a proxy is ever sent there.
 */
export const reachableObserver: Observer<'probe.reachable'> = {
  id: 'probe.reachable',
  stage: 'probes',
  uses: [
    'run',
    'host.discovery',
    'host.expectations',
    'gateway.config',
    'gateway.credentials',
    'gateway.exposure',
    'gateway.tls',
    'host.listeners',
    'host.pressure',
    'gateway.process',
    'probe.anonymous',
    'probe.headers',
  ],
  deadlineMs: 9000,
  async observe(context) {
    const plans = planReach(context.facts, context.target);
    const rows: ReachRow[] = [];
    for (const place of ['loopback', 'lan', 'tailnet', 'external'] as const) {
      const group = plans.filter((plan) => plan.place === place);
      rows.push(...(await Promise.all(group.map((plan) => ask(context, plan)))));
    }
    return { state: 'ok', source: 'the addresses of this gateway', data: { rows } };
  },
};

async function ask(context: ObserverContext, plan: ReachPlan): Promise<ReachRow> {
  const { options, facts, target } = context;
  const { host, port, scheme } = plan.url;
  if (!mayContact(host, options)) {
    const forbidden = !mayContact(host, { external: true });
    return { ...plan, state: forbidden ? 'forbidden' : 'not-asked' };
  }
  const secure = scheme === 'wss' || scheme === 'https';
  const name = host.includes(':') ? `[${host}]` : host;
  const tls = secure ? await lookAtCertificate(context, plan) : undefined;
  if (typeof tls === 'string') {
    return { ...plan, state: 'asked', answer: { kind: tls, status: 0 } };
  }
  const known = facts.data('probe.anonymous', target.id);
  const origin = `${secure ? 'https' : 'http'}://${name}:${port}`;
  const asked = { ...plan, state: 'asked' as const, ...(tls ? { tls } : {}) };
  // What loopback says has just been heard.
  if (known?.endpoint === `POST ${origin}/tools/invoke`) return { ...asked, answer: known.answer };
  // A certificate that nobody vouches for says nothing of who answers: only our own host is looked at.
  if (tls && tls.faults.length > 0 && !isOwnAddress(host)) return asked;
  return { ...asked, answer: await anonymous(context, origin, host) };
}

async function anonymous(
  { options, facts, signal }: ObserverContext,
  origin: string,
  host: string,
): Promise<HttpAnswer> {
  const reply = await send({
    origin,
    host,
    method: 'POST',
    path: '/tools/invoke',
    body: '{}',
    options,
    signal,
    patience: patience(facts),
  });
  return classify(reply);
}

function lookAtCertificate(
  { facts, target, host, signal }: ObserverContext,
  { url }: ReachPlan,
): Promise<Handshake> {
  const ownSha256 = facts.data('gateway.tls', target.id)?.certificate.sha256;
  const at = { host: url.host, port: url.port, nowMs: host.now(), ownSha256 };
  return servedCertificate(at, signal);
}
