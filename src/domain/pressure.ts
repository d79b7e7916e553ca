import type { FactSet } from '../model/fact-set.js';
import type { PressureFacts } from '../model/facts-host.js';
import { hostTarget } from '../model/target.js';

/** Stalled on memory for a tenth of the last ten seconds, or hardly any of it left. */
export function isPressed(pressure: PressureFacts): boolean {
  const left = pressure.availableBytes / Math.max(pressure.totalBytes, 1);
  return (pressure.memorySome10 ?? 0) >= 10 || left < 0.03;
}

/** Timeouts under memory pressure say nothing about a credential. */
export function underPressure(facts: FactSet): boolean {
  const pressure = facts.data('host.pressure', hostTarget.id);
  return pressure !== undefined && isPressed(pressure);
}
