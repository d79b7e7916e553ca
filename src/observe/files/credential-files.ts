import type { Stats } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CredentialFile, CredentialFileKind } from '../../model/facts-credential-files.js';
import { byCodeUnit } from '../../model/json.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { loadConfig } from './config-source.js';
import { loadEnvironments } from './environments.js';
import { errorCode } from './error-code.js';
import { directoryFacts } from './file-facts.js';
import { ReachReader } from './reach.js';
import { tilde } from './read-file.js';
import { closedDirectory, placeOf } from './state-place.js';

const mostAgents = 32;
const mostFiles = 200;

/** Owner, mode and reach of every file of a gateway that holds a credential. Nothing is read. */
export const credentialFilesObserver: Observer<'gateway.credential-files'> = {
  id: 'gateway.credential-files',
  stage: 'doctor',
  deadlineMs: 3000,

  async observe(context) {
    const { stateDir, home } = placeOf(context);
    const dir = await directoryFacts(stateDir, home);
    const closed = closedDirectory(dir);
    if (closed) return closed;
    const reach = new ReachReader('/', context.signal);
    const wanted = await candidates(context, stateDir);
    const seen = await Promise.all(
      wanted.slice(0, mostFiles).map(([path, kind]) => look(path, kind, home, reach)),
    );
    const real = await realpath(stateDir);
    const own = await stat(real);
    return {
      state: 'ok',
      source: dir.path,
      complete: wanted.length <= mostFiles,
      data: {
        stateDir: {
          path: dir.path,
          mode: own.mode & 0o7777,
          uid: own.uid,
          writable: await reach.writers(join(real, 'openclaw.json'), own),
        },
        files: seen.filter((file) => file !== undefined && 'kind' in file),
        hidden: seen.filter((file) => file !== undefined && 'reason' in file),
      },
    };
  },
};

/** Paths that may not exist; a store's sidecars hold the same rows as the store. */
async function candidates(
  context: ObserverContext,
  stateDir: string,
): Promise<[path: string, kind: CredentialFileKind][]> {
  const [config, environments] = await Promise.all([
    loadConfig(context),
    loadEnvironments(context),
  ]);
  const { home } = placeOf(context);
  const at = (kind: CredentialFileKind, ...names: string[]): [string, CredentialFileKind][] =>
    names.map((name) => [join(stateDir, name), kind]);
  const agents = (await namesIn(join(stateDir, 'agents'))).slice(0, mostAgents);
  const main = config.paths[0] ?? join(stateDir, 'openclaw.json');
  const credentials = (await namesIn(join(stateDir, 'credentials'))).slice(0, mostAgents);
  const service = environments.service?.facts;
  const list: [string, CredentialFileKind][] = [
    ...config.paths.map((path): [string, CredentialFileKind] => [path, 'config']),
    ...['.last-good', '.bak', '.bak.1', '.bak.2', '.bak.3', '.bak.4'].map(
      (end): [string, CredentialFileKind] => [`${main}${end}`, 'config-copy'],
    ),
    ...environments.dotenvFiles.map(({ path }): [string, CredentialFileKind] => [path, 'dotenv']),
    ...(service?.environmentFiles ?? []).map((file): [string, CredentialFileKind] => [
      whole(file.path, home),
      'service-file',
    ]),
    ...at('service-file', 'gateway.systemd.env'),
    ...at('identity', 'identity/device.json', 'identity/device-auth.json'),
    ...at('pairing', 'devices/paired.json', 'devices/bootstrap.json', 'nodes/paired.json'),
    ...at('database', ...withSidecars('state/openclaw.sqlite')),
    ...at('credentials', ...credentials.map((name) => join('credentials', name))),
    ...agents.flatMap((name) => [
      ...at('profiles', join('agents', name, 'agent', 'auth-profiles.json')),
      ...at('database', ...withSidecars(join('agents', name, 'agent', 'openclaw-agent.sqlite'))),
    ]),
    ...at('socket', 'exec-approvals.sock', 'gateway.sock'),
  ];
  return [...new Map(list)];
}

function withSidecars(path: string): string[] {
  return [path, `${path}-wal`, `${path}-shm`];
}

async function look(
  path: string,
  kind: CredentialFileKind,
  home: string,
  reach: ReachReader,
): Promise<CredentialFile | { path: string; reason: string } | undefined> {
  try {
    const link = (await lstat(path)).isSymbolicLink();
    const found: Stats = await stat(path);
    if (kind === 'socket' ? !found.isSocket() : !found.isFile()) return undefined;
    const real = await realpath(path);
    return {
      path: tilde(path, home),
      kind,
      mode: found.mode & 0o7777,
      uid: found.uid,
      gid: found.gid,
      reach: await reach.readers(real, found),
      writable: await reach.writers(real, found),
      ...(link ? { linkTo: tilde(real, home) } : {}),
    };
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    return { path: tilde(path, home), reason: code };
  }
}

async function namesIn(dir: string): Promise<string[]> {
  return (await readdir(dir).catch(() => [])).sort(byCodeUnit);
}

function whole(path: string, home: string): string {
  return path.startsWith('~/') ? `${home}${path.slice(1)}` : path;
}
