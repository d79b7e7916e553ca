import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';
import type { InstallFacts } from '../../model/facts-host.js';
import { byCodeUnit } from '../../model/json.js';
import type { HostAccess } from '../../model/observer.js';
import { openclawVersion } from './package-version.js';
import { tilde } from './read-file.js';

const most = 64;
const mostPathEntries = 256;

/** Programs called `openclaw`: those on PATH in its order, then those in well-known directories. */
export async function findBinaries(
  host: HostAccess,
  signal: AbortSignal,
): Promise<InstallFacts['binaries']> {
  const onPath = (host.env.PATH ?? '')
    .split(delimiter, mostPathEntries)
    .filter((dir) => dir !== '')
    .map((dir) => resolve(host.cwd, dir));
  const dirs = new Set([...onPath, ...(await knownDirs(host))]);
  const found: InstallFacts['binaries'] = [];
  for (const dir of dirs) {
    if (signal.aborted || found.length >= most) break;
    const path = join(dir, 'openclaw');
    if (!(await isProgram(path))) continue;
    const { realPath, version } = await openclawVersion(path, signal);
    found.push({
      path: tilde(path, host.home),
      realPath: tilde(realPath, host.home),
      ...(version === undefined ? {} : { version }),
      first: found.length === 0 && onPath.includes(dir),
    });
  }
  return found;
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

/** Where Homebrew, npm, pnpm, bun, volta, nvm and OpenClaw's own installer put programs. */
async function knownDirs({ env, home, platform }: HostAccess): Promise<string[]> {
  const pnpmHome = platform === 'darwin' ? 'Library/pnpm' : '.local/share/pnpm';
  const nvm = join(home, '.nvm', 'versions', 'node');
  const nodes = await readdir(nvm).catch(() => []);
  return [
    '/usr/local/bin',
    '/opt/homebrew/bin',
    '/home/linuxbrew/.linuxbrew/bin',
    '/usr/bin',
    ...['.npm-global/bin', '.local/bin', '.openclaw/bin', '.bun/bin', '.volta/bin'].map((dir) =>
      join(home, dir),
    ),
    env.PNPM_HOME ?? join(home, pnpmHome),
    ...nodes
      .sort(byCodeUnit)
      .slice(0, 32)
      .map((version) => join(nvm, version, 'bin')),
  ];
}
