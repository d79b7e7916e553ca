import type { Finding, Outcome } from '../model/finding.js';
import { subjectTarget } from '../model/finding.js';
import type { CauseInput } from './incident.js';

/** Findings of one check with one of these codes; without codes, all of it. */
export function findingsOf(
  input: CauseInput,
  check: string,
  codes?: readonly string[],
): readonly Finding[] {
  return input.findings.filter((f) => f.check === check && (!codes || codes.includes(f.code)));
}

/** The same, of one subject; rows of a subject (`id#name`) count as that subject. */
export function findingsOn(
  input: CauseInput,
  subject: string,
  check: string,
  codes?: readonly string[],
): readonly Finding[] {
  return findingsOf(input, check, codes).filter((f) => subjectTarget(f.subject) === subject);
}

export function withOutcome(
  findings: readonly Finding[],
  ...outcomes: readonly Outcome[]
): readonly Finding[] {
  return findings.filter((f) => outcomes.includes(f.outcome));
}

/** The findings' own sentences, for `for` and `against`, with the check that says so. */
export function says(findings: readonly Finding[]): string[] {
  return findings.map((f) => `${f.check}: ${f.text}`);
}
