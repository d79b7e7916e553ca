import type { FactSet } from '../model/fact-set.js';
import type { Remedy, RemedyEffect } from '../model/remedy.js';
import { snapshotRemedy, verifyRemedy } from './remedies/general.js';

/** Look first, then edit, then grant, then one restart; a rotation would come last of all. */
const order: Record<RemedyEffect, number> = {
  none: 0,
  'edits-file': 1,
  'grants-access': 2,
  'restarts-proxy': 3,
  'restarts-gateway': 4,
  'rotates-credential': 5,
};

/**
 * One plan out of the remedies of every incident: a snapshot before the first edit, each step once,
 * one restart a subject, and a verification at the end.
 */
export function mergePlan(remedies: readonly Remedy[], facts: FactSet): Remedy[] {
  if (remedies.length === 0) return [];
  const once = new Map<string, Remedy>();
  for (const remedy of remedies) {
    const key =
      remedy.effect === 'restarts-gateway'
        ? `restart ${remedy.subject}`
        : `${remedy.id} ${remedy.subject} ${(remedy.command ?? [remedy.postcondition]).join(' ')}`;
    if (!once.has(key)) once.set(key, remedy);
  }
  const steps = [...once.values()]
    .map((remedy, index) => ({ remedy, index }))
    .sort((a, b) => order[a.remedy.effect] - order[b.remedy.effect] || a.index - b.index)
    .map(({ remedy }) => remedy);
  const edited = steps.find((step) => step.effect === 'edits-file');
  return [
    ...(edited ? [snapshotRemedy(edited.subject, facts)] : []),
    ...steps,
    verifyRemedy(steps[0]?.subject ?? 'host'),
  ];
}
