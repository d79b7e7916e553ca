import type { FactSet } from '../model/fact-set.js';
import { hostTarget, type Target } from '../model/target.js';
import { gatewayPort } from './endpoints.js';
import { stormWindowMs } from './storm.js';

export interface FixedRetry {
  client: string;
  mode: string;
  intervalMs: number;
  count: number;
  lastMs: number;
}

/** This many refusals at the same distance are a timer, not a person and not a back-off. */
const leastRetries = 6;
/** How far a distance may be from the median, as a share of it; and the least that timers jitter. */
const spread = 0.2;
const jitterMs = 300;

/** Clients that come back at a fixed interval, however often they are refused, within the window. */
export function fixedRetries(facts: FactSet, gateway: Target): FixedRetry[] {
  const now = facts.data('run', hostTarget.id)?.nowMs ?? 0;
  const port = gatewayPort(facts, gateway);
  const refusals = facts.data('gateway.logs', gateway.id)?.refusals ?? [];
  return refusals.flatMap((refusal) => {
    const { client, mode, timesMs, lastMs, own } = refusal;
    if (own || (refusal.port !== undefined && refusal.port !== port)) return [];
    if (timesMs.length < leastRetries || now - lastMs > stormWindowMs) return [];
    const sorted = [...timesMs].sort((a, b) => a - b).slice(-20);
    const gaps = sorted.slice(1).map((at, i) => at - (sorted[i] ?? at));
    const median = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? 0;
    const allowed = Math.max(median * spread, jitterMs);
    const steady = median > 0 && gaps.every((gap) => Math.abs(gap - median) <= allowed);
    return steady ? [{ client, mode, intervalMs: median, count: refusal.count, lastMs }] : [];
  });
}
