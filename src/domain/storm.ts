import type { FactSet } from '../model/fact-set.js';
import type { Boot } from '../model/facts-boots.js';
import type { ObservationOf } from '../model/observation.js';
import { hostTarget, type Target } from '../model/target.js';
import { logStarts } from './storm-log.js';

/** Five starts in a quarter of an hour, the last of them no longer ago than that. */
export const stormWindowMs = 900_000;
export const stormStarts = 5;

export interface StormState {
  state: 'storm' | 'calm' | 'unknown';
  /** Starts within the window that ends now. */
  starts: number;
  windowMs: number;
  lastAtMs?: number;
  /** How the starts of the window ended: not at all (`start`), by themselves, by somebody's hand. */
  groups: { start: number; failure: number; kill: number };
  /** What counted them. */
  source: 'boots' | 'log' | 'bundles' | 'process' | 'none';
  /** OpenClaw's own breaker or repeated bundles say so. */
  supervisorSays?: 'crash-loop-breaker';
  /** For `unknown`: what could not be read. */
  reason?: string;
}

interface Count {
  source: 'boots' | 'log' | 'bundles' | 'process';
  times: number[];
  groups: StormState['groups'];
}

/**
 * Is this gateway being started over and over? The source that saw the most starts counts, since
 * each can miss some; spread over a day they are calm, and what a config edit restarts is no start.
 */
export function stormState(facts: FactSet, gateway: Target): StormState {
  const now = facts.data('run', hostTarget.id)?.nowMs ?? 0;
  const since = now - stormWindowMs;
  const base = { windowMs: stormWindowMs, groups: { start: 0, failure: 0, kill: 0 } };
  const boots = facts.observation('gateway.boots', gateway.id);
  const logs = facts.data('gateway.logs', gateway.id);
  const within = (atMs: number): boolean => atMs > since && atMs <= now;
  const counts: Count[] = [];
  if (boots?.data) {
    counts.push(byBoots(boots.data.boots.filter((b) => within(b.startedAtMs))));
    counts.push(byBundles(boots.data.bundles.map((b) => b.atMs).filter(within)));
  }
  if (logs) counts.push({ source: 'log', ...logStarts(facts, gateway, within) });
  const startedAtMs = facts.data('gateway.process', gateway.id)?.startedAtMs;
  if (startedAtMs !== undefined && within(startedAtMs)) {
    counts.push({ source: 'process', times: [startedAtMs], groups: { ...base.groups, start: 1 } });
  }
  const most = counts.reduce<Count | undefined>(
    (best, one) => (best && best.times.length >= one.times.length ? best : one),
    undefined,
  );
  const breaker =
    boots?.data?.boots.findLast(
      (b) => (b.crashLoop || b.recovered === true) && within(b.startedAtMs),
    )?.crashLoop === true;
  const starts = most?.times.length ?? 0;
  const many = starts >= stormStarts && !isByHand(facts, gateway, most, within);
  const isStorm = many || breaker;
  const blind = startedAtMs === undefined && starts === 0;
  const unread = blind ? unreadLog(facts.observation('gateway.logs', gateway.id)) : undefined;
  const hidden = isStorm
    ? undefined
    : (unreadable(boots) ?? (recorded(boots) ? undefined : unread));
  return {
    ...base,
    state: isStorm ? 'storm' : hidden === undefined ? 'calm' : 'unknown',
    ...(hidden === undefined ? {} : { reason: hidden }),
    starts,
    ...(starts > 0 ? { lastAtMs: Math.max(...(most?.times ?? [])) } : {}),
    groups: most?.groups ?? base.groups,
    source: starts > 0 && most ? most.source : 'none',
    ...(breaker ? { supervisorSays: 'crash-loop-breaker' as const } : {}),
  };
}

/**
 * Somebody at work: every start went well, none was killed, nothing would start it again by itself,
 * and nobody was refused in between.
 */
function isByHand(
  facts: FactSet,
  gateway: Target,
  count: Count | undefined,
  within: (atMs: number) => boolean,
): boolean {
  const { service, compose } = facts.data('gateway.credentials', gateway.id) ?? {};
  const environment = facts.data('gateway.process', gateway.id)?.environment;
  // Who may not see the process or the units cannot say that nobody restarts it.
  if (environment?.state !== 'ok' || environment.supervisor !== undefined) return false;
  if (service || compose || !count || count.groups.failure + count.groups.kill > 0) return false;
  const rows = facts.data('gateway.logs', gateway.id)?.refusals ?? [];
  return !rows.some((row) => !row.own && row.timesMs.some(within));
}

/** Why a calm that was seen proves nothing: the log of several gateways cannot stand for a record. */
function unreadable(boots: ObservationOf<'gateway.boots'> | undefined): string | undefined {
  if (boots?.state === 'absent') return undefined;
  if (boots?.state !== 'ok') return boots?.reason ?? 'the record of starts was not looked at';
  const { state, reason } = boots.data?.table ?? { state: 'error' };
  return state === 'ok' || state === 'absent' ? undefined : (reason ?? state);
}

function recorded(boots: ObservationOf<'gateway.boots'> | undefined): boolean {
  return boots?.data?.table.state === 'ok';
}

/** Why the log tells nothing, where no record of starts and no process do either. */
function unreadLog(logs: ObservationOf<'gateway.logs'> | undefined): string | undefined {
  const files = logs?.data?.files ?? [];
  if (files.length === 0 || files.some(({ file }) => file.state === 'ok')) return undefined;
  const [{ file } = { file: undefined }] = files;
  return `no record of starts, and the log ${file?.path ?? ''} was not read`;
}

/** 2026.9 completes the row when it ends; a row that another follows uncompleted was killed. */
function byBoots(boots: readonly Boot[]): Count {
  const groups = { start: 0, failure: 0, kill: 0 };
  const counted = boots.filter((boot, index) => !isPlanned(boots[index - 1], boot));
  boots.forEach((boot, index) => {
    if (!counted.includes(boot)) return;
    const last = index === boots.length - 1;
    if (boot.outcome?.startsWith('startup_fail')) groups.failure += 1;
    else if (boot.outcome === 'forced_stop') groups.kill += 1;
    else if (boot.completedAtMs === undefined && !last) groups.kill += 1;
    else groups.start += 1;
  });
  return { source: 'boots', times: counted.map((b) => b.startedAtMs), groups };
}

/** A restart that OpenClaw itself planned, and the second row of one that left its safe mode. */
function isPlanned(before: Boot | undefined, boot: Boot): boolean {
  if (before?.outcome === 'planned_restart') return true;
  return before?.outcome === 'safe_mode_stable' && before.pid === boot.pid;
}

function byBundles(times: number[]): Count {
  return { source: 'bundles', times, groups: { start: 0, failure: times.length, kill: 0 } };
}
