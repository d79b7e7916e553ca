import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { byCodeUnit } from '../../model/json.js';
import type { HostAccess } from '../../model/observer.js';
import { readRegularFile } from './read-file.js';

const mostVersions = 32;

/** Where npm, pnpm, bun, Homebrew, the version managers and OpenClaw's own installer put programs. */
export async function installDirs(host: HostAccess, signal: AbortSignal): Promise<string[]> {
  const { env, home, platform } = host;
  const pnpmHome = platform === 'darwin' ? 'Library/pnpm' : '.local/share/pnpm';
  const own = (...paths: string[]): string[] => paths.map((path) => join(home, path));
  return [
    '/usr/local/bin',
    '/opt/homebrew/bin',
    '/home/linuxbrew/.linuxbrew/bin',
    '/usr/bin',
    ...own('.npm-global/bin', '.local/bin', '.openclaw/bin', '.bun/bin', '.volta/bin'),
    absolute(env.PNPM_HOME, host) ?? join(home, pnpmHome),
    ...(await npmPrefixes(host, signal)).map((prefix) => join(prefix, 'bin')),
    ...(await nodeDirs(host)),
    ...(await optDirs()),
  ];
}

/** `prefix` of the environment and of ~/.npmrc: where `npm install -g` puts its programs. */
async function npmPrefixes(host: HostAccess, signal: AbortSignal): Promise<string[]> {
  const { bytes } = await readRegularFile(join(host.home, '.npmrc'), {
    maxBytes: 64 * 1024,
    home: host.home,
    signal,
  });
  const line = /^[ \t]*prefix[ \t]*=[ \t]*["']?([^"'\r\n]+?)["']?[ \t]*$/m;
  const written = bytes && line.exec(bytes.toString('utf8'))?.[1];
  return [host.env.npm_config_prefix, host.env.NPM_CONFIG_PREFIX, written]
    .map((prefix) => absolute(prefix, host))
    .filter((prefix) => prefix !== undefined);
}

/** The `bin` of every Node that nvm, fnm, asdf, mise or volta keeps, each with globals of its own. */
async function nodeDirs(host: HostAccess): Promise<string[]> {
  const { env, home } = host;
  const roots: [string, string][] = [
    [join(absolute(env.NVM_DIR, host) ?? join(home, '.nvm'), 'versions', 'node'), 'bin'],
    [join(home, '.local/share/fnm/node-versions'), 'installation/bin'],
    [join(home, '.fnm/node-versions'), 'installation/bin'],
    [join(home, '.asdf/installs/nodejs'), 'bin'],
    [join(home, '.local/share/mise/installs/node'), 'bin'],
    [join(home, '.volta/tools/image/node'), 'bin'],
    [join(home, 'Library/Application Support/fnm/node-versions'), 'installation/bin'],
  ];
  const found = await Promise.all(
    roots.map(async ([root, bin]) => (await namesIn(root)).map((name) => join(root, name, bin))),
  );
  return found.flat();
}

/** `/opt/openclaw/bin`, `/opt/node-v22/bin`, and a package that was unpacked right there. */
async function optDirs(): Promise<string[]> {
  return (await namesIn('/opt')).flatMap((name) => [join('/opt', name, 'bin'), join('/opt', name)]);
}

async function namesIn(dir: string): Promise<string[]> {
  const names = await readdir(dir).catch(() => []);
  return names.sort(byCodeUnit).slice(0, mostVersions);
}

function absolute(path: string | undefined, { home, cwd }: HostAccess): string | undefined {
  const text = path?.trim();
  if (text === undefined || text === '') return undefined;
  if (text.startsWith('~/')) return join(home, text.slice(2));
  return resolve(cwd, text.replace(/^\$\{HOME\}\//, `${home}/`));
}
