import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { InstallFacts } from '../../model/facts-host.js';
import type { NodeFacts } from '../../model/facts-installs.js';
import type { HostAccess, ObserverContext } from '../../model/observer.js';
import { managerOf } from './install-manager.js';
import { installDirs } from './install-roots.js';
import { launcherOf } from './launcher.js';
import { nodeAt } from './node-version.js';
import { openclawPackage } from './package-version.js';
import { tilde } from './read-file.js';

const most = 64;
const mostPathEntries = 256;
const deadlineMs = 3000;

type Binary = InstallFacts['binaries'][number];

/** The list for discovery and host.install: found once a stage, whoever asks first. */
export function binariesOf(context: ObserverContext): Promise<Binary[]> {
  // Shared work must not end with the one caller that happened to start it.
  return context.once('binaries', () =>
    findBinaries(context.host, AbortSignal.timeout(deadlineMs)),
  );
}

/** Programs called `openclaw`: those on PATH in its order, then those in well-known directories. */
async function findBinaries(host: HostAccess, signal: AbortSignal): Promise<Binary[]> {
  const onPath = pathDirs(host);
  const found: Binary[] = [];
  const seen = new Map<string, NodeFacts>();
  const node = async (path: string): Promise<NodeFacts> => {
    const known = seen.get(path) ?? (await nodeAt(path, host.home, signal));
    seen.set(path, known);
    return known;
  };
  const shell = await shellNodePath(host);
  for (const dir of new Set([...onPath, ...(await installDirs(host, signal))])) {
    if (signal.aborted || found.length >= most) break;
    const path = join(dir, 'openclaw');
    if (!(await isProgram(path))) continue;
    const launcher = await launcherOf(path, host.home, isProgram, signal);
    const pack = await openclawPackage(launcher.entry ?? path, signal);
    const runs = launcher.node ?? shell;
    const realPath = launcher.entry === undefined ? pack.realPath : path;
    found.push({
      path: tilde(path, host.home),
      realPath: tilde(realPath, host.home),
      ...(pack.version === undefined ? {} : { version: pack.version }),
      first: found.length === 0 && onPath.includes(dir),
      onPath: onPath.includes(dir),
      manager: managerOf(pack.root, path, host.home),
      ...(pack.root === undefined ? {} : { root: tilde(pack.root, host.home) }),
      ...(pack.engines === undefined ? {} : { engines: pack.engines }),
      ...(runs === undefined ? {} : { node: await node(runs) }),
    });
  }
  return found;
}

/** The `node` that the operator's shell would start; undefined when PATH has none. */
export async function shellNodePath(host: HostAccess): Promise<string | undefined> {
  for (const dir of pathDirs(host)) {
    const path = join(dir, 'node');
    if (await isProgram(path)) return path;
  }
  return undefined;
}

function pathDirs(host: HostAccess): string[] {
  return (host.env.PATH ?? '')
    .split(delimiter, mostPathEntries)
    .filter((dir) => dir !== '')
    .map((dir) => resolve(host.cwd, dir));
}

async function isProgram(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
