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
 * One plan out of the remedies of every incident: a copy before the first edit of each file, each
 * step once, one restart a subject, and a verification at the end.
 */
export function mergePlan(remedies: readonly Remedy[]): Remedy[] {
  if (remedies.length === 0) return [];
  const once = new Map<string, Remedy>();
  for (const remedy of remedies) {
    const key = keyOf(remedy);
    if (!once.has(key)) once.set(key, remedy);
  }
  const steps = [...once.values()]
    .map((remedy, index) => ({ remedy, index }))
    .sort((a, b) => order[a.remedy.effect] - order[b.remedy.effect] || a.index - b.index)
    .map(({ remedy }) => remedy);
  const edited = new Map(
    steps.flatMap((step) => (step.edits === undefined ? [] : [[step.edits, step.subject]])),
  );
  const copies = [...edited].map(([path, subject]) => snapshotRemedy(subject, path));
  return [...copies, ...steps, verifyRemedy()];
}

/** Two steps are one when they do the same thing; every restart of one subject is the same. */
function keyOf(remedy: Remedy): string {
  return remedy.effect === 'restarts-gateway'
    ? `restart ${remedy.subject}`
    : [remedy.id, remedy.subject, ...(remedy.command ?? [remedy.postcondition])].join(' ');
}
