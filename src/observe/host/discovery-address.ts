import { cleanText, member } from '../../domain/clean.js';
import { defaultGatewayPort, portNumber } from '../../domain/openclaw/port.js';
import { hostKind, urlText } from '../../domain/openclaw/url.js';
import type { UrlParts } from '../../model/facts-gateway.js';
import { safeUrl } from '../files/safe-url.js';
import { isOwnHost } from './own-address.js';

/** Where a gateway answers. */
export interface Address {
  url: string;
  port: number;
  place: 'local' | 'remote';
  portAssumed?: true;
}

type Config = Record<string, unknown>;

/**
 * The operator's gateway: `--url`, else remote mode's URL, else this host by port and bind. The
 * variable beats the config, for gateway and clients (measured on 2026.5.18 and 2026.9.6).
 */
export function operatorAddress(
  config: Config,
  given: UrlParts | undefined,
  variablePort: number | undefined,
): Address {
  if (given) return fromUrl(given, isOwnHost(given.host) ? 'local' : 'remote');
  const gateway = member(config, 'gateway');
  const remote = safeUrl(member(member(gateway, 'remote'), 'url'));
  if (member(gateway, 'mode') === 'remote' && remote) return fromUrl(remote, 'remote');
  return localAddress(config, variablePort ?? configuredPort(config));
}

/** A gateway of this host, on a port that is known or else on the default one. */
export function localAddress(config: Config, known: number | undefined): Address {
  const gateway = member(config, 'gateway');
  const port = known ?? defaultGatewayPort;
  const scheme = member(member(gateway, 'tls'), 'enabled') === true ? 'wss' : 'ws';
  return { url: `${scheme}://${bindHost(gateway)}:${port}`, port, place: 'local' };
}

export function configuredPort(config: Config): number | undefined {
  return portNumber(member(member(config, 'gateway'), 'port'));
}

/** Every bind but `custom` includes 127.0.0.1, or means an address that only the listeners tell. */
function bindHost(gateway: unknown): string {
  const custom = cleanText(member(gateway, 'customBindHost'), 64)?.trim() ?? '';
  if (member(gateway, 'bind') !== 'custom' || !/^\d+\.\d+\.\d+\.\d+$/.test(custom)) {
    return '127.0.0.1';
  }
  return hostKind(custom) === 'any' ? '127.0.0.1' : custom;
}

function fromUrl(url: UrlParts, place: 'local' | 'remote'): Address {
  const scheme = url.scheme === 'https' || url.scheme === 'wss' ? 'wss' : 'ws';
  return { url: urlText({ ...url, scheme }), port: url.port, place };
}
