import type { FileHandle } from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import { openQuietly } from './open-quietly.js';

/** The first bytes of a regular file as text; empty for whatever cannot be read. Never throws. */
export async function readHead(path: string, bytes: number, signal: AbortSignal): Promise<string> {
  let handle: FileHandle | undefined;
  try {
    signal.throwIfAborted();
    if (!(await stat(path)).isFile()) return '';
    handle = await openQuietly(path, true);
    if (!(await handle.stat()).isFile()) return '';
    const buffer = Buffer.alloc(bytes);
    const { bytesRead } = await handle.read(buffer, 0, bytes, 0);
    return buffer.subarray(0, bytesRead).toString('utf8');
  } catch {
    return '';
  } finally {
    await handle?.close().catch(() => undefined);
  }
}
