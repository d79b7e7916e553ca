import { mkdir, rmdir, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorCode } from './error-code.js';

const pauseMs = 15;
/** Whoever holds it needs a few milliseconds; one this old belongs to a process that was killed. */
const staleMs = 10_000;

/**
 * Runs `work` while no other clawdoctor holds this lock: a directory of our own state directory,
 * since making one succeeds for one process only. Undefined when it was not to be had within
 * `waitMs`, or when nothing can be made there.
 */
export async function withOwnLock<T>(
  path: string,
  waitMs: number,
  work: () => Promise<T>,
): Promise<T | undefined> {
  const endsAt = performance.now() + waitMs;
  for (;;) {
    try {
      await mkdir(path, 0o700);
      break;
    } catch (error) {
      if (errorCode(error) !== 'EEXIST' || performance.now() > endsAt) return undefined;
      await removeStale(path);
      await sleep(pauseMs * (1 + Math.random()));
    }
  }
  try {
    return await work();
  } finally {
    await rmdir(path).catch(() => undefined);
  }
}

/**
 * One process at a time looks and removes: of two that both saw an old lock, the second would take
 * away the new one that the first has made in the meantime.
 */
async function removeStale(path: string): Promise<void> {
  if (!(await isStale(path))) return;
  const guard = `${path}.stale`;
  try {
    await mkdir(guard, 0o700);
  } catch {
    if (await isStale(guard)) await rmdir(guard).catch(() => undefined);
    return;
  }
  if (await isStale(path)) await rmdir(path).catch(() => undefined);
  await rmdir(guard).catch(() => undefined);
}

async function isStale(path: string): Promise<boolean> {
  const at = await stat(path).catch(() => undefined);
  return at !== undefined && Math.abs(Date.now() - at.mtimeMs) > staleMs;
}
