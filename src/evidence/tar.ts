import { gzipSync } from 'node:zlib';

export interface Member {
  /** Below 100 bytes of ASCII: no member of ours needs more. */
  name: string;
  bytes: Buffer;
}

const block = 512;

/** A ustar archive (POSIX.1-1988) of regular files: same members, same bytes; no owner, no time. */
export function tarball(members: readonly Member[]): Buffer {
  const parts = members.flatMap(({ name, bytes }) => [
    header(name, bytes.length),
    bytes,
    Buffer.alloc((block - (bytes.length % block)) % block),
  ]);
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

/** gzip with no time in its header and `unknown` for the system (RFC 1952). */
export function gzipped(bytes: Buffer): Buffer {
  const zipped = gzipSync(bytes, { level: 9 });
  zipped.fill(0, 4, 8);
  zipped[9] = 255;
  return zipped;
}

function header(name: string, size: number): Buffer {
  if (!/^[\x21-\x7e]{1,99}$/.test(name)) throw new RangeError('a member name is too long or odd');
  const bytes = Buffer.alloc(block);
  bytes.write(name, 0);
  bytes.write('0000600\0', 100);
  bytes.write('0000000\0', 108);
  bytes.write('0000000\0', 116);
  bytes.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  bytes.write('00000000000\0', 136);
  bytes.write('        ', 148);
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}
