import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cleanText } from '../../domain/clean.js';
import type { OpenClawPaths } from '../../domain/openclaw/paths.js';
import { defaultGatewayPort } from '../../domain/openclaw/port.js';
import type { DiscoveryFacts } from '../../model/facts-host.js';
import type { ObserverContext } from '../../model/observer.js';
import type { Target } from '../../model/target.js';
import { readConfig } from '../files/config-source.js';
import { safeUrl } from '../files/safe-url.js';
import { nemoclawRoots } from '../nemoclaw/roots.js';
import {
  type Address,
  configuredPort,
  localAddress,
  operatorAddress,
} from './discovery-address.js';
import { type LiveLock, liveLocks } from './discovery-locks.js';
import { holdsState, operatorPaths, siblingStates } from './discovery-paths.js';
import { variablePort } from './discovery-port.js';
import { listeningPortsOf, ownPort } from './lock-port.js';
import { readListening } from './proc-net.js';

const most = 64;

export interface FoundGateway {
  target: Target;
  config: Record<string, unknown>;
}

export interface Gateways {
  /** The primary one first. */
  found: FoundGateway[];
  idle: DiscoveryFacts['idle'];
  kind: DiscoveryFacts['gateway'];
  hasState: boolean;
}

/** The gateway that the operator's own `openclaw` would talk to, and every other one that runs. */
export async function findGateways(context: ObserverContext): Promise<Gateways> {
  const { host, options, signal } = context;
  const paths = await operatorPaths(context);
  const siblings = await siblingStates(paths);
  const [own, locks, ports, variable] = await Promise.all([
    readConfig(paths.configPath, { home: paths.home, env: host.env, signal }),
    liveLocks(host, [paths.stateDir, ...siblings], signal),
    listeningPorts(host.procRoot),
    variablePort(paths, host.env, signal),
  ]);
  const url = safeUrl(options.url);
  const isThere = own.facts.state !== 'absent';
  const hasState = isThere || (await holdsState(paths.stateDir));
  const lock = locks.find(({ configPath }) => configPath === paths.configPath);
  const address = await addressOf();
  const found: FoundGateway[] = [];
  const wanted = hasState || url !== undefined || lock !== undefined;
  if (wanted || (await isMeant(context, ports.has(address.port)))) {
    const evidence = Object.entries({ config: isThere, state: hasState, url, lock });
    const target = await gatewayTarget(
      paths,
      address,
      evidence.filter(([, there]) => there).map(([name]) => name),
    );
    found.push({ target, config: own.value });
  }
  const rest = await otherGateways({ context, paths, siblings, locks, ports, taken: found });
  const [first] = found.length > 0 ? found : rest.found;
  const kind = first === undefined ? 'none' : (first.target.place ?? 'local');
  return { found: [...found, ...rest.found].slice(0, most), idle: rest.idle, kind, hasState };

  /** A config that does not parse names no port: then the gateway that runs with it tells. */
  async function addressOf(): Promise<Address> {
    const broken = isThere && own.parse !== 'ok';
    if (!broken || url || variable !== undefined) return operatorAddress(own.value, url, variable);
    const running = lock && (await portOf(lock, host.procRoot));
    const assumed = running === undefined ? { portAssumed: true as const } : {};
    return { ...operatorAddress(own.value, url, running), ...assumed };
  }
}

/** The port of the gateway that holds a lock; 2026.5 writes none into it, and its sockets tell. */
async function portOf({ port, pid }: LiveLock, procRoot?: string): Promise<number | undefined> {
  if (port !== undefined || procRoot === undefined) return port;
  const ports = await listeningPortsOf(procRoot, pid);
  return ports && ownPort(ports, defaultGatewayPort);
}

/**
 * Is a gateway without any state meant all the same? Named by flag or variable, or answered for by
 * a listener on its port: both look like a state directory that got lost. With NemoClaw a home and
 * a listener say nothing: the listener is a sandbox's.
 */
async function isMeant({ host, options }: ObserverContext, listens: boolean): Promise<boolean> {
  const isSet = (name: string): boolean => (host.env[name] ?? '').trim() !== '';
  if (options.stateDir !== undefined || options.config !== undefined) return true;
  if (isSet('OPENCLAW_STATE_DIR') || isSet('OPENCLAW_CONFIG_PATH')) return true;
  if (!listens && options.home === undefined && !isSet('OPENCLAW_HOME')) return false;
  return (await nemoclawRoots(options.home ?? host.home)).length === 0;
}

async function gatewayTarget(
  paths: OpenClawPaths,
  address: Address,
  evidence: string[],
): Promise<Target> {
  const uid = await stat(paths.stateDir).then(
    (found) => found.uid,
    () => -1,
  );
  return {
    id: `gateway:${address.port}`,
    kind: 'gateway',
    primary: false,
    ...address,
    home: paths.home,
    stateDir: paths.stateDir,
    configPath: paths.configPath,
    uid,
    evidence: evidence.length === 0 ? ['default'] : evidence,
  };
}

interface Search {
  context: ObserverContext;
  paths: OpenClawPaths;
  siblings: readonly string[];
  locks: readonly LiveLock[];
  ports: ReadonlySet<number>;
  taken: readonly FoundGateway[];
}

/** Gateways with another config: by live lock, then profile directories whose port is listened on. */
async function otherGateways(search: Search): Promise<Pick<Gateways, 'found' | 'idle'>> {
  const { context, paths, siblings, ports } = search;
  const { host, signal } = context;
  const found: FoundGateway[] = [];
  const idle: DiscoveryFacts['idle'] = [];
  const seen = new Set([await real(paths.configPath)]);
  const all = [
    ...search.locks.map((lock) => ({ ...lock, lock: true })),
    ...siblings.map((stateDir) => ({
      stateDir,
      configPath: join(stateDir, 'openclaw.json'),
      port: undefined,
      lock: false,
    })),
  ].slice(0, most * 2);
  for (const { configPath, stateDir, port: locked, lock } of all) {
    const path = await real(configPath);
    if (seen.has(path)) continue;
    seen.add(path);
    const home = homeOf(stateDir, paths.home);
    const config = await readConfig(configPath, { home, env: host.env, signal });
    // A gateway that runs here is here, whatever mode its config has taken on since.
    // The operator's own variable is not about it; a line in its own `.env` is.
    const own = locked ?? (await variablePort({ home, stateDir }, {}, signal));
    const address = localAddress(config.value, own ?? configuredPort(config.value));
    const isTaken = [...search.taken, ...found].some((g) => g.target.port === address.port);
    if (!lock && (!ports.has(address.port) || isTaken)) {
      const shown = cleanText(stateDir, 1000) ?? '';
      if (idle.length < most) idle.push({ stateDir: shown, port: address.port });
      continue;
    }
    const evidence = lock ? ['lock'] : ['profile', 'listener'];
    const target = await gatewayTarget({ home, stateDir, configPath }, address, evidence);
    found.push({ target, config: config.value });
  }
  return { found, idle };
}

/** `/home/alice` for `/home/alice/.openclaw-work`; else the operator's. */
function homeOf(stateDir: string, fallback: string): string {
  return /^\.(openclaw|clawdbot)(-.+)?$/.test(basename(stateDir)) ? dirname(stateDir) : fallback;
}

async function listeningPorts(procRoot: string | undefined): Promise<ReadonlySet<number>> {
  if (procRoot === undefined) return new Set();
  const rows = await readListening(procRoot).catch(() => []);
  return new Set(rows.map((row) => row.port));
}

function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}
