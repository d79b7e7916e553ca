import type { Stage } from './observation.js';

export type Outcome = 'pass' | 'warn' | 'fail' | 'skip' | 'unknown';

export type SkipReason = 'not-applicable' | 'not-selected' | 'blocked-by-fail';

export type Param = string | number | boolean | null | string[];
export type Params = Record<string, Param>;

/** The unit that incidents, baselines and diffs refer to, by (check, code, subject). */
export interface Finding {
  check: string;
  stage: Stage;
  /** A closed slug of that check, or one of the engine's own (`engineCodes`). */
  code: string;
  /** A target id; a check that finds several things of one target appends `#name`. */
  subject: string;
  outcome: Outcome;
  /** The finding as a sentence, made from the check's template and `params`. */
  text: string;
  params: Params;
  /** Observation keys (`id@target`). */
  evidence: string[];
  /** Remedy ids; every warn and fail has at least one. */
  next: string[];
  /** Only for skip. */
  skipReason?: SkipReason;
  /** Only for skip with `blocked-by-fail`. */
  blockedBy?: string;
}

export type FindingKey = string;

export function findingKey(finding: Pick<Finding, 'check' | 'code' | 'subject'>): FindingKey {
  return `${finding.check} ${finding.code} ${finding.subject}`;
}

/** A subject may carry a `#name`: the part before it is the target. */
export function subjectTarget(subject: string): string {
  const hash = subject.indexOf('#');
  return hash < 0 ? subject : subject.slice(0, hash);
}

const severity: Record<Outcome, number> = { skip: 0, pass: 1, warn: 2, unknown: 3, fail: 4 };

/** A check's outcome is its worst finding. */
export function worst(outcomes: readonly Outcome[]): Outcome {
  return outcomes.reduce<Outcome>((a, b) => (severity[b] > severity[a] ? b : a), 'skip');
}
