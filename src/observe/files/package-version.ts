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

/** The OpenClaw package that a program belongs to; a shell wrapper has none of its own. */
export interface OpenclawPackage {
  /** The program with its links followed. */
  realPath: string;
  /** The folder with the package.json. */
  root?: string;
  version?: string;
  /** `engines.node`, when it is shaped like a range. */
  engines?: string;
}

/** Links followed, then the nearest package.json above that is named `openclaw`. */
export async function openclawPackage(
  program: string,
  signal: AbortSignal,
): Promise<OpenclawPackage> {
  const realPath = await realpath(program).catch(() => program);
  let root = dirname(realPath);
  for (let level = 0; level < maxLevels && !signal.aborted; level += 1) {
    const found = await packageIn(root, signal);
    if (found !== undefined) return { realPath, root, ...found };
    if (root === dirname(root)) break;
    root = dirname(root);
  }
  return { realPath };
}

/** The version alone, for whoever needs no more. */
export async function openclawVersion(
  program: string,
  signal: AbortSignal,
): Promise<{ realPath: string; version?: string }> {
  const { realPath, version } = await openclawPackage(program, signal);
  return { realPath, ...(version === undefined ? {} : { version }) };
}

async function packageIn(
  dir: string,
  signal: AbortSignal,
): Promise<Pick<OpenclawPackage, 'version' | 'engines'> | undefined> {
  const path = join(dir, 'package.json');
  const { bytes } = await readRegularFile(path, { maxBytes, home: '', signal });
  if (bytes === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    if (member(parsed, 'name') !== 'openclaw') return undefined;
    const version = versionText(member(parsed, 'version'));
    const engines = rangeText(member(member(parsed, 'engines'), 'node'));
    // A package without a version of that shape was never looked at further up either.
    if (version === undefined) return undefined;
    return { version, ...(engines === undefined ? {} : { engines }) };
  } catch {
    return undefined;
  }
}

function rangeText(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 100) return undefined;
  return /^[\d\s.<>=|^~*xv-]+$/.test(value) ? value.trim() : undefined;
}
