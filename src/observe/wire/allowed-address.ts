import { isIP } from 'node:net';
import type { Endpoint } from '../../domain/endpoints.js';
import { isLoopbackHost, splitUrl } from '../../domain/openclaw/url.js';
import type { DiagnoseOptions } from '../../model/observer.js';
import { isOwnHost } from '../host/own-address.js';
import { isForbiddenHost } from './forbidden-host.js';

type Consent = Pick<DiagnoseOptions, 'url' | 'external'>;

/**
 * Loopback and this host's own addresses; the host of `--url`; with `--external`, any other name
 * that a target has. `x.localhost` is such a name: a name server may be asked for it, and may answer
 * anything (`safeLookup` then keeps to loopback). Metadata and link-local addresses never.
 */
export function mayContact(host: string, options: Consent): boolean {
  const name = host.toLowerCase();
  if (isForbiddenHost(name)) return false;
  if (options.external || splitUrl(options.url)?.host === name) return true;
  return isOwnAddress(name) && !name.endsWith('.localhost');
}

/** What an observer says of an endpoint that it must leave alone; undefined when it need not. */
export function leftAlone(where: Endpoint, options: Consent): LeftAlone | undefined {
  if (mayContact(where.host, options)) return undefined;
  const reason = `another host is contacted only when asked; give --url ${where.ws} or --external`;
  return { state: 'unsupported', source: where.http, reason };
}

interface LeftAlone {
  state: 'unsupported';
  source: string;
  reason: string;
}

/** Loopback, or an address (never a name) of one of this host's interfaces. */
export function isOwnAddress(host: string): boolean {
  return (isIP(host) !== 0 || isLoopbackHost(host)) && isOwnHost(host);
}
