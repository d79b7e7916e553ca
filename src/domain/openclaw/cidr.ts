/** Does a list of addresses and CIDR ranges (`gateway.trustedProxies`) hold this IP address? */
export function listCovers(list: readonly string[], address: string): boolean {
  const wanted = bytesOf(address);
  return wanted !== undefined && list.some((entry) => covers(entry.trim(), wanted));
}

/** Is a proxy on this host itself trusted? One on loopback comes from 127.0.0.1, or from ::1. */
export function trustsLoopback(list: readonly string[]): boolean {
  return listCovers(list, '127.0.0.1') || listCovers(list, '::1');
}

function covers(entry: string, wanted: readonly number[]): boolean {
  const [text = '', prefix] = entry.split('/', 2);
  const base = bytesOf(text);
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

/** 4 bytes for IPv4 (and for its IPv6 form `::ffff:a.b.c.d`), 16 for IPv6. */
function bytesOf(text: string): number[] | undefined {
  const name = text.toLowerCase();
  const mapped = name.startsWith('::ffff:') && name.includes('.') ? name.slice(7) : name;
  return mapped.includes(':') ? ipv6(mapped) : ipv4(mapped);
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
