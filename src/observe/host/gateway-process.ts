import { gatewayPort, listenersAt, preferred } from '../../domain/endpoints.js';
import { type OpenClawPaths, resolvePaths } from '../../domain/openclaw/paths.js';
import type { ConfigFacts, SecretField } from '../../model/facts-gateway.js';
import type { GatewayProcessFacts, Listener } from '../../model/facts-host.js';
import type { SecretKind } from '../../model/mark.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { tilde } from '../files/read-file.js';
import { inheritedSecrets } from './inherited-secrets.js';
import { noProc } from './listeners.js';
import { type GatewayLock, readLocks, resolved } from './lock.js';
import { listeningPortsOf, ownPort } from './lock-port.js';
import { type Environ, readEnviron } from './proc-environ.js';
import {
  processWitness,
  readArguments,
  readProcess,
  startedAt,
  workingDirectory,
} from './proc-process.js';
import { processEnvironment, type Referenced, withoutEnvironment } from './process-environment.js';
import { processKind } from './process-kind.js';
import { processVersion } from './process-version.js';

/**
 * The process behind a gateway's port: by the owner of the listening socket, never by a command
 * line; by a valid lock file where nothing listens or the owner is hidden from us.
 */
export const gatewayProcessObserver: Observer<'gateway.process'> = {
  id: 'gateway.process',
  stage: 'status',
  uses: ['host.discovery', 'host.listeners', 'gateway.config'],
  deadlineMs: 3000,
  async observe(context) {
    const { host, target } = context;
    if (target.place === 'remote') {
      const elsewhere = nobody('none', 'absent', 'the gateway runs on another host');
      return { state: 'ok', source: 'proc', data: elsewhere };
    }
    if (host.procRoot === undefined)
      return { state: 'unsupported', source: 'proc', reason: noProc };
    const locks = await readLocks(context);
    const { pid, ...rest } = await placed(context, host.procRoot, find(context, locks));
    if (pid === undefined) {
      const data = nobodyWith(rest);
      return { state: 'ok', source: 'proc', data };
    }
    const data = await describe(context, host.procRoot, { pid, ...rest });
    return { state: 'ok', source: `proc:${pid}`, data };
  },
  async witness(context) {
    const locks = await readLocks(context);
    return processWitness(context.host.procRoot, find(context, locks).pid);
  },
};

interface Found {
  found: GatewayProcessFacts['found'];
  pid?: number | undefined;
  listener?: Listener | undefined;
  /** The lock to report: ours where there is one. */
  lock?: GatewayLock | undefined;
  /** The lock that the found process itself holds. */
  own?: GatewayLock | undefined;
}

function find({ facts, target }: ObserverContext, locks: readonly GatewayLock[]): Found {
  const listener = preferred(listenersAt(facts, gatewayPort(facts, target)));
  const valid = locks.find((l) => l.alive && l.sameConfig);
  const own = locks.find((l) => l.alive && l.pid === (listener?.pid ?? valid?.pid));
  const lock = valid ?? own ?? locks.find((l) => l.sameConfig);
  const common = { listener, lock, own };
  if (listener?.pid !== undefined) return { found: 'socket', pid: listener.pid, ...common };
  if (valid) return { found: 'lock', pid: valid.pid, ...common };
  return { found: listener ? 'socket-without-owner' : 'none', ...common };
}

/** Where the holder of a lock without a port (2026.5) listens, when that is not the port in question. */
async function placed(
  { facts, target }: ObserverContext,
  procRoot: string,
  found: Found,
): Promise<Found> {
  const { lock, listener } = found;
  if (!lock?.alive || !lock.sameConfig || lock.port !== undefined) return found;
  if (lock.pid === listener?.pid) return found;
  const ports = await listeningPortsOf(procRoot, lock.pid);
  if (ports === undefined) return found;
  const port = ownPort(ports, gatewayPort(facts, target));
  if (port !== undefined) return { ...found, lock: { ...lock, port } };
  // It shows its sockets, and the hidden one is not among them: its lock says nothing of that.
  return found.found === 'lock' && listener ? { found: 'socket-without-owner', listener } : found;
}

const hidden =
  'another user owns the socket, so its process is not known; run clawdoctor as that user or as root';

function nobodyWith({ found, listener, lock }: Found): GatewayProcessFacts {
  const facts = listener
    ? nobody(found, 'denied', hidden)
    : nobody(found, 'absent', "nothing listens on the gateway's port");
  return { ...facts, ...(listener ? { uid: listener.uid } : {}), ...(lock ? { lock } : {}) };
}

