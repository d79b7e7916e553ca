import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Boot, BootFacts, BootOutcome } from '../../model/facts-boots.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { readLocks } from '../host/lock.js';
import type { Row } from '../sqlite/query.js';
import { readStateDatabase, stateDatabasePath } from '../sqlite/state-database.js';
import { loadEnvironments } from './environments.js';
import { directoryFacts, fileFacts } from './file-facts.js';
import { tilde } from './read-file.js';
import { closedDirectory, placeOf } from './state-place.js';

/** More would say nothing new: a storm is counted over minutes. */
const mostBoots = 200;
const mostBundles = 100;
const bundleName =
  /^openclaw-stability-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z-(\d{1,10})-([a-z0-9_.:-]{1,60})\.json$/i;
const outcomes: ReadonlySet<string> = new Set<BootOutcome>([
  'clean_stop',
  'planned_restart',
  'forced_stop',
  'startup_failed',
  'startup_failure_repaired',
  'safe_mode_stable',
]);

/**
 * How often this gateway was started: its own table of boots (2026.9), the bundles that it writes
 * when it fails, its lock, and the link that systemd renews at each start. `/run` is a parameter
 * for tests.
 */
export function makeBootsObserver(runRoot = '/run'): Observer<'gateway.boots'> {
  return {
    id: 'gateway.boots',
    // A file like others: read with the rest of the state database, once.
    stage: 'doctor',
    deadlineMs: 5000,
    async observe(context) {
      const { stateDir, home } = placeOf(context);
      const source = tilde(stateDir, home);
      if (context.target.place === 'remote') {
        return { state: 'absent', source, reason: 'the gateway runs on another host' };
      }
      const closed = closedDirectory(await directoryFacts(stateDir, home));
      if (closed) return closed;
      const [table, bundles, lock, unitStartedAtMs] = await Promise.all([
        bootTable(context, stateDir, home),
        bundlesIn(join(stateDir, 'logs', 'stability')),
        lockOf(context),
        unitStart(context, runRoot),
      ]);
      const data: BootFacts = {
        ...table,
        bundles,
        ...(lock ? { lock } : {}),
        ...(unitStartedAtMs === undefined ? {} : { unitStartedAtMs }),
      };
      return { state: 'ok', source, data };
    },
  };
}

async function bootTable(
  context: ObserverContext,
  stateDir: string,
  home: string,
): Promise<Pick<BootFacts, 'boots' | 'table'>> {
  const none = { boots: [], table: { state: 'absent' as const } };
  const file = await fileFacts(stateDatabasePath(stateDir), home);
  if (file.state === 'absent') return none;
  const read = await readStateDatabase(context, stateDir);
  if (read.state !== 'ok') return { boots: [], table: { state: read.state, reason: read.reason } };
  const { boots } = read.tables;
  if (boots.state === 'absent') return none;
  if (boots.state === 'error') {
    const reason = 'SQLite cannot read gateway_boot_lifecycle';
    return { boots: [], table: { state: 'error', reason } };
  }
  const rows = boots.rows.map(bootOf).filter((boot) => boot !== undefined);
  const sorted = rows.sort((a, b) => a.startedAtMs - b.startedAtMs).slice(-mostBoots);
  return { boots: sorted, table: { state: 'ok' } };
}

function bootOf({ text, number }: Row): Boot | undefined {
  const { started_at_ms: startedAtMs, completed_at_ms: completedAtMs, pid } = number;
  if (startedAtMs === undefined || startedAtMs <= 0) return undefined;
  const outcome = text.outcome;
  return {
    startedAtMs,
    ...(pid === undefined ? {} : { pid }),
    ...(completedAtMs === undefined ? {} : { completedAtMs }),
    ...(outcome === undefined
      ? {}
      : { outcome: outcomes.has(outcome) ? (outcome as BootOutcome) : ('other' as const) }),
    crashLoop: text.startup_reason === 'gateway.crash_loop_breaker',
    ...(text.startup_reason === 'gateway.crash_loop_recovered' ? { recovered: true } : {}),
  };
}

async function bundlesIn(dir: string): Promise<BootFacts['bundles']> {
  const names = await readdir(dir).catch((): string[] => []);
  return names
    .flatMap((name) => {
      const [, day, hour, minute, second, ms, pid, reason] = bundleName.exec(name) ?? [];
      const atMs = Date.parse(`${day}T${hour}:${minute}:${second}.${ms}Z`);
      return reason !== undefined && Number.isFinite(atMs)
        ? [{ atMs, pid: Number(pid), reason }]
        : [];
    })
    .sort((a, b) => a.atMs - b.atMs || a.pid - b.pid)
    .slice(-mostBundles);
}

async function lockOf(context: ObserverContext): Promise<BootFacts['lock']> {
  const lock = (await readLocks(context)).find((l) => l.sameConfig);
  if (!lock) return undefined;
  const { home } = context.host;
  const path = lock.path.startsWith('~') ? `${home}${lock.path.slice(1)}` : lock.path;
  const seen = await stat(path).catch(() => undefined);
  return seen && { pid: lock.pid, writtenAtMs: Math.floor(seen.mtimeMs) };
}

async function unitStart(context: ObserverContext, runRoot: string): Promise<number | undefined> {
  const { service } = await loadEnvironments(context);
  if (!service || service.facts.supervisor === 'launchd') return undefined;
  const { target, host } = context;
  const uid = target.uid !== undefined && target.uid >= 0 ? target.uid : host.uid;
  const manager = service.facts.supervisor === 'systemd-user' ? `user/${uid}/systemd` : 'systemd';
  const link = join(runRoot, manager, 'units', `invocation:${service.facts.unit}`);
  const seen = await lstat(link).catch(() => undefined);
  return seen && Math.floor(seen.mtimeMs);
}
