import { addressBytes, listCovers } from '../../domain/openclaw/cidr.js';

/** Where clouds serve credentials to whoever asks. */
const names: ReadonlySet<string> = new Set([
  'metadata.google.internal',
  'metadata.goog',
  'metadata',
  'instance-data',
]);
/** Link-local (RFC 3927, RFC 4291) and the metadata addresses outside of it. */
const addresses = [
  '169.254.0.0/16',
  '100.100.100.200',
  'fe80::/10',
  'fd00:ec2::254',
  'fd20:ce::254',
];

/**
 * Prefixes of IPv6 addresses that lead to an IPv4 one, and at which bytes that stands: IPv4-compatible
 * (RFC 4291), 6to4 (RFC 3056), NAT64 (RFC 6052; 64:ff9b:1::/48 in every length, RFC 8215).
 */
const carriers: readonly (readonly [string, readonly (readonly number[])[]])[] = [
  ['::/96', [[12, 13, 14, 15]]],
  ['2002::/16', [[2, 3, 4, 5]]],
  ['64:ff9b::/96', [[12, 13, 14, 15]]],
  [
    '64:ff9b:1::/48',
    [
      [6, 7, 9, 10],
      [7, 9, 10, 11],
      [9, 10, 11, 12],
      [12, 13, 14, 15],
    ],
  ],
];

/** Metadata and link-local addresses and names, in every spelling of them; nobody may ask for one. */
export function isForbiddenHost(host: string): boolean {
  const name = host.toLowerCase().replace(/\.+$/, '').replace(/%.*$/, '');
  if (names.has(name)) return true;
  return [name, ...carried(name)].some((address) => listCovers(addresses, address));
}

function carried(name: string): string[] {
  const bytes = addressBytes(name);
  if (bytes?.length !== 16) return [];
  return carriers
    .filter(([prefix]) => listCovers([prefix], name))
    .flatMap(([, places]) => places.map((place) => place.map((at) => bytes[at] ?? 0).join('.')));
}
