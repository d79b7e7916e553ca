import { listenersAt, preferred, proxyPort } from '../../domain/endpoints.js';
import type { ProxyProcessFacts } from '../../model/facts-sandbox.js';
import { type Mark, unreadableMark, unsetMark } from '../../model/mark.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { noProc } from './listeners.js';
import { readEnviron } from './proc-environ.js';
import { processWitness, readArguments, readProcess, startedAt } from './proc-process.js';
import { listPids } from './proc-sockets.js';

/** The Ollama auth proxy behind its port, and every other one that runs on this host. */
export const proxyProcessObserver: Observer<'proxy.process'> = {
  id: 'proxy.process',
  stage: 'status',
  uses: ['host.discovery', 'host.listeners', 'proxy.files'],
  deadlineMs: 3000,
  async observe(context) {
    const { host } = context;
    const { procRoot } = host;
    if (procRoot === undefined) return { state: 'unsupported', source: 'proc', reason: noProc };
    const proxies = await context.once('proxy-processes', () => listProxies(procRoot));
    const { found, pid, uid } = await find(context, procRoot);
    const common = {
      found,
      pidFile: await pidFileFacts(context, procRoot),
      others: await ofSameHome(
        context,
        procRoot,
        proxies.filter((other) => other !== pid),
      ),
    };
    if (pid === undefined) {
      const state = found === 'none' ? 'absent' : 'denied';
      const data: ProxyProcessFacts = {
        ...common,
        ...(uid === undefined ? {} : { uid }),
        token: state === 'denied' ? unreadableMark('proxy-token') : unsetMark('proxy-token'),
        environment: { state, reason: state === 'denied' ? hidden : 'no proxy process was found' },
      };
      return { state: 'ok', source: 'proc', data };
    }
    const data = { ...common, ...(await describe(context, procRoot, pid)), pid };
    return { state: 'ok', source: `proc:${pid}`, data };
  },
  async witness(context) {
    const { procRoot } = context.host;
    if (procRoot === undefined) return '-';
    return processWitness(procRoot, (await find(context, procRoot)).pid);
  },
};

const hidden =
  'another user owns the socket, so its process is not known; run clawdoctor as that user or as root';

async function find(
  { facts, target }: ObserverContext,
  procRoot: string,
): Promise<{ found: ProxyProcessFacts['found']; pid?: number; uid?: number }> {
  const listener = preferred(listenersAt(facts, proxyPort(facts, target)));
  if (listener?.pid !== undefined) return { found: 'socket', pid: listener.pid };
  const filed = facts.data('proxy.files', target.id)?.pidValue;
  const running = filed === undefined ? undefined : await readProcess(procRoot, filed);
  const script = running && proxyScript(await readArguments(procRoot, running.pid));
  // A recycled pid of another program is no proxy; with a hidden owner the uids must agree, too.
  if (running && script && (!listener || listener.uid === running.uid)) {
    return { found: 'pid-file', pid: running.pid };
  }
  return listener ? { found: 'socket-without-owner', uid: listener.uid } : { found: 'none' };
}

async function describe({ secrets }: ObserverContext, procRoot: string, pid: number) {
  const [process, argv, environ] = await Promise.all([
    readProcess(procRoot, pid),
    readArguments(procRoot, pid),
    readEnviron(procRoot, pid),
  ]);
  const script = proxyScript(argv);
  const startedAtMs = process && (await startedAt(procRoot, process));
  const raw = environ.state === 'ok' ? environ.variables.get('OLLAMA_PROXY_TOKEN') : undefined;
  // The proxy compares the whole header with its variable, byte for byte: nothing is trimmed.
  const token: Mark =
    environ.state === 'denied' || environ.state === 'error'
      ? unreadableMark('proxy-token')
      : raw === undefined || !script
        ? unsetMark('proxy-token')
        : secrets.mark(raw, { kind: 'proxy-token' });
  return {
    ...(process ? { uid: process.uid, stopped: /^t$/i.test(process.state) } : {}),
    ...(argv.length === 0 ? {} : { isProxy: script !== undefined }),
    ...(script ? { script } : {}),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
    token,
    environment:
      environ.state === 'ok'
        ? { state: environ.state }
        : { state: environ.state, reason: environ.reason },
  };
}

async function pidFileFacts(
  { facts, target }: ObserverContext,
  procRoot: string,
): Promise<ProxyProcessFacts['pidFile']> {
  const pid = facts.data('proxy.files', target.id)?.pidValue;
  if (pid === undefined) return {};
  const process = await readProcess(procRoot, pid);
  if (!process) return { pid, alive: false };
  const isProxy = proxyScript(await readArguments(procRoot, pid)) !== undefined;
  const owners = listenersAt(facts, proxyPort(facts, target));
  const known = owners.every((listener) => listener.pid !== undefined);
  const ownsPort = owners.some((listener) => listener.pid === pid);
  return { pid, alive: true, isProxy, ...(known || ownsPort ? { ownsPort } : {}) };
}

const scripts = ['ollama-auth-proxy.js', 'ollama-auth-proxy.mts'] as const;

/** NemoClaw's own test: an argument with the script's name as a path component. */
export function proxyScript(argv: readonly string[]): ProxyProcessFacts['script'] {
  const parts = argv.flatMap((argument) => argument.split('/'));
  return scripts.find((script) => parts.includes(script));
}

/** Another HOME's proxy serves another HOME's token file: only our own can be an orphan of ours. */
async function ofSameHome(
  { target, host }: ObserverContext,
  procRoot: string,
  pids: readonly number[],
): Promise<number[]> {
  const same: number[] = [];
  for (const pid of pids.slice(0, 50)) {
    const environ = await readEnviron(procRoot, pid);
    const home = environ.state === 'ok' ? environ.variables.get('HOME') : undefined;
    if (home === (target.home ?? host.home)) same.push(pid);
  }
  return same;
}

/** Command lines are readable to everybody, so other users' proxies are found, too. */
async function listProxies(procRoot: string): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await listPids(procRoot)) {
    if (proxyScript(await readArguments(procRoot, pid))) found.push(pid);
  }
  return found.sort((a, b) => a - b);
}
