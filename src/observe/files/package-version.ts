import { realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { member } from '../../domain/clean.js';
import { readRegularFile } from './read-file.js';

const maxBytes = 256 * 1024;
const maxLevels = 6;

/** `2026.5.18`, `2026.9.6-beta.1`; undefined for anything that is not shaped like a version. */
export function versionText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  return /^\d+\.\d+\.\d+([-+][\w.+-]+)?$/.test(value) ? value : undefined;
}

/**
 * The version of the OpenClaw package that a program belongs to: links followed, then the nearest
 * package.json above that is named `openclaw`. A shell wrapper has none: undefined.
 */
export async function openclawVersion(
  program: string,
  signal: AbortSignal,
): Promise<{ realPath: string; version?: string }> {
  const realPath = await realpath(program).catch(() => program);
  let dir = dirname(realPath);
  for (let level = 0; level < maxLevels && !signal.aborted; level += 1) {
    const found = await versionIn(join(dir, 'package.json'), signal);
    if (found !== undefined) return { realPath, version: found };
    if (dir === dirname(dir)) break;
    dir = dirname(dir);
  }
  return { realPath };
}

async function versionIn(path: string, signal: AbortSignal): Promise<string | undefined> {
  const { bytes } = await readRegularFile(path, { maxBytes, home: '', signal });
  if (bytes === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    return member(parsed, 'name') === 'openclaw'
      ? versionText(member(parsed, 'version'))
      : undefined;
  } catch {
    return undefined;
  }
}
