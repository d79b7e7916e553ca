import { readdir } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { cleanText, member } from '../../domain/clean.js';
import { portNumber } from '../../domain/openclaw/port.js';
import { byCodeUnit } from '../../model/json.js';
import type { HostAccess } from '../../model/observer.js';
import { errorCode } from '../files/error-code.js';
import { readRegularFile } from '../files/read-file.js';
import { readProcess } from './proc-process.js';

/** A gateway that holds its lock now. */
export interface LiveLock {
  configPath: string;
  stateDir: string;
  pid: number;
  /** 2026.9 writes it, 2026.5 does not. */
  port?: number;
}

const mostFiles = 64;
const maxBytes = 64 * 1024;

/**
 * The live gateways that left a lock in the temporary directory (2026.5; root sees every user's) or
 * in one of these state directories (2026.9). By pid and start tick, so a recycled pid is no lock.
 */
export async function liveLocks(
  host: HostAccess,
  stateDirs: readonly string[],
  signal: AbortSignal,
): Promise<LiveLock[]> {
  const parents = [host.tmpDir, ...stateDirs.map((dir) => join(dir, 'tmp'))];
  const folders = (await Promise.all(parents.map((parent) => lockFolders(parent, host)))).flat();
  const found = new Map<string, LiveLock>();
  for (const folder of folders) {
    const names = (await namesIn(folder)).filter((name) => /^gateway\.[\w-]+\.lock$/.test(name));
    for (const name of names.slice(0, mostFiles)) {
      if (signal.aborted) return [...found.values()];
      const lock = await readLock(join(folder, name), host, signal);
      const known = lock && found.get(lock.configPath);
      if (lock && known?.port === undefined) {
        found.set(lock.configPath, lock);
      }
    }
  }
  return [...found.values()];
}

async function lockFolders(parent: string, { uid }: HostAccess): Promise<string[]> {
  const own = `openclaw-${uid}`;
  if (uid !== 0) return [join(parent, own)];
  const names = (await namesIn(parent)).filter((name) => /^openclaw-\d+$/.test(name));
  return names.slice(0, mostFiles).map((name) => join(parent, name));
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.sort(byCodeUnit);
}

async function readLock(
  path: string,
  host: HostAccess,
  signal: AbortSignal,
): Promise<LiveLock | undefined> {
  const options = { maxBytes, home: host.home, signal, allowSymlink: false };
  const { bytes } = await readRegularFile(path, options);
  if (bytes === undefined) return undefined;
  const value = parse(bytes);
  const configPath = absolutePath(member(value, 'configPath'));
  const pid = member(value, 'pid');
  if (configPath === undefined || typeof pid !== 'number') return undefined;
  if (!(await isAlive(pid, member(value, 'startTime'), host))) return undefined;
  const port = portNumber(member(value, 'port'));
  return {
    configPath,
    stateDir: absolutePath(member(value, 'stateDir')) ?? dirname(configPath),
    pid,
    ...(port === undefined ? {} : { port }),
  };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8').trim());
  } catch {
    return undefined;
  }
}

/** A path that can be recorded as it is: what a lock says is anybody's text. */
function absolutePath(value: unknown): string | undefined {
  const path = cleanText(value, 4096);
  return path !== undefined && path === value && isAbsolute(path) ? normalize(path) : undefined;
}

async function isAlive(pid: number, startTime: unknown, host: HostAccess): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  if (host.procRoot === undefined) return signalled(pid);
  const process = await readProcess(host.procRoot, pid);
  if (process === undefined) return false;
  return typeof startTime !== 'number' || process.startTicks === startTime;
}

/** Signal 0 is sent to nobody: it only asks whether the process is there. */
function signalled(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}
