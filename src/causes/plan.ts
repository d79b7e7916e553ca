import { subjectTarget } from '../model/finding.js';
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

/** What comes before everything else and is no restart: nothing can be edited in peace in a storm. */
const first: ReadonlySet<string> = new Set(['stop-storm']);

/**
 * One plan out of the remedies of every incident: a copy before the first edit of each file, each
 * step once, one restart a subject, and a verification at the end.
 */
export function mergePlan(remedies: readonly Remedy[]): Remedy[] {
  if (remedies.length === 0) return [];
  const steps = distinct(remedies)
    .map((remedy, index) => ({ remedy, index }))
    .sort((a, b) => order[a.remedy.effect] - order[b.remedy.effect] || a.index - b.index)
    .map(({ remedy }) => remedy);
  const edited = new Map(
    steps.flatMap((step) => (step.edits === undefined ? [] : [[step.edits, step.subject]])),
  );
  const copies = [...edited].map(([path, subject]) => snapshotRemedy(subject, path));
  const before = steps.filter((step) => first.has(step.id));
  const after = steps.filter((step) => !first.has(step.id));
  return [...before, ...copies, ...after, verifyRemedy()];
}

/** Each step once, the first of its kind, in the given order. */
export function distinct(remedies: readonly Remedy[]): Remedy[] {
  const once = new Map<string, Remedy>();
  for (const remedy of remedies) {
    const key = keyOf(remedy);
    if (!once.has(key)) once.set(key, remedy);
  }
  return [...once.values()];
}

/** Two steps are one when they do the same thing, whichever finding asked for them. */
function keyOf(remedy: Remedy): string {
  return remedy.effect === 'restarts-gateway' && !first.has(remedy.id)
    ? `restart ${subjectTarget(remedy.subject)}`
    : [remedy.id, ...(remedy.command ?? [remedy.postcondition])].join(' ');
}
