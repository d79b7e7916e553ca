import { readFile } from 'node:fs/promises';
import { endianness } from 'node:os';

/** One listening TCP socket of /proc/net/tcp or tcp6. */
export interface ListenRow {
  address: string;
  port: number;
  uid: number;
  /** Of the socket; what /proc/<pid>/fd links to as `socket:[inode]`. */
  inode: string;
}

const listenState = '0A';

/** The listening sockets of this network namespace; IPv6 may be compiled out, IPv4 may not. */
export async function readListening(procRoot: string): Promise<ListenRow[]> {
  const [four, six] = await Promise.all([
    readFile(`${procRoot}/net/tcp`, 'latin1'),
    readFile(`${procRoot}/net/tcp6`, 'latin1').catch(() => ''),
  ]);
  return [...parseListening(four), ...parseListening(six)];
}

/** Rows in state LISTEN; anything that does not look like a row is passed over. */
export function parseListening(text: string): ListenRow[] {
  return text.split('\n').flatMap((line): ListenRow[] => {
    const fields = line.trim().split(/\s+/);
    const [address, port] = (fields[1] ?? '').split(':');
    const inode = fields[9];
    if (fields[3] !== listenState || !address || !port || !inode) return [];
    const decoded = decodeAddress(address);
    return decoded === undefined
      ? []
      : [{ address: decoded, port: Number.parseInt(port, 16), uid: Number(fields[7]), inode }];
  });
}

/**
 * `0100007F` is 127.0.0.1: words of 32 bits in the host's own order. An IPv4-mapped IPv6 address is
 * given as the IPv4 address that it stands for.
 */
export function decodeAddress(hex: string): string | undefined {
  if (!/^([0-9A-F]{8}|[0-9A-F]{32})$/i.test(hex)) return undefined;
  const bytes = Buffer.from(hex, 'hex');
  if (endianness() === 'LE') bytes.swap32();
  if (bytes.length === 4) return bytes.join('.');
  const mapped = bytes.subarray(0, 12).toString('hex') === `${'0'.repeat(20)}ffff`;
  if (mapped) return bytes.subarray(12).join('.');
  const groups = bytes.toString('hex').match(/.{4}/g) ?? [];
  // The URL parser writes the shortest form (RFC 5952).
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}
