import { networkInterfaces } from 'node:os';
import { isLoopbackHost, splitUrl } from '../../domain/openclaw/url.js';
import type { DiagnoseOptions } from '../../model/observer.js';

/** Addresses at which clouds serve credentials to whoever asks; never contacted. */
const metadata = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '100.100.100.200',
  'fd00:ec2::254',
  'metadata.google.internal',
  'metadata',
  'instance-data',
]);

/** Loopback, this host's own addresses and the host of `--url`: nothing else is ever contacted. */
export function mayContact(host: string, options: Pick<DiagnoseOptions, 'url'>): boolean {
  const name = host.toLowerCase();
  if (metadata.has(name) || name.startsWith('169.254.') || /^fe[89ab]/.test(name)) return false;
  return isOwnAddress(name) || splitUrl(options.url)?.host === name;
}

/** Loopback, or an address of one of this host's interfaces. */
export function isOwnAddress(host: string): boolean {
  if (isLoopbackHost(host)) return true;
  return Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .some((address) => address.address.toLowerCase() === host);
}
