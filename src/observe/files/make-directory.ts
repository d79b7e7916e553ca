import { mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errorCode } from './error-code.js';

/**
 * Makes a directory and what is missing above it, and asks for every level once. Node's own
 * `recursive` never ends where `mkdir` answers ENOENT although the parent is there (procfs).
 */
export async function makeDirectory(path: string, mode: number): Promise<void> {
  const missing: string[] = [];
  let level = resolve(path);
  while (!(await isThere(level))) {
    missing.push(level);
    if (dirname(level) === level) break;
    level = dirname(level);
  }
  for (const folder of missing.reverse()) await makeLevel(folder, mode);
}

/** Throws for what is there and is no directory, and for what cannot be looked at. */
async function isThere(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
  throw Object.assign(new Error('not a directory'), { code: 'ENOTDIR' });
}

/** Another process may have made it in between, which is as good. */
async function makeLevel(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    if (errorCode(error) !== 'EEXIST' || !(await isThere(path))) throw error;
  }
}
