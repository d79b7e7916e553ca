import { hostname, networkInterfaces } from 'node:os';
import { addressBytes } from '../../domain/openclaw/cidr.js';
import { hostKind, isLoopbackHost } from '../../domain/openclaw/url.js';
import type { OwnAddress } from '../../model/facts-wire.js';

/** Is this one of the host's own addresses or names? No name is looked up. */
export function isOwnHost(host: string): boolean {
  const bytes = addressBytes(host);
  // The IPv6 spelling of an IPv4 address is that address.
  const name = bytes?.length === 4 ? bytes.join('.') : host.toLowerCase();
  if (isLoopbackHost(name) || name === '0.0.0.0' || name === '::') return true;
  if (name === hostname().toLowerCase()) return true;
  return ownAddresses().some(({ address }) => address === name);
}

/** Every address of this host, loopback first; link-local ones are nobody's identity. */
export function ownAddresses(interfaces = networkInterfaces()): OwnAddress[] {
  const found = new Map<string, OwnAddress>();
  for (const [name, rows] of Object.entries(interfaces)) {
    for (const row of rows ?? []) {
      const address = row.address.replace(/%.*$/, '').toLowerCase();
      if (!found.has(address)) found.set(address, { address, kind: kindOf(name, address) });
    }
  }
  const all = [...found.values()];
  return [...all.filter((a) => a.kind === 'loopback'), ...all.filter((a) => a.kind !== 'loopback')];
}

/** Tailscale gives 100.64.0.0/10 and fd7a:115c:a1e0::/48 (its documentation), on `tailscale0`. */
function kindOf(name: string, address: string): OwnAddress['kind'] {
  const kind = hostKind(address);
  if (kind === 'loopback') return 'loopback';
  const isTailnet = kind === 'tailnet' || address.startsWith('fd7a:115c:a1e0:');
  if (isTailnet || /^tailscale\d+$/.test(name)) return 'tailnet';
  return kind === 'private' ? 'private' : 'public';
}
