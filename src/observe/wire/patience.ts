import { underPressure } from '../../domain/pressure.js';
import type { FactSet } from '../../model/fact-set.js';

/** How much longer than usual we wait: three times under memory pressure, as the engine does. */
export function patience(facts: FactSet): number {
  return underPressure(facts) ? 3 : 1;
}
