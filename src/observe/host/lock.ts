import { readdir, realpath } from 'node:fs/promises';
import { cleanText, member } from '../../domain/clean.js';
import type { GatewayProcessFacts } from '../../model/facts-host.js';
import type { ObserverContext } from '../../model/observer.js';
import { readRegularFile, tilde } from '../files/read-file.js';
import { readProcess } from './proc-process.js';

export type GatewayLock = NonNullable<GatewayProcessFacts['lock']>;

/** More than this in one directory is not a gateway's doing. */
const mostLocks = 64;
const maxBytes = 64 * 1024;

/**
 * The gateway locks that can be this target's: `<tmp>/openclaw-<uid>/gateway.<hash>.lock` of 2026.5
 * and `<state>/tmp/openclaw-<uid>/` of 2026.9. Ours and alive first; never one of which nothing is
 * known. A lock is alive when its pid runs and, where it says so, started at the same tick.
 */
export async function readLocks(context: ObserverContext): Promise<GatewayLock[]> {
  const { host, target } = context;
  const uids = new Set([target.uid, host.uid].filter((uid) => uid !== undefined && uid >= 0));
  const parents = [host.tmpDir, ...(target.stateDir ? [`${target.stateDir}/tmp`] : [])];
  const folders = parents.flatMap((parent) => [...uids].map((uid) => `${parent}/openclaw-${uid}`));
  const paths = (await Promise.all(folders.map(lockFiles))).flat();
  const ours = await resolved(target.configPath);
  const locks = await Promise.all(paths.map((path) => readLock(path, ours, context)));
  return locks
    .filter((lock): lock is GatewayLock => lock !== undefined)
    .sort((a, b) => rank(b) - rank(a));
}

function rank(lock: GatewayLock): number {
  return (lock.sameConfig ? 4 : 0) + (lock.alive ? 2 : 0) + (lock.port === undefined ? 0 : 1);
}

async function lockFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names
    .filter((name) => /^gateway\.[\w-]+\.lock$/.test(name))
    .slice(0, mostLocks)
    .map((name) => `${folder}/${name}`);
}

async function readLock(
  path: string,
  ours: string | undefined,
  { host, signal }: ObserverContext,
): Promise<GatewayLock | undefined> {
  const options = { maxBytes, home: host.home, signal, allowSymlink: false };
  const { bytes } = await readRegularFile(path, options);
  const value = bytes && parse(bytes);
  const pid = member(value, 'pid');
  if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return undefined;
  const configPath = cleanText(member(value, 'configPath'), 1000);
  const port = member(value, 'port');
  const startTime = member(value, 'startTime');
  const process = host.procRoot ? await readProcess(host.procRoot, pid) : undefined;
  const sameStart = typeof startTime !== 'number' || process?.startTicks === startTime;
  const theirs = await resolved(configPath);
  return {
    path: tilde(path, host.home),
    pid,
    alive: process !== undefined && sameStart,
    ...(configPath === undefined ? {} : { configPath: tilde(configPath, host.home) }),
    ...(typeof port === 'number' && Number.isInteger(port) ? { port } : {}),
    sameConfig: ours !== undefined && theirs === ours,
  };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').trim());
  } catch {
    return undefined;
  }
}

/** The path after links, so far as it exists; two spellings of one file are one path. */
export async function resolved(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return realpath(path).catch(() => path);
}
