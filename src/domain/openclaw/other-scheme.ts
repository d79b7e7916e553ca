import type { ConfigFacts, UrlParts } from '../../model/facts-gateway.js';
import { isDirect } from './bind.js';
import { isLoopbackHost } from './url.js';

/**
 * A client's URL at the gateway's own address with TLS where it speaks none, or without where it
 * does. Only loopback is surely its own: elsewhere a proxy may end TLS on the same port number.
 */
export function otherScheme(
  url: UrlParts,
  port: number,
  config: ConfigFacts,
): { speaks: string; scheme: string } | undefined {
  if (config.parse !== 'ok' || url.port !== port || !isLoopbackHost(url.host)) return undefined;
  if (isDirect(url, port, config)) return undefined;
  return config.tls.enabled ? { speaks: 'TLS', scheme: 'wss' } : { speaks: 'no TLS', scheme: 'ws' };
}
