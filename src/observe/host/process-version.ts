import { readdir, readlink, realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cleanText, member } from '../../domain/clean.js';
import { linesOf } from '../../domain/openclaw/versions.js';
import type { GatewayProcessFacts } from '../../model/facts-host.js';
import type { ObserverContext } from '../../model/observer.js';
import type { Line } from '../../model/target.js';
import { readRegularFile, tilde } from '../files/read-file.js';
import type { Environ } from './proc-environ.js';
import { procHead } from './proc-head.js';
import { readArguments } from './proc-process.js';

/** A fork bomb has a long list of children, and a database maps a million files. */
const mostBytes = { children: 8 * 1024, maps: 1 << 20 };
const mostThreads = 200;

export type ProcessVersion = Pick<GatewayProcessFacts, 'lines' | 'version' | 'versionEvidence'>;

interface Running {
  pid: number;
  comm: string;
  argv: readonly string[];
  startedAtMs: number | undefined;
  environ: Environ;
}

/**
 * Which version a running gateway is: its name tells the lines (`openclaw` is 2026.5,
 * `openclaw-gatewa` is 2026.3 or 2026.9), and a path into the package that its children, its mapped files or
 * its launch command name tells the version, unless that install was replaced since.
 */
export async function processVersion(
  running: Running,
  context: ObserverContext,
): Promise<ProcessVersion> {
  const byName = linesOfName(running.comm);
  const evidence = byName.length > 0 ? [`process name ${running.comm}`] : [];
  for (const path of await packagePaths(running, context)) {
    const found = await installedVersion(path, running.startedAtMs, context);
    if (!found) continue;
    const lines = linesOf(found.version);
    const agree = byName.length === 0 ? lines : lines.filter((line) => byName.includes(line));
    if (agree.length === 0) continue;
    evidence.push(`runs from ${found.folder}, which is ${found.version}`);
    return { lines: agree, version: found.version, versionEvidence: evidence };
  }
  return { lines: byName, versionEvidence: evidence };
}

/** The owner of the socket, measured on 2026.3.11, 2026.5.18 and 2026.9.6. */
function linesOfName(comm: string): Line[] {
  if (comm.startsWith('openclaw-gatewa')) return ['2026.3', '2026.9'];
  return comm === 'openclaw' ? ['2026.5'] : [];
}

/** Paths that lead into the installed package, the surest first. */
async function packagePaths(running: Running, context: ObserverContext): Promise<string[]> {
  const { procRoot } = context.host;
  if (procRoot === undefined || !(await sameFiles(procRoot, running.pid))) return [];
  const children = await childrenOf(procRoot, running.pid);
  const argvs = await Promise.all(children.map((pid) => readArguments(procRoot, pid)));
  const maps = await procHead(`${procRoot}/${running.pid}/maps`, mostBytes.maps);
  const mapped = maps.split('\n').map((line) => line.slice(line.indexOf('/')));
  const inPackage = [...running.argv, ...argvs.flat(), ...mapped].filter((path) =>
    /^\/.*\/openclaw\//.test(path),
  );
  // What a shell was asked to run; a service has no such variable.
  const launched = running.environ.state === 'ok' ? running.environ.variables.get('_') : undefined;
  return [...new Set([...inPackage, ...(launched?.startsWith('/') ? [launched] : [])])].slice(
    0,
    20,
  );
}

/** In a container the same path is another file; where that cannot be told, no path is believed. */
async function sameFiles(procRoot: string, pid: number): Promise<boolean> {
  const [own, theirs] = await Promise.all(
    ['self', String(pid)].map((who) =>
      readlink(`${procRoot}/${who}/ns/mnt`).catch(() => undefined),
    ),
  );
  return own === theirs;
}

export async function childrenOf(procRoot: string, pid: number): Promise<number[]> {
  const threads = await readdir(`${procRoot}/${pid}/task`).catch((): string[] => []);
  const lists = await Promise.all(
    threads
      .slice(0, mostThreads)
      .map((id) => procHead(`${procRoot}/${pid}/task/${id}/children`, mostBytes.children)),
  );
  return lists
    .flatMap((list) => list.split(' '))
    .map(Number)
    .filter((child) => child > 0)
    .slice(0, 50);
}

const mostParents = 8;

/** The package.json above a path whose name is `openclaw`, when it is older than the process. */
async function installedVersion(
  path: string,
  startedAtMs: number | undefined,
  { host, signal }: ObserverContext,
): Promise<{ version: string; folder: string } | undefined> {
  let folder = dirname(await realpath(path).catch(() => path));
  for (let i = 0; i < mostParents && folder !== '/'; i += 1, folder = dirname(folder)) {
    const options = { maxBytes: 1 << 20, home: host.home, signal };
    const { bytes, facts } = await readRegularFile(`${folder}/package.json`, options);
    const value = bytes && parse(bytes);
    if (member(value, 'name') !== 'openclaw') continue;
    const version = cleanText(member(value, 'version'), 40);
    const replaced = startedAtMs !== undefined && (facts.mtimeMs ?? 0) > startedAtMs;
    return version === undefined || replaced
      ? undefined
      : { version, folder: tilde(folder, host.home) };
  }
  return undefined;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
