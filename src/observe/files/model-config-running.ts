import { FactSet } from '../../model/fact-set.js';
import type { GatewayProcessFacts } from '../../model/facts-host.js';
import { unsetMark } from '../../model/mark.js';
import type { ObserverContext, SecretKeeper } from '../../model/observer.js';
import { hostTarget } from '../../model/target.js';
import { gatewayProcessObserver } from '../host/gateway-process.js';
import { listenersObserver } from '../host/listeners.js';
import { readLocks } from '../host/lock.js';
import { readEnviron } from '../host/proc-environ.js';

/** `hidden`: a gateway runs, or may, and its environment is not for us. `none`: none is seen. */
export type RunningEnviron =
  | { state: 'ok'; variables: ReadonlyMap<string, string> }
  | { state: 'hidden' | 'none' };

/**
 * The environment of the process that is this gateway, found as `gateway.process` finds it: by the
 * owner of its socket, else by a live lock. Reads files of /proc only, so it may be asked for
 * before anything is contacted. Raw values: it never leaves the observers.
 */
export async function runningEnviron(context: ObserverContext): Promise<RunningEnviron> {
  const { host, target } = context;
  if (target.place === 'remote') return { state: 'none' };
  if (host.procRoot === undefined) {
    // Without /proc a lock cannot be told from one that a crash left behind.
    const locks = await readLocks(context);
    return { state: locks.some((lock) => lock.sameConfig) ? 'hidden' : 'none' };
  }
  const pid = pidOf(await processFacts(context));
  if (typeof pid === 'string') return { state: pid };
  const environ = await readEnviron(host.procRoot, pid);
  if (environ.state === 'ok') return environ;
  return { state: environ.state === 'absent' ? 'none' : 'hidden' };
}

/** The pid of a process that is, or can be, this config's gateway. */
function pidOf(seen: GatewayProcessFacts | undefined): number | 'hidden' | 'none' {
  if (seen === undefined) return 'none';
  const { found, pid, kind, lock, sameConfig } = seen;
  const isOther = kind === 'foreign' || kind === 'tunnel' || sameConfig === false;
  if (pid !== undefined && !isOther) return kind === 'openclaw' ? pid : 'hidden';
  // `--port` moves a gateway away from a port that somebody else has.
  if (lock?.alive && lock.sameConfig) return lock.pid;
  return found === 'socket-without-owner' ? 'hidden' : 'none';
}

async function processFacts(context: ObserverContext): Promise<GatewayProcessFacts | undefined> {
  const listeners = await listenersObserver.observe(context);
  const known = [...context.facts.observations];
  if (listeners.state === 'ok') {
    known.push({
      ...listeners,
      id: 'host.listeners',
      target: hostTarget.id,
      stage: 'doctor',
      takenAt: '',
      durationMs: 0,
      complete: true,
    });
  }
  const facts = new FactSet(known, context.facts.targets);
  const seen = await gatewayProcessObserver.observe({ ...context, facts, secrets: keepNothing });
  return seen.state === 'ok' ? seen.data : undefined;
}

/** What that observer marks it records itself, in its own stage. */
const keepNothing: SecretKeeper = { mark: (_, { kind }) => unsetMark(kind) };
