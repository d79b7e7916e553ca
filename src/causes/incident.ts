import type { FactSet } from '../model/fact-set.js';
import type { Finding } from '../model/finding.js';
import type { Confidence, CredentialRow } from '../model/report.js';

/** What every rule sees: the facts, what the checks found, and the credential table's letters. */
export interface CauseInput {
  facts: FactSet;
  findings: readonly Finding[];
  credentials: readonly CredentialRow[];
  letter(valueClass: number | undefined): string;
}

/** One occurrence of an incident, for one subject. */
export interface IncidentMatch {
  subject: string;
  confidence: Confidence;
  /** What happened here, in sentences with letters, pids, ids and ages; never a value. */
  story: string[];
  /** The findings that this explains; at sure or likely at least one of them fails. */
  explains: readonly Finding[];
  for: string[];
  against: string[];
  /** Remedy ids in the order in which they should be taken, each with the finding it answers. */
  remedies: readonly { id: string; finding: Finding }[];
}

/** A named cause. Codes are public and never reused; rank is the order of the registry. */
export interface IncidentRule {
  code: string;
  name: string;
  title: string;
  /** Texts that users see when this happens: what `explain "TEXT"` searches. */
  symptoms: readonly string[];
  about: string;
  /** Does not match a gateway for which one of these codes has matched. */
  notWhen: readonly string[];
  match(input: CauseInput): IncidentMatch[];
}
