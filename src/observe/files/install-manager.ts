import type { InstallManager } from '../../model/facts-installs.js';

/**
 * Who put an install there, by the path of its package (links followed) and of the program. A
 * checkout is told by a package that stands in no `node_modules`.
 */
export function managerOf(root: string | undefined, program: string, home: string): InstallManager {
  const isPackage = root !== undefined;
  const path = `${root ?? program}/`;
  // What npm installs with Homebrew's Node stands in its lib/node_modules, outside of the Cellar.
  if (path.includes('/Cellar/')) return 'brew';
  if (/\/\.?pnpm\//.test(path) || /\/pnpm(-global)?\//.test(program)) return 'pnpm';
  if (/\/\.bun\//.test(path)) return 'bun';
  if (/\/\.volta\//.test(path) || /\/\.volta\//.test(program)) return 'volta';
  if (/\/(\.yarn|yarn\/global)\//.test(path)) return 'yarn';
  if (path.startsWith(`${home}/.openclaw/`) || program.startsWith(`${home}/.openclaw/`)) {
    return 'installer';
  }
  if (path.includes('/node_modules/')) return 'npm';
  return isPackage ? 'source' : 'unknown';
}
