import { isIP } from 'node:net';

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

/** Metadata and link-local addresses and names, in every spelling of them; nobody may ask for one. */
export function isForbiddenHost(host: string): boolean {
  const name = plainHost(host);
  if (metadata.has(name) || (isIP(name) === 4 && name.startsWith('169.254.'))) return true;
  return isIP(name) === 6 && /^fe[89ab]/.test(name);
}

/**
 * A host without the dot of a full name, and an IPv4 address that is written as an IPv6 one (mapped,
 * RFC 4291 2.5.5; NAT64, RFC 6052) as what it stands for.
 */
function plainHost(host: string): string {
  const name = host.toLowerCase().replace(/\.$/, '').replace(/%.*$/, '');
  if (isIP(name) !== 6) return name;
  const short = new URL(`http://[${name}]/`).hostname.slice(1, -1);
  const found = /^(?:::ffff:|64:ff9b::)([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(short);
  if (!found) return short;
  const [high, low] = [found[1], found[2]].map((group) => Number.parseInt(group ?? '0', 16));
  return [high, low].flatMap((n = 0) => [n >> 8, n & 255]).join('.');
}
