import type { FactSet } from '../../model/fact-set.js';
import type { LogFacts } from '../../model/facts-logs.js';
import type { Target } from '../../model/target.js';
import { gatewayPort } from '../endpoints.js';

type Life = LogFacts['lifecycle'][number];

/** The start of a process is known to about a second (boot time and clock ticks of /proc). */
const clockMs = 2_000;

/**
 * The start that the log has of what runs now: the last one that came to listen. What stands before
 * it is of another process, or of before a restart in place. Undefined where the files may be those
 * of several gateways.
 */
export function lastStartMs(facts: FactSet, gateway: Target): number | undefined {
  let begun: number | undefined;
  let start: number | undefined;
  for (const { event, atMs } of ownEvents(facts, gateway)) {
    if (event === 'starting') begun = atMs;
    if (event === 'listening' || event === 'ready') start = begun ?? start;
  }
  return start;
}

/**
 * Is it proved that the running gateway made its token up? By its log, or by the unit that started
 * it and gives it none: of one that was started by hand, nobody can see a `--token`.
 */
export function isGenerated(facts: FactSet, gateway: Target): boolean {
  const process = facts.data('gateway.process', gateway.id);
  const { startedAtMs, environment } = process ?? {};
  const unit = facts.data('gateway.credentials', gateway.id)?.service;
  const byUnit =
    environment?.state === 'ok' &&
    (environment.serviceKind === 'gateway' || environment.supervisor !== undefined);
  if (unit && byUnit) return true;
  if (startedAtMs === undefined) return false;
  const since = Math.max(startedAtMs - clockMs, lastStartMs(facts, gateway) ?? 0);
  return ownEvents(facts, gateway).some(
    ({ event, atMs }) => event === 'generated-token' && atMs >= since,
  );
}

function ownEvents(facts: FactSet, gateway: Target): readonly Life[] {
  const logs = facts.data('gateway.logs', gateway.id);
  const port = gatewayPort(facts, gateway);
  const alone = (logs?.ports ?? []).every((known) => known === port);
  return (logs?.lifecycle ?? []).filter((e) => e.port === port || (e.port === undefined && alone));
}
