import type { BigIntStats, Stats } from 'node:fs';
import { type FileHandle, lstat, stat } from 'node:fs/promises';
import { cleanText } from '../../domain/clean.js';
import type { FileFacts } from '../../model/facts-host.js';
import { errorCode, failureState } from './error-code.js';
import { openQuietly } from './open-quietly.js';

export interface ReadOptions {
  /** A file with more bytes is `too-large` and none of it is returned. */
  maxBytes: number;
  /** For the `~` in the recorded path. */
  home: string;
  signal: AbortSignal;
  /** Default true: a linked config is ordinary; mode and owner are then those of the link's end. */
  allowSymlink?: boolean;
}

export interface ReadResult {
  facts: FileFacts;
  /** Only when `facts.state` is `ok`. */
  bytes?: Buffer;
}

type Problem = Pick<FileFacts, 'state'> & { reason: string };

const cancelled: Problem = { state: 'error', reason: 'cancelled before it was read' };

/**
 * Reads a regular file of any owner without a trace and without ever waiting for a writer: a FIFO,
 * socket, device or directory is `not-a-file`. Never throws for what it finds.
 */
export async function readRegularFile(path: string, options: ReadOptions): Promise<ReadResult> {
  const follow = options.allowSymlink ?? true;
  const facts: FileFacts = { path: tilde(path, options.home), state: 'ok' };
  let handle: FileHandle | undefined;
  try {
    options.signal.throwIfAborted();
    // Opening a device can have effects of its own, so the kind is asked first and again once open.
    const before = follow ? await stat(path) : await lstat(path);
    Object.assign(facts, attributes(before));
    const refused = refusal(before, options.maxBytes);
    if (refused !== undefined) return { facts: { ...facts, ...refused } };
    options.signal.throwIfAborted();
    handle = await openQuietly(path, follow);
    const opened = await handle.stat();
    Object.assign(facts, attributes(opened));
    const refusedNow = refusal(opened, options.maxBytes);
    if (refusedNow !== undefined) return { facts: { ...facts, ...refusedNow } };
    const bytes = await readAtMost(handle, opened.size, options);
    if (bytes === undefined) return { facts: { ...facts, ...tooLarge(options.maxBytes) } };
    return { facts: { ...facts, size: bytes.length }, bytes };
  } catch (error) {
    const found = options.signal.aborted ? cancelled : await problem(error, path, follow);
    return { facts: { ...facts, ...found } };
  } finally {
    await handle?.close().catch(() => undefined);
  }
}

/** `dev:ino:size:mtimeNs` of each path, one a line; `-` for what is absent, else the error's code. */
export async function fileWitness(paths: readonly string[]): Promise<string> {
  const lines = await Promise.all(
    paths.map(async (path) => {
      try {
        const seen: BigIntStats = await stat(path, { bigint: true });
        return `${seen.dev}:${seen.ino}:${seen.size}:${seen.mtimeNs}`;
      } catch (error) {
        const code = errorCode(error);
        return code === 'ENOENT' || code === 'ENOTDIR' ? '-' : code;
      }
    }),
  );
  return lines.join('\n');
}

/** The path as it may be recorded and printed: `~` for the home directory, no control characters. */
export function tilde(path: string, home: string): string {
  const root = home.length > 1 && home.endsWith('/') ? home.slice(0, -1) : home;
  const inside = root !== '' && root !== '/' && (path === root || path.startsWith(`${root}/`));
  return cleanText(inside ? `~${path.slice(root.length)}` : path, 1000) ?? '';
}

/** Mode bits, owner, size and time of a path's end, as they are recorded. */
export function attributes(found: Stats): Omit<FileFacts, 'path' | 'state' | 'reason'> {
  return {
    size: found.size,
    mode: found.mode & 0o7777,
    uid: found.uid,
    mtimeMs: Math.floor(found.mtimeMs),
    ...(found.isFile() && found.nlink > 1 ? { links: found.nlink } : {}),
  };
}

function refusal(found: Stats, maxBytes: number): Problem | undefined {
  if (found.isSymbolicLink()) return { state: 'symlink', reason: 'a symbolic link' };
  if (!found.isFile()) return { state: 'not-a-file', reason: `a ${kindOf(found)}, not a file` };
  return found.size > maxBytes ? tooLarge(maxBytes) : undefined;
}

function tooLarge(maxBytes: number): Problem {
  return { state: 'too-large', reason: `larger than ${maxBytes} bytes` };
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'directory';
  if (found.isFIFO()) return 'FIFO';
  return found.isSocket() ? 'socket' : 'device';
}

/** The cap holds for the bytes that arrive, too: a file can grow while it is read. */
async function readAtMost(
  handle: FileHandle,
  size: number,
  options: ReadOptions,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let total = 0;
  // One byte more than the size, so that an ordinary file takes one allocation and two reads.
  let chunk = Buffer.allocUnsafe(Math.min(size, options.maxBytes) + 1);
  let filled = 0;
  for (;;) {
    options.signal.throwIfAborted();
    const { bytesRead } = await handle.read(chunk, filled, chunk.length - filled, null);
    if (bytesRead === 0) break;
    filled += bytesRead;
    total += bytesRead;
    if (total > options.maxBytes) return undefined;
    if (filled < chunk.length) continue;
    chunks.push(chunk);
    chunk = Buffer.allocUnsafe(64 * 1024);
    filled = 0;
  }
  const last = chunk.subarray(0, filled);
  return chunks.length === 0 ? last : Buffer.concat([...chunks, last], total);
}

async function problem(error: unknown, path: string, follow: boolean): Promise<Problem> {
  const code = errorCode(error);
  if (code === 'ELOOP' && !follow) return { state: 'symlink', reason: 'a symbolic link' };
  if (code === 'ENOENT' && (await isLink(path))) {
    return { state: 'absent', reason: 'a symbolic link to nothing' };
  }
  return { state: failureState(code), reason: code };
}

async function isLink(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isSymbolicLink();
  } catch {
    return false;
  }
}
