import type { FileHandle } from 'node:fs/promises';

/** What a write-ahead log says about itself (SQLite file format, section 4.1). */
export interface WalHeader {
  pageSize: number;
  /** The 32 bytes: compared before and after, since a restarted log has new salts. */
  bytes: Buffer;
  wordOrder: 'little' | 'big';
  seed: Checksum;
}

/** Where the newest committed copy of each page lies, and how many pages the database then has. */
export interface CommittedPages {
  /** Page number to the offset of its content in the log. */
  offsets: Map<number, number>;
  pageCount: number;
}

type Checksum = [number, number];

export const walHeaderSize = 32;
const frameHeaderSize = 24;
const magic = 0x377f0682;
const formatVersion = 3007000;

/** `empty` for a log that holds nothing, as SQLite sees it; `invalid` for one that it cannot be. */
export function parseWalHeader(bytes: Buffer): WalHeader | 'empty' | 'invalid' {
  if (bytes.length < walHeaderSize || bytes.every((byte) => byte === 0)) return 'empty';
  const first = bytes.readUInt32BE(0);
  const pageSize = bytes.readUInt32BE(8);
  if ((first & ~1) >>> 0 !== magic || bytes.readUInt32BE(4) !== formatVersion) return 'invalid';
  if (pageSize < 512 || pageSize > 65536 || (pageSize & (pageSize - 1)) !== 0) return 'invalid';
  const wordOrder = (first & 1) === 1 ? 'big' : 'little';
  const seed = checksum(bytes.subarray(0, 24), wordOrder, [0, 0]);
  if (!matches(seed, bytes, 24)) return 'invalid';
  return { pageSize, bytes, wordOrder, seed };
}

/**
 * Reads the log's frames up to the first that does not belong to it: a frame with other salts is of
 * an older generation, one with a wrong checksum is half written. Frames after the last commit do
 * not count. `maxBytes` bounds a log that grows while it is read.
 */
export async function committedPages(
  log: FileHandle,
  header: WalHeader,
  limit: { maxBytes: number; signal: AbortSignal },
): Promise<CommittedPages> {
  const frameSize = frameHeaderSize + header.pageSize;
  const buffer = Buffer.allocUnsafe(frameSize * Math.max(1, Math.floor(262_144 / frameSize)));
  const committed: CommittedPages = { offsets: new Map(), pageCount: 0 };
  let pending = new Map<number, number>();
  let sum = header.seed;
  let position = walHeaderSize;
  while (position + frameSize <= limit.maxBytes) {
    limit.signal.throwIfAborted();
    const got = await readFully(log, buffer, position);
    for (let at = 0; at + frameSize <= got; at += frameSize) {
      const frame = buffer.subarray(at, at + frameSize);
      // Both salts of a frame are those of its log.
      if (frame.compare(header.bytes, 16, 24, 8, 16) !== 0) return committed;
      sum = checksum(frame.subarray(0, 8), header.wordOrder, sum);
      sum = checksum(frame.subarray(frameHeaderSize), header.wordOrder, sum);
      if (!matches(sum, frame, 16)) return committed;
      pending.set(frame.readUInt32BE(0), position + at + frameHeaderSize);
      const pageCount = frame.readUInt32BE(4);
      if (pageCount === 0) continue;
      for (const [page, offset] of pending) committed.offsets.set(page, offset);
      committed.pageCount = pageCount;
      pending = new Map();
    }
    if (got < buffer.length) return committed;
    position += buffer.length;
  }
  return committed;
}

/** Fills the buffer from `position` on; fewer bytes only at the end of the file. */
export async function readFully(
  file: FileHandle,
  buffer: Buffer,
  position: number,
): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const rest = buffer.length - filled;
    const { bytesRead } = await file.read(buffer, filled, rest, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

/** SQLite's cumulative checksum over 32-bit words; `bytes` is a multiple of eight long. */
export function checksum(bytes: Buffer, wordOrder: 'little' | 'big', from: Checksum): Checksum {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = wordOrder === 'little';
  let [first, second] = from;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    first = (first + view.getUint32(at, little) + second) >>> 0;
    second = (second + view.getUint32(at + 4, little) + first) >>> 0;
  }
  return [first, second];
}

function matches(sum: Checksum, bytes: Buffer, at: number): boolean {
  return bytes.readUInt32BE(at) === sum[0] && bytes.readUInt32BE(at + 4) === sum[1];
}
