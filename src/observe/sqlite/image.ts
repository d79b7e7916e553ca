import { type FileHandle, open, realpath, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode, failureState } from '../files/error-code.js';
import { openQuietly } from '../files/open-quietly.js';
import { committedPages, parseWalHeader, readFully, type WalHeader, walHeaderSize } from './wal.js';

/** Why there is no image of a database. */
export interface ImageProblem {
  state: 'absent' | 'denied' | 'error';
  reason: string;
}

/** Main file and log together; above it the copy would cost more than a diagnosis may. */
export const maxDatabaseBytes = 128 * 1024 * 1024;
const attempts = 5;
const copyChunk = 256 * 1024;
const fileMagic = 'SQLite format 3\0';

/**
 * Writes one consistent state of a live database to `destination`, a new file of ours: the main
 * file and over it the log's committed pages. Takes no lock and writes nothing beside the source.
 * The main file is read before the log, so pages that a checkpoint moves meanwhile are in both; a
 * log that was restarted meanwhile has other salts, and everything is read again.
 */
export async function writeImage(
  path: string,
  destination: string,
  signal: AbortSignal,
): Promise<ImageProblem | undefined> {
  try {
    // SQLite names the log after the file at the end of a link.
    const source = await realpath(path);
    for (let attempt = 0; attempt < attempts; attempt++) {
      if (attempt > 0) await delay(20 * attempt, undefined, { signal });
      const result = await attemptImage(source, destination, signal);
      if (result !== 'changed') return result;
    }
    return { state: 'error', reason: `it changed during each of ${attempts} readings` };
  } catch (error) {
    if (signal.aborted) return { state: 'error', reason: 'cancelled before it was read' };
    const code = errorCode(error);
    return { state: failureState(code), reason: code };
  }
}

async function attemptImage(
  source: string,
  destination: string,
  signal: AbortSignal,
): Promise<ImageProblem | undefined | 'changed'> {
  const opened: FileHandle[] = [];
  const keep = (handle: FileHandle): FileHandle => {
    opened.push(handle);
    return handle;
  };
  try {
    if (!(await stat(source)).isFile()) return { state: 'error', reason: 'not a regular file' };
    const main = keep(await openQuietly(source, false));
    const before = await main.stat();
    if (!before.isFile()) return { state: 'error', reason: 'not a regular file' };
    if (before.size === 0) return { state: 'error', reason: 'an empty file, not a database' };

    const logPath = `${source}-wal`;
    const log = await openIfThere(logPath);
    if (log) keep(log);
    const logStat = await log?.stat();
    if (logStat && !logStat.isFile()) {
      return { state: 'error', reason: 'its write-ahead log is not a regular file' };
    }
    if (before.size + (logStat?.size ?? 0) > maxDatabaseBytes) {
      return { state: 'error', reason: `larger than ${maxDatabaseBytes} bytes` };
    }
    const header = log ? parseWalHeader(await headerBytes(log)) : 'empty';
    if (header === 'invalid') return { state: 'error', reason: 'its write-ahead log is damaged' };
    const hot = await rollbackJournal(source);

    const image = keep(await open(destination, 'w+', 0o600));
    if (!(await copyMain(main, image, signal))) {
      return { state: 'error', reason: 'not an SQLite database' };
    }
    if (log && header !== 'empty') await overlay(log, header, image, signal);
    if (await changed(source, { before, logPath, header })) return 'changed';
    if (hot || (await rollbackJournal(source))) {
      return {
        state: 'error',
        reason: 'a transaction is open or was broken off (rollback journal)',
      };
    }
    // The image has no log of its own: read version and write version say so (offsets 18, 19).
    await image.write(Buffer.from([1, 1]), 0, 2, 18);
    return undefined;
  } finally {
    await Promise.all(opened.map((handle) => handle.close().catch(() => undefined)));
  }
}

async function copyMain(
  main: FileHandle,
  image: FileHandle,
  signal: AbortSignal,
): Promise<boolean> {
  const buffer = Buffer.allocUnsafe(copyChunk);
  for (let position = 0; position <= maxDatabaseBytes; position += copyChunk) {
    signal.throwIfAborted();
    const got = await readFully(main, buffer, position);
    if (position === 0 && buffer.toString('latin1', 0, Math.min(16, got)) !== fileMagic) {
      return false;
    }
    await image.write(buffer, 0, got, position);
    if (got < buffer.length) break;
  }
  return true;
}

async function overlay(
  log: FileHandle,
  header: WalHeader,
  image: FileHandle,
  signal: AbortSignal,
): Promise<void> {
  const limit = { maxBytes: maxDatabaseBytes, signal };
  const { offsets, pageCount } = await committedPages(log, header, limit);
  if (pageCount === 0) return;
  const page = Buffer.allocUnsafe(header.pageSize);
  for (const [number, offset] of offsets) {
    // A page beyond the end was given back by a later transaction.
    if (number === 0 || number > pageCount) continue;
    signal.throwIfAborted();
    await readFully(log, page, offset);
    await image.write(page, 0, page.length, (number - 1) * header.pageSize);
  }
  if (pageCount * header.pageSize <= maxDatabaseBytes) {
    await image.truncate(pageCount * header.pageSize);
  }
}

/** Did anything happen that could have mixed two states of the database? */
async function changed(
  source: string,
  seen: {
    before: { dev: number; ino: number; size: number; mtimeMs: number };
    logPath: string;
    header: WalHeader | 'empty';
  },
): Promise<boolean> {
  const after = await stat(source);
  if (after.dev !== seen.before.dev || after.ino !== seen.before.ino) return true;
  const log = await openIfThere(seen.logPath);
  try {
    const header = log ? parseWalHeader(await headerBytes(log)) : 'empty';
    if (seen.header === 'empty') {
      const touched = after.size !== seen.before.size || after.mtimeMs !== seen.before.mtimeMs;
      return header !== 'empty' || touched;
    }
    return typeof header === 'string' || !header.bytes.equals(seen.header.bytes);
  } finally {
    await log?.close();
  }
}

async function headerBytes(log: FileHandle): Promise<Buffer> {
  const bytes = Buffer.alloc(walHeaderSize);
  return bytes.subarray(0, await readFully(log, bytes, 0));
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    if (!(await stat(path)).isFile()) throw Object.assign(new Error(), { code: 'ENOTSUP' });
    return await openQuietly(path, true);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function rollbackJournal(source: string): Promise<boolean> {
  try {
    return (await stat(`${source}-journal`)).size > 0;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}
