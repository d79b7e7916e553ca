import type { FactSet } from './fact-set.js';
import type { Finding, FindingKey } from './finding.js';
import type { Remedy } from './remedy.js';
import type { CredentialRow, Incident } from './report.js';

export interface Explanation {
  incidents: Incident[];
  /** The remedies of all incidents and unexplained findings, merged and in order. */
  plan: Remedy[];
  /** Findings that an effective change has overtaken: listed, never failing. */
  history: FindingKey[];
}

/** Facts and findings in, causes and a plan out: pure. */
export type Explain = (input: {
  facts: FactSet;
  findings: readonly Finding[];
  credentials: readonly CredentialRow[];
}) => Explanation;
