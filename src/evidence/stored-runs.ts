import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, UserError } from '../model/errors.js';
import { byCodeUnit } from '../model/json.js';
import type { Manifest } from './manifest.js';
import { parseManifest } from './manifest.js';

export interface StoredRun {
  name: string;
  folder: string;
  manifest: Manifest;
}

export const memberNames = ['report', 'doctor', 'status', 'probes', 'manifest'] as const;
export type MemberName = (typeof memberNames)[number];

const runName = /^clawdoctor-\d{8}T\d{6}Z-[A-Z2-7]{4}$/;
const largest = 64 * 1024 * 1024;

/** The archived runs of a directory, oldest first; what is not one of ours is passed over. */
export async function listRuns(dir: string): Promise<StoredRun[]> {
  const names = await namesIn(dir);
  const runs = await Promise.all(names.map((name) => readRun(dir, name)));
  return runs.filter((run) => run !== undefined);
}

/** A run by its name, by the end of its name, or the `latest`. Throws a UserError for none or several. */
export async function findRun(dir: string, wanted: string): Promise<StoredRun> {
  const runs = await listRuns(dir);
  const exact = wanted.replace(/\.tar\.gz$/, '').replace(/^.*\//, '');
  const found = wanted === 'latest' ? runs.slice(-1) : runs.filter((r) => matches(r.name, exact));
  const [first] = found;
  if (first && found.length === 1) return first;
  const recent = (found.length > 1 ? found : runs).slice(-3).map((run) => run.name);
  throw new UserError(
    found.length > 1 ? `"${exact}" is the end of several names` : 'no archived run of that name',
    recent,
  );
}

/** The text of one member. */
export async function readMember(run: StoredRun, member: MemberName): Promise<string> {
  const text = await readPlain(join(run.folder, `${member}.json`));
  if (text === undefined) throw new UserError(`${member}.json of that run cannot be read`);
  return text;
}

function matches(name: string, wanted: string): boolean {
  return wanted !== '' && (name === wanted || name.endsWith(`-${wanted.toUpperCase()}`));
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    const entries = await readdir(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && runName.test(entry.name))
      .map((entry) => entry.name)
      .sort(byCodeUnit);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw new UserError(`the evidence directory cannot be read (${errorCode(error)})`);
  }
}

async function readRun(dir: string, name: string): Promise<StoredRun | undefined> {
  const folder = join(dir, name);
  const text = await readPlain(join(folder, 'manifest.json'));
  const manifest = text === undefined ? undefined : parseManifest(text);
  return manifest && { name, folder, manifest };
}

/** A regular file of sane size, never through a link; undefined for anything else. */
async function readPlain(path: string): Promise<string | undefined> {
  const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
  try {
    const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const stat = await file.stat();
      return stat.isFile() && stat.size <= largest ? await file.readFile('utf8') : undefined;
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}
