import type { FactSet } from '../../model/fact-set.js';
import type { ConfigFacts, UrlParts } from '../../model/facts-gateway.js';
import type { Target } from '../../model/target.js';
import { gatewayPort, listenersAt } from '../endpoints.js';
import { hostKind } from './url.js';

/** Values of `gateway.bind` on every known line. */
export const knownBinds: readonly string[] = ['loopback', 'lan', 'tailnet', 'auto', 'custom'];

/** How far a set of listen addresses reaches. */
export type Reach = 'none' | 'loopback' | 'some' | 'all';

export function reachOf(addresses: readonly string[]): Reach {
  if (addresses.length === 0) return 'none';
  const kinds = addresses.map((address) => hostKind(address));
  if (kinds.includes('any')) return 'all';
  return kinds.every((kind) => kind === 'loopback') ? 'loopback' : 'some';
}

/** Addresses on which something listens at the gateway's port, each once, in the order observed. */
export function gatewayAddresses(facts: FactSet, gateway: Target): string[] {
  const listeners = listenersAt(facts, gatewayPort(facts, gateway));
  return [...new Set(listeners.map((listener) => listener.address))];
}

/** Does a listener on one of these addresses answer at this host? Undefined for a name. */
export function covers(addresses: readonly string[], host: string): boolean | undefined {
  const kind = hostKind(host);
  const reach = reachOf(addresses);
  if (reach === 'all') return true;
  if (kind === 'loopback' || kind === 'any') {
    return addresses.some((address) => hostKind(address) === 'loopback');
  }
  // On loopback alone, no other address and no name of this host gets an answer.
  if (reach === 'loopback' || reach === 'none') return false;
  return kind === 'name' ? undefined : addresses.includes(host);
}

/**
 * Could something between client and gateway answer at this URL? A reverse proxy or `tailscale
 * serve` ends TLS or takes another port; plain HTTP at the gateway's own port reaches it directly.
 */
export function isDirect(url: UrlParts, port: number, config: ConfigFacts): boolean {
  const secure = url.scheme === 'wss' || url.scheme === 'https';
  return url.port === port && secure === config.tls.enabled;
}

/** Where the declared bind listens, for people: `custom (192.168.1.5)`. */
export function bindText(config: ConfigFacts): string {
  if (config.bind === undefined) return 'not set';
  return config.bind === 'custom' && config.customBindHost !== undefined
    ? `custom (${config.customBindHost})`
    : config.bind;
}
