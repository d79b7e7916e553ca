import type { FactSet } from '../../model/fact-set.js';
import type { Target } from '../../model/target.js';

export interface EffectiveChange {
  /** Milliseconds since the epoch. */
  atMs: number;
  /** What happened, to end a sentence with "before ...". */
  what: string;
  /** When a device was last approved. */
  approvedAtMs?: number;
}

/**
 * The newest event after which a refusal in a log need not mean anything any more: an edit of the
 * config, of `.env` or of a file that the service takes its secrets from, a start of the gateway, an
 * approval. Undefined when none of them is known.
 */
export function lastEffectiveChange(facts: FactSet, gateway: Target): EffectiveChange | undefined {
  const config = facts.data('gateway.config', gateway.id);
  const credentials = facts.data('gateway.credentials', gateway.id);
  const pairing = facts.data('gateway.pairing', gateway.id);
  const started = facts.data('gateway.process', gateway.id)?.startedAtMs;
  const files = [
    ...(config ? [config.file] : []),
    ...(credentials ? [credentials.dotenv.file] : []),
    ...(credentials?.service?.environmentFiles ?? []),
  ];
  const changes: EffectiveChange[] = [
    ...files.flatMap(({ state, mtimeMs, path }) =>
      state === 'ok' && mtimeMs !== undefined
        ? [{ atMs: mtimeMs, what: `the last edit of ${path}` }]
        : [],
    ),
    ...(started === undefined ? [] : [{ atMs: started, what: 'the start of the gateway' }]),
    ...loggedStarts(facts, gateway).map((atMs) => ({ atMs, what: 'the start of the gateway' })),
    ...(pairing?.paired.rows ?? []).flatMap(({ approvedAtMs }) =>
      approvedAtMs === undefined ? [] : [{ atMs: approvedAtMs, what: approval }],
    ),
  ];
  // A time in the future is a clock that was wrong, not a change.
  const { nowMs } = facts.run;
  const past = changes.filter(({ atMs }) => atMs <= nowMs);
  const newest = past.reduce<EffectiveChange | undefined>(
    (latest, change) => (latest && latest.atMs >= change.atMs ? latest : change),
    undefined,
  );
  const approvals = past.filter(({ what }) => what === approval).map(({ atMs }) => atMs);
  if (!newest || approvals.length === 0) return newest;
  return { ...newest, approvedAtMs: Math.max(...approvals) };
}

const approval = 'the last approval of a device';

/** 2026.5 restarts within its process: the process then keeps the time of its first start. */
function loggedStarts(facts: FactSet, gateway: Target): number[] {
  const logs = facts.data('gateway.logs', gateway.id);
  const alone = (logs?.ports ?? []).every((port) => port === gateway.port);
  return (logs?.lifecycle ?? []).flatMap(({ event, atMs, port }) =>
    event === 'ready' && (port === gateway.port || (port === undefined && alone)) ? [atMs] : [],
  );
}
