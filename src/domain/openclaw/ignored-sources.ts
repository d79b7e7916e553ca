import type { FactSet } from '../../model/fact-set.js';
import type { Target } from '../../model/target.js';
import type { Winner } from './precedence.js';
import { sourceText } from './precedence-rules.js';

/** Places that a reader asks only after the winner's own. */
const places = ['config', 'shell', 'dotenv', 'service-env', 'service-file'];

/**
 * Sources of the winner's slot that hold another value than the winner: nobody takes them while the
 * rules stand, so they are named and not warned about.
 */
export function ignoredSources(facts: FactSet, gateway: Target, winner: Winner): string[] {
  const sources = facts.data('gateway.credentials', gateway.id)?.sources ?? [];
  return sources
    .filter((s) => s.slot === winner.slot && places.includes(s.id))
    .filter((s) => s.mark.state === 'set' && s.mark.class !== winner.class)
    .map((s) => sourceText(s));
}
