import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type OpenClawPaths, resolvePaths } from '../../domain/openclaw/paths.js';
import { byCodeUnit } from '../../model/json.js';
import type { ObserverContext } from '../../model/observer.js';

const mostSiblings = 64;

/** With the directories of OpenClaw's old name where only they exist (both versions still do so). */
export async function operatorPaths({ host, options }: ObserverContext): Promise<OpenClawPaths> {
  const { home, stateDir, config } = options;
  const paths = resolvePaths({
    env: host.env,
    home: host.home,
    cwd: host.cwd,
    flags: {
      ...(home === undefined ? {} : { home }),
      ...(stateDir === undefined ? {} : { stateDir }),
      ...(config === undefined ? {} : { config }),
    },
  });
  const old = join(paths.home, '.clawdbot');
  const isDefault = paths.stateDir === join(paths.home, '.openclaw');
  if (isDefault && !(await exists(paths.stateDir)) && (await exists(old))) {
    const moved = paths.configPath === join(paths.stateDir, 'openclaw.json');
    paths.stateDir = old;
    if (moved) paths.configPath = join(old, 'openclaw.json');
  }
  const oldConfig = join(dirname(paths.configPath), 'clawdbot.json');
  const isOwnName = basename(paths.configPath) === 'openclaw.json' && config === undefined;
  if (isOwnName && !(await exists(paths.configPath)) && (await exists(oldConfig))) {
    paths.configPath = oldConfig;
  }
  return paths;
}

/** Profile directories beside the default one, with a config in them. */
export async function siblingStates({ home, stateDir }: OpenClawPaths): Promise<string[]> {
  const names = await readdir(home).catch((): string[] => []);
  const dirs = names
    .filter((name) => /^\.openclaw(-[\w.-]+)?$/.test(name))
    .sort(byCodeUnit)
    .map((name) => join(home, name))
    .filter((dir) => dir !== stateDir);
  const present = await Promise.all(
    dirs.slice(0, mostSiblings).map((d) => exists(join(d, 'openclaw.json'))),
  );
  return dirs.filter((_, index) => present[index]);
}

/** OpenClaw's installer puts programs into `~/.openclaw`: they alone are no state. */
export async function holdsState(stateDir: string): Promise<boolean> {
  const programs = new Set(['bin', 'lib', 'tools', 'node_modules']);
  try {
    return (await readdir(stateDir)).some((name) => !programs.has(name));
  } catch {
    return exists(stateDir);
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
