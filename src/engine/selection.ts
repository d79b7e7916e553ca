import type { AnyCheck } from '../model/check.js';
import type { ObservationId } from '../model/facts.js';
import type { Stage } from '../model/observation.js';
import { stages } from '../model/observation.js';
import type { AnyObserver } from '../model/observer.js';

export interface Selection {
  through: Stage;
  only: readonly string[];
  skip: readonly string[];
  /** `doctor`, `status`, `probes`: the other stages' checks are not part of the report. */
  single?: Stage;
}

/** `token/process-env` by id, by its area `token`, or by its stage. */
export function selects(
  selectors: readonly string[],
  check: Pick<AnyCheck, 'id' | 'stage'>,
): boolean {
  const area = check.id.slice(0, check.id.indexOf('/'));
  return selectors.some((s) => s === check.id || s === area || s === check.stage);
}

/** Which checks are judged, and which are listed as not selected. Order is the registry's. */
export function selectChecks(
  checks: readonly AnyCheck[],
  selection: Selection,
): { judged: AnyCheck[]; notSelected: AnyCheck[] } {
  const last = stages.indexOf(selection.single ?? selection.through);
  const inReport = checks.filter((c) => !selection.single || c.stage === selection.single);
  const chosen = (check: AnyCheck): boolean =>
    stages.indexOf(check.stage) <= last &&
    (selection.only.length === 0 || selects(selection.only, check)) &&
    !selects(selection.skip, check);
  return {
    judged: inReport.filter(chosen),
    notSelected: inReport.filter((check) => !chosen(check)),
  };
}

/** Only the observers that the chosen checks need, with what those need themselves. */
export function planObservers(
  observers: readonly AnyObserver[],
  checks: readonly AnyCheck[],
): AnyObserver[] {
  const byId = new Map<ObservationId, AnyObserver>(observers.map((o) => [o.id, o]));
  const wanted = new Set<ObservationId>(['run', 'host.discovery']);
  const want = (id: ObservationId): void => {
    if (wanted.has(id)) return;
    wanted.add(id);
    for (const needed of byId.get(id)?.uses ?? []) want(needed);
  };
  for (const check of checks) for (const id of [...check.needs, ...(check.uses ?? [])]) want(id);
  return observers.filter((o) => wanted.has(o.id));
}
