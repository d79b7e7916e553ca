import type { FactSet } from '../model/fact-set.js';
import type { LogFacts } from '../model/facts-logs.js';
import { hostTarget, type Target } from '../model/target.js';
import { gatewayPort } from './endpoints.js';

export interface LogStarts {
  times: number[];
  /** How they ended: not at all (`start`), by themselves, by somebody's hand. */
  groups: { start: number; failure: number; kill: number };
}

type Lifecycle = LogFacts['lifecycle'][number];

const begins: ReadonlySet<string> = new Set(['starting', 'blocked']);

/** Lines of one failed start stand this close together. */
const togetherMs = 1500;

/**
 * The log belongs to all gateways of a user, and most of its lines name no port. Lines with this
 * port are ours; lines without one are, too, where nothing speaks of a second gateway.
 */
export function logStarts(
  facts: FactSet,
  gateway: Target,
  within: (atMs: number) => boolean,
): LogStarts {
  const port = gatewayPort(facts, gateway);
  const logs = facts.data('gateway.logs', gateway.id);
  if (!logs) return { times: [], groups: { start: 0, failure: 0, kill: 0 } };
  const inWindow = logs.lifecycle.filter((e) => within(e.atMs));
  const own = startsOf(inWindow.filter((e) => e.port === port));
  if (!isAlone(facts, gateway, inWindow, logs.ports)) return own;
  // 2026.9 records its own starts, all but those that end before it opens its database.
  const recorded = facts.data('gateway.boots', gateway.id)?.table.state === 'ok';
  const all = startsOf(
    recorded ? inWindow.filter((e) => e.event === 'blocked' || e.port === port) : inWindow,
  );
  return all.times.length > own.times.length ? all : own;
}

function isAlone(
  facts: FactSet,
  gateway: Target,
  events: readonly Lifecycle[],
  ports: readonly number[],
): boolean {
  if (facts.data('gateway.config', gateway.id)?.loggingFile !== undefined) return true;
  const discovery = facts.data('host.discovery', hostTarget.id);
  const gateways = facts.targetsOf('gateway').filter((g) => g.place !== 'remote').length;
  if (gateways + (discovery?.idle.length ?? 0) > 1) return false;
  if (ports.some((port) => port !== gatewayPort(facts, gateway))) return false;
  const startedAtMs = facts.data('gateway.process', gateway.id)?.startedAtMs;
  // Whoever started after our process was up, it was not our process.
  return (
    startedAtMs === undefined ||
    !events.some((e) => begins.has(e.event) && e.atMs > startedAtMs + 60_000)
  );
}

/** Starts of a row of events: one for each `starting`, or for a group of lines that tell of one. */
function startsOf(events: readonly Lifecycle[]): LogStarts {
  const times: number[] = [];
  const groups = { start: 0, failure: 0, kill: 0 };
  /** How the current start has gone on so far. */
  let open: 'begun' | 'failed' | 'stopped' | undefined;
  let restarting = false;
  let lastAtMs = Number.NEGATIVE_INFINITY;
  const close = (): void => {
    if (open === 'failed') groups.failure += 1;
    else if (open !== undefined) groups.start += 1;
    open = undefined;
  };
  const begin = (atMs: number): void => {
    // A start that nothing has ended before the next one was ended from outside.
    if (open === 'begun') {
      groups.kill += 1;
      open = undefined;
    }
    close();
    times.push(atMs);
    open = 'begun';
  };
  for (const { event, atMs } of events) {
    const apart = atMs - lastAtMs > togetherMs;
    switch (event) {
      case 'starting':
        if (!restarting) begin(atMs);
        restarting = false;
        break;
      case 'failed':
      case 'blocked':
      case 'port-in-use':
        if (open === undefined || (open !== 'begun' && apart)) begin(atMs);
        open = 'failed';
        break;
      case 'listening':
      case 'ready':
        if (open === undefined && !restarting) begin(atMs);
        break;
      case 'restarting':
        restarting = true;
        break;
      case 'stopping':
        if (open === 'begun') open = 'stopped';
        break;
      default:
    }
    lastAtMs = atMs;
  }
  close();
  return { times, groups };
}
