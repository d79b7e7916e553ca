/** Does a list of addresses and CIDR ranges (`gateway.trustedProxies`) hold this IP address? */
export function listCovers(list: readonly string[], address: string): boolean {
  const wanted = addressBytes(address);
  return wanted !== undefined && list.some((entry) => covers(entry.trim(), wanted));
}

/** Is a proxy on this host itself trusted? One on loopback comes from 127.0.0.1, or from ::1. */
export function trustsLoopback(list: readonly string[]): boolean {
  return listCovers(list, '127.0.0.1') || listCovers(list, '::1');
}

function covers(entry: string, wanted: readonly number[]): boolean {
  const [text = '', prefix] = entry.split('/', 2);
  const base = addressBytes(text);
  if (!base || base.length !== wanted.length) return false;
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return false;
  const bits = prefix === undefined ? base.length * 8 : Number(prefix);
  if (bits > base.length * 8) return false;
  return base.every((byte, index) => {
    const kept = Math.min(8, Math.max(0, bits - index * 8));
    const mask = (0xff << (8 - kept)) & 0xff;
    return (byte & mask) === ((wanted[index] ?? 0) & mask);
  });
}

/**
 * 4 bytes for IPv4 and for its IPv6 form in any spelling (`::ffff:127.0.0.1`, `::ffff:7f00:1`; RFC
 * 4291 2.5.5.2), 16 for another IPv6 address. Undefined for what is no address, a zone included.
 */
export function addressBytes(text: string): number[] | undefined {
  const name = text.toLowerCase();
  if (!name.includes(':')) return ipv4(name);
  const bytes = ipv6(withoutDots(name));
  const isMapped = bytes?.slice(0, 12).every((byte, i) => byte === (i < 10 ? 0 : 0xff));
  return isMapped ? bytes?.slice(12) : bytes;
}

/** `64:ff9b::169.254.1.2` as `64:ff9b::a9fe:102`. */
function withoutDots(name: string): string {
  const tail = name.slice(name.lastIndexOf(':') + 1);
  const [a = 0, b = 0, c = 0, d = 0] = ipv4(tail) ?? [];
  if (!tail.includes('.')) return name;
  if (!ipv4(tail)) return '';
  const groups = [a * 256 + b, c * 256 + d].map((group) => group.toString(16));
  return `${name.slice(0, -tail.length)}${groups.join(':')}`;
}

function ipv4(text: string): number[] | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function ipv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const groups = (half: string | undefined): string[] => (half ? half.split(':') : []);
  const [head, tail] = [groups(halves[0]), groups(halves[1])];
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array<string>(halves.length === 2 ? missing : 0).fill('0'), ...tail];
  if (all.some((group) => !/^[0-9a-f]{1,4}$/.test(group))) return undefined;
  return all.flatMap((group) => {
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
