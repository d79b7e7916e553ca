import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from '../files/error-code.js';
import { writeImage } from './image.js';
import { type OpenReader, openReader } from './reader.js';

export type SqliteRead =
  | {
      state: 'ok';
      /** `[]` when the table is missing; throws for any other error of SQLite. */
      rows: <T = Record<string, unknown>>(sql: string) => T[];
      close(): Promise<void>;
    }
  | { state: 'absent' | 'denied' | 'error' | 'unsupported'; reason: string };

/**
 * One consistent state of a live SQLite database, with what its write-ahead log holds, read without
 * a lock and without a trace beside it. The copy lies in a directory of ours with mode 0700 and is
 * unlinked as soon as it is open, so that not even a kill leaves it behind for long. Never throws.
 */
export async function openSnapshot(
  path: string,
  signal: AbortSignal,
  open: OpenReader = openReader,
): Promise<SqliteRead> {
  let directory: string | undefined;
  try {
    directory = await mkdtemp(join(tmpdir(), 'clawdoctor-'));
    const image = join(directory, 'image.sqlite');
    const problem = await writeImage(path, image, signal);
    if (problem) return problem;
    const reader = await open(image);
    if (!reader) {
      return {
        state: 'unsupported',
        reason:
          'this Node has no SQLite; it could be read with Node 22.13 or later, or with the optional package node-sqlite3-wasm',
      };
    }
    return {
      state: 'ok',
      rows: <T>(sql: string): T[] => {
        try {
          return reader.all(sql) as T[];
        } catch (error) {
          if (error instanceof Error && error.message.includes('no such table')) return [];
          throw error;
        }
      },
      close: () => {
        reader.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    if (directory === undefined) {
      return { state: 'error', reason: `no room for a private copy (${errorCode(error)})` };
    }
    return { state: 'error', reason: 'damaged, or not an SQLite database' };
  } finally {
    if (directory !== undefined) {
      await rm(directory, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}
