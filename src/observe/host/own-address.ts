import { hostname, networkInterfaces } from 'node:os';
import { isLoopbackHost } from '../../domain/openclaw/url.js';

/** Is this one of the host's own addresses or names? No name is looked up. */
export function isOwnHost(host: string): boolean {
  const name = host.toLowerCase();
  if (isLoopbackHost(name) || name === '0.0.0.0' || name === '::') return true;
  if (name === hostname().toLowerCase()) return true;
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ address }) => address.replace(/%.*$/, '').toLowerCase() === name),
  );
}
