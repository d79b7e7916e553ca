import type { FactSet } from '../model/fact-set.js';
import type { UrlParts } from '../model/facts-gateway.js';
import type { ReachRow } from '../model/facts-wire.js';
import type { Target } from '../model/target.js';
import { gatewayEndpoint, gatewayPort } from './endpoints.js';
import { gatewayAddresses, reachOf } from './openclaw/bind.js';
import { identityUrls } from './openclaw/identity.js';
import { hostKind, isLoopbackHost } from './openclaw/url.js';

/** One address or name under which this gateway should answer. */
export type ReachPlan = Pick<ReachRow, 'url' | 'sources' | 'place'>;

const mostOwn = 4;
const most = 8;
const order: readonly ReachRow['place'][] = ['loopback', 'lan', 'tailnet', 'external'];

/**
 * Loopback first, then this host's own addresses on which it listens, then the names that clients
 * and the config use; each endpoint once. A plan only: who may be contacted is decided apart.
 */
export function planReach(facts: FactSet, gateway: Target): ReachPlan[] {
  const plans: ReachPlan[] = [];
  const add = (url: UrlParts, source: string, place: ReachRow['place']): void => {
    const known = plans.find((p) => p.url.host === url.host && p.url.port === url.port);
    if (known) known.sources.push(source);
    else plans.push({ url, sources: [source], place });
  };
  const { secure, host } = gatewayEndpoint(facts, gateway);
  const port = gatewayPort(facts, gateway);
  const scheme = secure ? 'wss' : 'ws';
  const at = (name: string): UrlParts => {
    return { scheme, host: name, port, path: '/', hadSecretParts: false };
  };
  if (gateway.place !== 'remote') {
    add(at(host), 'own address', placeOf(facts, gateway, host));
    for (const name of ownNames(facts, gateway)) {
      add(at(name), 'own address', placeOf(facts, gateway, name));
    }
  }
  for (const { source, url, use } of identityUrls(facts, gateway)) {
    if (use !== 'client' && use !== 'public' && use !== 'expected') continue;
    // Every spelling of loopback at the gateway's own port is the first row.
    if (isLoopbackHost(url.host) && url.port === port) continue;
    add(url, source, placeOf(facts, gateway, url.host));
  }
  plans.sort((a, b) => order.indexOf(a.place) - order.indexOf(b.place));
  return plans.slice(0, most);
}

/** Addresses besides loopback on which the gateway really listens; IPv4 and tailnet first. */
function ownNames(facts: FactSet, gateway: Target): string[] {
  const listens = gatewayAddresses(facts, gateway);
  const own = facts.data('gateway.exposure', gateway.id)?.addresses ?? [];
  const outside = own.filter((a) => a.kind !== 'loopback' && !a.address.startsWith('fe80:'));
  // A socket on :: may or may not take IPv4 too; one on 0.0.0.0 never takes IPv6.
  const fits = (address: string): boolean =>
    listens.includes(address) ||
    (address.includes(':') ? listens.includes('::') : listens.includes('0.0.0.0'));
  if (reachOf(listens) === 'loopback' || reachOf(listens) === 'none') return [];
  const names = outside.filter((a) => fits(a.address));
  const first = names.filter((a) => a.kind === 'tailnet' || !a.address.includes(':'));
  const rest = names.filter((a) => !first.includes(a));
  return [...first, ...rest].slice(0, mostOwn).map((a) => a.address);
}

function placeOf(facts: FactSet, gateway: Target, host: string): ReachRow['place'] {
  if (isLoopbackHost(host)) return 'loopback';
  const own = facts
    .data('gateway.exposure', gateway.id)
    ?.addresses.find(({ address }) => address === host);
  if (own) return own.kind === 'tailnet' ? 'tailnet' : 'lan';
  const kind = hostKind(host);
  if (kind === 'tailnet') return 'tailnet';
  return kind === 'private' ? 'lan' : 'external';
}