function nobody(
  found: GatewayProcessFacts['found'],
  state: 'denied' | 'absent',
  reason: string,
): GatewayProcessFacts {
  const environment = withoutEnvironment(state, reason);
  return { found, kind: 'unknown', environment, lines: [], versionEvidence: [] };
}

async function describe(
  context: ObserverContext,
  procRoot: string,
  { found, pid, listener, lock, own }: Found & { pid: number },
): Promise<GatewayProcessFacts> {
  const { host, secrets, facts, target } = context;
  const [process, environ, argv] = await Promise.all([
    readProcess(procRoot, pid),
    readEnviron(procRoot, pid),
    readArguments(procRoot, pid),
  ]);
  const comm = process?.comm ?? listener?.comm;
  const uid = process?.uid ?? listener?.uid;
  const startedAtMs = process && (await startedAt(procRoot, process));
  const kind = processKind(comm, argv);
  const config = facts.data('gateway.config', target.id);
  const common = {
    found,
    pid,
    kind,
    ...(uid === undefined ? {} : { uid }),
    ...(comm === undefined ? {} : { comm }),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    ...(lock ? { lock } : {}),
  };
  if (kind === 'foreign' || kind === 'tunnel') {
    // The environment of a program that is none of ours is nobody's business.
    const environment = withoutEnvironment('absent', 'not read: the process is not OpenClaw');
    return { ...common, environment, lines: [], versionEvidence: [] };
  }
  const running = { pid, comm: comm ?? '', argv, startedAtMs, environ };
  return {
    ...common,
    environment: processEnvironment(environ, referencedBy(config), secrets, host.home),
    ...(await inheritedSecrets(procRoot, pid, secrets)),
    ...(await pathsOf(context, environ, pid, own)),
    ...(await processVersion(running, context)),
  };
}

/**
 * Which files this process reads. Its own lock knows best: `--profile` and `--dev` move the state
 * directory without a trace in the environment. Without a lock, the environment decides.
 */
async function pathsOf(
  { host, target }: ObserverContext,
  environ: Environ,
  pid: number,
  own: GatewayLock | undefined,
): Promise<Paths> {
  const byLock: Paths =
    own?.configPath === undefined ? {} : { configPath: own.configPath, sameConfig: own.sameConfig };
  if (environ.state !== 'ok') return byLock;
  const paths = resolveEnviron(environ, host.home, await cwdFor(environ, host.procRoot, pid));
  const configPath = tilde(paths.configPath, host.home);
  if (byLock.configPath !== undefined && byLock.configPath !== configPath) return byLock;
  const same = async (a: string, b: string | undefined): Promise<boolean | undefined> =>
    b === undefined ? undefined : (await resolved(a)) === (await resolved(b));
  const sameConfig = byLock.sameConfig ?? (await same(paths.configPath, target.configPath));
  const sameStateDir = await same(paths.stateDir, target.stateDir);
  return {
    configPath,
    stateDir: tilde(paths.stateDir, host.home),
    ...(sameConfig === undefined ? {} : { sameConfig }),
    ...(sameStateDir === undefined ? {} : { sameStateDir }),
  };
}

type Paths = Pick<GatewayProcessFacts, 'configPath' | 'stateDir' | 'sameConfig' | 'sameStateDir'>;

const pathVariables = [
  'OPENCLAW_HOME',
  'HOME',
  'USERPROFILE',
  'OPENCLAW_STATE_DIR',
  'OPENCLAW_CONFIG_PATH',
] as const;

function resolveEnviron(
  environ: Environ & { state: 'ok' },
  home: string,
  cwd: string,
): OpenClawPaths {
  const env = Object.fromEntries(pathVariables.map((name) => [name, environ.variables.get(name)]));
  return resolvePaths({ env, home, cwd });
}

/** Asked for only when a variable holds a relative path. */
async function cwdFor(
  environ: Environ & { state: 'ok' },
  procRoot: string | undefined,
  pid: number,
): Promise<string> {
  const relative = pathVariables.some((name) => /^[^/~]/.test(environ.variables.get(name) ?? '/'));
  if (!relative || procRoot === undefined) return '/';
  return (await workingDirectory(procRoot, pid)) ?? '/';
}

/** Names of the variables that the config's own secrets come from. */
function referencedBy(config: ConfigFacts | undefined): Referenced {
  const names = new Map<string, SecretKind>();
  const add = (field: SecretField | undefined, kind: SecretKind): void => {
    if (field?.ref?.source === 'env' && !names.has(field.ref.id)) names.set(field.ref.id, kind);
  };
  add(config?.token, 'token');
  add(config?.password, 'password');
  add(config?.remote?.token, 'token');
  add(config?.remote?.password, 'password');
  add(config?.hooks.token, 'hooks-token');
  return names;
}
