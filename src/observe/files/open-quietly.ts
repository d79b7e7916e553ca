import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { errorCode } from './error-code.js';

/**
 * Opens for reading without waiting (a FIFO has no writer) and, where the kernel lets us, without
 * an access time. The caller has to look at the kind of what was opened.
 */
export async function openQuietly(path: string, follow: boolean): Promise<FileHandle> {
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | (follow ? 0 : constants.O_NOFOLLOW);
  // O_NOATIME is for the owner and root; everybody else leaves the usual trace.
  const noAtime: unknown = constants.O_NOATIME;
  if (typeof noAtime !== 'number') return open(path, flags);
  try {
    return await open(path, flags | noAtime);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') throw error;
    return open(path, flags);
  }
}
