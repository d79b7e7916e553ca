import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readlink,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

// The real OpenClaw, installed once into a cache outside the clone.

export type OpenClawLine = '2026.5.18' | '2026.9.6';
export const openClawLines: readonly OpenClawLine[] = ['2026.5.18', '2026.9.6'];

const nodeMajor: Record<OpenClawLine, string> = { '2026.5.18': '22', '2026.9.6': '24' };
const run = promisify(execFile);

export interface Install {
  version: OpenClawLine;
  /** The Node binary that this version runs on. */
  node: string;
  entry: string;
  /** For PATH: `openclaw` is a symlink to the entry, as npm -g makes it, and `node` the Node that its shebang finds. */
  bin: string;
}

export function cacheRoot(): string {
  const { CLAWDOCTOR_REAL_CACHE, XDG_CACHE_HOME } = process.env;
  return (
    CLAWDOCTOR_REAL_CACHE ||
    path.join(XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'clawdoctor-real')
  );
}

const installs = new Map<string, Promise<Install>>();

/** Installs once into the cache (outside the clone) and then reuses it; the registry is npm's own setting. */
export function ensureOpenClaw(line: OpenClawLine): Promise<Install> {
  const key = `${cacheRoot()} ${line}`;
  let pending = installs.get(key);
  if (!pending) {
    pending = install(line);
    pending.catch(() => installs.delete(key));
    installs.set(key, pending);
  }
  return pending;
}

async function install(line: OpenClawLine): Promise<Install> {
  const node = await ensureNode(nodeMajor[line]);
  const folder = await ensurePackage('openclaw', line);
  const entry = path.join(folder, 'node_modules', 'openclaw', 'openclaw.mjs');
  const bin = path.join(folder, 'bin');
  await chmod(entry, 0o755);
  await mkdir(bin, { recursive: true });
  await link(entry, path.join(bin, 'openclaw'));
  await link(node, path.join(bin, 'node'));
  return { version: line, node, entry, bin };
}

export async function ensureNode(major: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  return path.join(await ensurePackage(name, major), 'node_modules', name, 'bin', 'node');
}

async function link(target: string, at: string): Promise<void> {
  if ((await readlink(at).catch(() => undefined)) === target) return;
  const made = `${at}.${randomUUID()}`;
  await symlink(target, made);
  await rename(made, at);
}

// The rename makes it atomic; the lock only spares a second worker the same download.
async function ensurePackage(name: string, version: string): Promise<string> {
  const root = cacheRoot();
  const folder = path.join(root, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(root, { recursive: true });
  const unlock = await takeLock(`${folder}.lock`);
  try {
    if (existsSync(folder)) return folder;
    const fresh = await mkdtemp(`${folder}.new-`);
    try {
      await writeFile(path.join(fresh, 'package.json'), '{"private":true}\n');
      const args = [
        'install',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--no-save',
        '--no-engine-strict',
        '--prefix',
        fresh,
      ];
      await run('npm', [...args, `${name}@${version}`], {
        cwd: fresh,
        maxBuffer: 16 << 20,
        timeout: 600_000,
      });
      await chmod(fresh, 0o755);
      await rename(fresh, folder);
    } catch (cause) {
      await rm(fresh, { recursive: true, force: true });
      if (!existsSync(folder)) throw new Error(`cannot install ${name}@${version}`, { cause });
    }
    return folder;
  } finally {
    await unlock();
  }
}

async function takeLock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    await sleep(250);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
