import type { Finding, FindingKey, Outcome } from './finding.js';
import type { MarkFlag, MarkState, Shape } from './mark.js';
import type { Stage } from './observation.js';
import type { Remedy } from './remedy.js';
import type { Line, Target } from './target.js';

export type Verdict = 'ok' | 'warn' | 'fail' | 'inconclusive';
export type Confidence = 'sure' | 'likely' | 'possible';

/** 0 ok, 1 findings, 2 could not run, 3 inconclusive, 4 leak scan refused, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 3 | 4 | 130;

/** The one document that every renderer and the archive are functions of. */
export interface Report {
  schemaVersion: 1;
  tool: { name: 'clawdoctor'; version: string; rules: string };
  run: RunSummary;
  targets: ReportTarget[];
  verdict: Verdict;
  exitCode: ExitCode;
  closable: boolean;
  /** Why `closable` is false, as sentences; empty when it is true. */
  notClosable: string[];
  incidents: Incident[];
  plan: Remedy[];
  checks: CheckResult[];
  findings: Finding[];
  credentials: CredentialRow[];
  identity: IdentityRow[];
  attempts: AttemptRow[];
  stages: StageSummary[];
  history: FindingKey[];
}

export interface RunSummary {
  command: string;
  startedAt: string;
  durationMs: number;
  timeZone: string;
  platform: string;
  uid: number;
  budgetMs: number;
  failOn: 'fail' | 'warn';
  through: Stage;
  as: string;
  selection: { only: string[]; skip: string[] };
  interrupted: boolean;
  /** Observation keys that changed while the run looked at them. */
  changed: string[];
  /** Id of the key behind fingerprints, so that two runs can tell if they may compare them. */
  fingerprintKey?: string;
}

export interface ReportTarget extends Target {
  versions: Partial<Record<VersionRole, VersionSet>>;
}

export type VersionRole = 'server' | 'cli' | 'writer' | 'service';

export interface VersionSet {
  /** Lines that the evidence allows; empty when nothing is known. */
  lines: Line[];
  /** The exact version where one is known. */
  version?: string;
  evidence: string[];
}

export interface Incident {
  code: string;
  name: string;
  title: string;
  subject: string;
  confidence: Confidence;
  /** What happened, in sentences that name letters, pids, ids and ages. */
  story: string[];
  explains: FindingKey[];
  for: string[];
  against: string[];
  remedies: Remedy[];
}

export interface CheckResult {
  id: string;
  stage: Stage;
  title: string;
  outcome: Outcome;
  summary: string;
  findings: FindingKey[];
  required: boolean;
  blockedBy?: string;
}

export interface CredentialRow {
  /** `openclaw.json gateway.auth.token`, `shell OPENCLAW_GATEWAY_TOKEN`, `proc:4121/environ` ... */
  source: string;
  target: string;
  kind: string;
  state: MarkState;
  /** A, B, C ...; `-` unset, `""` blank, `?` unreadable or unresolved. */
  letter: string;
  shape?: Shape;
  flags: MarkFlag[];
  fingerprint?: string;
  caseFingerprint?: string;
  /** Readers that look at this source. */
  readers: string[];
  /** Readers for which this source wins. */
  wins: string[];
  /** Why this source wins, one entry a reader of `wins`, each with how that is known. */
  rules?: { reader: string; rule: string; basis: string }[];
  /** Why the letter is `?`. */
  reason?: string;
}

export interface IdentityRow {
  target: string;
  bind: string;
  externalUrl: string;
  issuer: string;
  audience: string;
  mode: string;
  sources: string[];
}

export interface AttemptRow {
  target: string;
  endpoint: string;
  /** The letter of the credential, or `none` for the anonymous request. */
  credential: string;
  why: string;
  outcome: string;
}

export interface StageSummary {
  stage: Stage;
  outcome: Outcome;
  complete: boolean;
  counts: Record<Outcome, number>;
  observations: number;
  durationMs: number;
}

export const reservedReportKeys = ['hops', 'timeline', 'fallbacks', 'gate'] as const;
