import type { FactSet } from './fact-set.js';
import type { ObservationData, ObservationId } from './facts.js';
import type { RunFacts } from './facts-host.js';
import type { Outcome, Params, SkipReason } from './finding.js';
import type { ObservationOf, Stage } from './observation.js';
import type { Scope, Target } from './target.js';

/** What a code means: its outcome is fixed, its sentence is filled from `{params}`. */
export interface CodeSpec {
  outcome: Outcome;
  /** One sentence for the operator; `{name}` is replaced by the finding's param of that name. */
  text: string;
  /** Remedy ids of src/causes/remedies. Every warn and fail has at least one. */
  next?: readonly string[];
  /** True: what it says has been overtaken by a change since; listed under `history`, outcome pass. */
  history?: true;
  /** Required for `skip`. */
  skipReason?: SkipReason;
}

/** A finding as a check makes it; the engine adds check, stage, text and evidence. */
export interface FindingDraft<C extends string = string> {
  code: C;
  params: Params;
  /** Default: the subject of the judgement. `#name` may be appended to tell rows apart. */
  subject?: string;
  /** Replaces the code's own remedies. */
  next?: readonly string[];
}

/** What a check sees: its subject and the facts of its own and earlier stages. */
export interface Judging<N extends ObservationId, U extends ObservationId, C extends string> {
  readonly subject: Target;
  readonly run: RunFacts;
  /** For pure functions of src/domain that judge from the whole set. */
  readonly facts: FactSet;
  /** The data of an observation in `needs`: the engine has made sure that it is `ok`. */
  get<K extends N>(id: K): ObservationData[K];
  /** An observation in `needs` or `uses` in whatever state; undefined when it was never taken. */
  look<K extends N | U>(id: K): ObservationOf<K> | undefined;
  /** One observation id over all targets. */
  all<K extends N | U>(id: K): ObservationOf<K>[];
  found(
    code: C,
    params?: Params,
    more?: { subject?: string; next?: readonly string[] },
  ): FindingDraft<C>;
}

export interface Check<
  N extends ObservationId = ObservationId,
  U extends ObservationId = ObservationId,
  C extends string = string,
> {
  /** Public, stable: `token/process-env` lives in checks/status/token-process-env.ts. */
  id: string;
  stage: Stage;
  per: Scope;
  /** The healthy condition, in the present tense. */
  title: string;
  /** What it looks at and why a 401 can come of it: two or three sentences for `explain` and docs. */
  about: string;
  /** When a finding here may be harmless, and how to tell. */
  falsePositives: string;
  /** Observations that must be `ok`; if one is not, the engine reports `undetermined`. */
  needs: readonly N[];
  /** Observations that may be missing; the check says what follows from that. */
  uses?: readonly U[];
  /** Skipped as blocked when that check has a failing finding of one of these codes. */
  blockedBy?: readonly { check: string; codes: readonly string[] }[];
  /** Not required when one of these checks passed for the same subject. */
  answeredBy?: readonly string[];
  /** Judged only when the operator asked for it; else `unknown` and not required. */
  asks?: 'external' | 'sandbox';
  /** Never changes the exit code by being unknown (host/pressure, logs). */
  optional?: boolean;
  codes: Record<C, CodeSpec>;
  judge(at: Judging<N, U, C>): FindingDraft<C>[];
}

/** The plugin contract; built-in checks use it too. */
export function defineCheck<
  const N extends ObservationId,
  const U extends ObservationId = never,
  const C extends string = string,
>(check: Check<N, U, C>): Check<N, U, C> {
  return check;
}

/** A check whose own type parameters no longer matter: what the registry holds. */
export interface AnyCheck extends Omit<Check, 'judge'> {
  judge(at: never): FindingDraft[];
}
