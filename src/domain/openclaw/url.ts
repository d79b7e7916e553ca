import type { UrlParts } from '../../model/facts-gateway.js';
import { cleanText } from '../clean.js';

const defaultPorts: Record<string, number> = { ws: 80, http: 80, wss: 443, https: 443 };

/**
 * A WebSocket or HTTP URL taken apart, without userinfo, query and fragment. Undefined for anything
 * else: another scheme, no host, over 2,048 characters, not a string.
 */
export function splitUrl(value: unknown): UrlParts | undefined {
  if (typeof value !== 'string' || value.length > 2048) return undefined;
  const url = parse(value.trim());
  const scheme = url?.protocol.slice(0, -1) ?? '';
  const fallback = defaultPorts[scheme];
  if (!url || fallback === undefined || url.hostname === '') return undefined;
  const host = cleanText(url.hostname.replace(/^\[|\]$/g, '').toLowerCase());
  const path = cleanText(url.pathname === '' ? '/' : url.pathname);
  if (host === undefined || path === undefined) return undefined;
  return {
    scheme,
    host,
    port: url.port === '' ? fallback : Number(url.port),
    path,
    hadSecretParts:
      url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '',
  };
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** `wss://gw.example.com:8443/path`; the port is left out where it is the scheme's own. */
export function urlText(url: UrlParts): string {
  const host = url.host.includes(':') ? `[${url.host}]` : url.host;
  const port = defaultPorts[url.scheme] === url.port ? '' : `:${url.port}`;
  return `${url.scheme}://${host}${port}${url.path === '/' ? '' : url.path}`;
}

/** `gw.example.com:8443`: host and port, whatever the scheme. */
export function authorityText(url: Pick<UrlParts, 'host' | 'port'>): string {
  return url.host.includes(':') ? `[${url.host}]:${url.port}` : `${url.host}:${url.port}`;
}

/** `any` is 0.0.0.0 or `::`; `tailnet` is 100.64.0.0/10 (RFC 6598) or a `.ts.net` name. */
export type HostKind = 'loopback' | 'any' | 'tailnet' | 'private' | 'public' | 'name';

/** What kind of address a host is, from its text alone: no name is looked up. */
export function hostKind(host: string): HostKind {
  const name = host.toLowerCase();
  if (name === 'localhost' || name.endsWith('.localhost') || name === '::1') return 'loopback';
  if (name === '0.0.0.0' || name === '::') return 'any';
  if (name.startsWith('::ffff:') && name.includes('.')) return hostKind(name.slice(7));
  // As URL writes it: `::ffff:7f00:1` is 127.0.0.1.
  const mapped = /^::ffff:([0-9a-f]{1,4}):[0-9a-f]{1,4}$/.exec(name)?.[1];
  if (mapped !== undefined) {
    const high = Number.parseInt(mapped, 16);
    return ipv4Kind(high >> 8, high & 255);
  }
  const octets = /^(\d{1,3})\.(\d{1,3})\.\d{1,3}\.\d{1,3}$/.exec(name);
  if (octets) return ipv4Kind(Number(octets[1]), Number(octets[2]));
  if (name.includes(':')) return /^(fc|fd|fe8|fe9|fea|feb)/.test(name) ? 'private' : 'public';
  return name === 'ts.net' || name.endsWith('.ts.net') ? 'tailnet' : 'name';
}

function ipv4Kind(a: number, b: number): HostKind {
  if (a === 127) return 'loopback';
  if (a === 100 && b >= 64 && b <= 127) return 'tailnet';
  const isPrivate =
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254);
  return isPrivate ? 'private' : 'public';
}

export function isLoopbackHost(host: string): boolean {
  return hostKind(host) === 'loopback';
}

/** Two URLs that name one endpoint: same port, same host (every loopback spelling is one host). */
export function sameEndpoint(
  a: Pick<UrlParts, 'host' | 'port'>,
  b: Pick<UrlParts, 'host' | 'port'>,
): boolean {
  if (a.port !== b.port) return false;
  return a.host === b.host || (isLoopbackHost(a.host) && isLoopbackHost(b.host));
}
