import type { LogFacts, LogRefusal } from '../../model/facts-logs.js';
import { byCodeUnit } from '../../model/json.js';
import type { EffectiveChange } from './effective-change.js';
import { loggedRefusal } from './handshake-codes.js';

/** Refusals of one client for one cause, over devices and routes. */
export interface RefusalGroup {
  client: string;
  mode: string;
  /** `error.details.code`; `other` for one that no known version has. */
  code: string;
  means: string;
  next: readonly string[];
  /** Since the last effective change, as far as the recorded times tell. */
  countSince: number;
  count: number;
  firstMs: number;
  lastMs: number;
  /** Times of the newest, ascending. */
  timesMs: number[];
  age: 'now' | 'before-change' | 'accepted-since' | 'long-ago';
}

/** One refusal by itself is soon nobody's concern; several within the hour are. */
const lonelyMs = 10 * 60_000;
const recentMs = 3_600_000;
/**
 * A refused connect is logged when its connection ends, and the CLI that was refused approves the
 * request in the files meanwhile: the line may be stamped after the approval that settled it.
 */
const settledMs = 5000;

/**
 * What the log's refusals amount to. No known version logs that a connect was accepted (the web
 * chat's excepted), so that a client which works again is told by time: a refusal counts as current
 * when it is newer than the last effective change and less than an hour old, a lone one less than
 * 10 minutes. Our own probes are left out.
 */
export function refusalGroups(
  logs: LogFacts,
  change: EffectiveChange | undefined,
  nowMs: number,
): RefusalGroup[] {
  const groups = new Map<string, RefusalGroup>();
  for (const row of logs.refusals) {
    if (row.own) continue;
    const known = loggedRefusal(row.cause, row.reason);
    const code = known?.code ?? 'other';
    const key = `${row.client}\n${row.mode}\n${code}`;
    const group = groups.get(key) ?? {
      client: row.client,
      mode: row.mode,
      code,
      means: known?.means ?? 'the log names no cause that is known',
      next: (known?.next ?? []).slice(0, 1),
      countSince: 0,
      count: 0,
      firstMs: row.firstMs,
      lastMs: row.lastMs,
      timesMs: [],
      age: 'now',
    };
    group.count += row.count;
    group.countSince += since(row, settledUntil(code, change));
    group.firstMs = Math.min(group.firstMs, row.firstMs);
    group.lastMs = Math.max(group.lastMs, row.lastMs);
    group.timesMs = [...group.timesMs, ...row.timesMs].sort((a, b) => a - b).slice(-20);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map((group) => ({ ...group, age: ageOf(group, logs, change, nowMs) }))
    .sort((a, b) => byCodeUnit(a.client, b.client) || byCodeUnit(a.code, b.code));
}

/**
 * How often a client went from accepted to refused or back, in the log's own times; 2 and more speak
 * for two secrets that take turns.
 */
export function alternations(group: RefusalGroup, logs: LogFacts): number {
  const accepted = acceptedTimes(group, logs);
  const events = [
    ...group.timesMs.map((atMs) => ({ atMs, ok: false })),
    ...accepted.map((atMs) => ({ atMs, ok: true })),
  ].sort((a, b) => a.atMs - b.atMs);
  return events.filter((event, i) => i > 0 && events[i - 1]?.ok !== event.ok).length;
}

/** Up to when refusals of this code are history. */
function settledUntil(code: string, change: EffectiveChange | undefined): number | undefined {
  if (!change) return undefined;
  const { atMs, approvedAtMs } = change;
  if (approvedAtMs === undefined || !code.startsWith('PAIRING_REQUIRED')) return atMs;
  return Math.max(atMs, approvedAtMs + settledMs);
}

function since(row: LogRefusal, untilMs: number | undefined): number {
  if (untilMs === undefined || row.firstMs > untilMs) return row.count;
  return row.timesMs.filter((atMs) => atMs > untilMs).length;
}

function ageOf(
  group: RefusalGroup,
  logs: LogFacts,
  change: EffectiveChange | undefined,
  nowMs: number,
): RefusalGroup['age'] {
  const { lastMs, countSince } = group;
  const untilMs = settledUntil(group.code, change);
  if (untilMs !== undefined && lastMs <= untilMs) return 'before-change';
  if (acceptedTimes(group, logs).some((atMs) => atMs > lastMs)) return 'accepted-since';
  const limit = countSince > 1 ? recentMs : lonelyMs;
  return nowMs - lastMs > limit ? 'long-ago' : 'now';
}

/** The line of an accepted web chat names no port: among several gateways it is nobody's. */
function acceptedTimes({ client, mode }: RefusalGroup, logs: LogFacts): number[] {
  return logs.accepted
    .filter((row) => row.port !== undefined || logs.ports.length <= 1)
    .filter((row) => row.client === client && row.mode === mode)
    .flatMap((row) => row.timesMs);
}
