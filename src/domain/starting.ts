import type { FactSet } from '../model/fact-set.js';
import type { Target } from '../model/target.js';

/** A gateway with many channels needs a while; after that, not ready is not starting any more. */
export const startUpMs = 120_000;

/** A gateway that says it is still starting: its answers prove nothing yet. */
export function isStarting(facts: FactSet, gateway: Target): boolean {
  const readiness = facts.data('gateway.readiness', gateway.id);
  if (!readiness) return false;
  const { health, ready } = readiness;
  if (health.status === 503) return true;
  if (health.live !== true || ready?.ready !== false) return false;
  return ready.uptimeMs === undefined || ready.uptimeMs < startUpMs;
}
