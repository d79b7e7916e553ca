import { attemptRows } from '../domain/attempts.js';
import { credentialRows, letters } from '../domain/openclaw/credential-matrix.js';
import { identityRows } from '../domain/openclaw/identity.js';
import { versionsOf } from '../domain/openclaw/versions.js';
import type { AnyCheck } from '../model/check.js';
import type { Explain } from '../model/explanation.js';
import { FactSet } from '../model/fact-set.js';
import type { Finding, FindingKey } from '../model/finding.js';
import { findingKey, worst } from '../model/finding.js';
import { byCodeUnit } from '../model/json.js';
import type { Observation } from '../model/observation.js';
import { stages } from '../model/observation.js';
import type { CheckResult, Report, ReportTarget, StageSummary } from '../model/report.js';
import { engineFinding, judgeCheck } from './judge-check.js';
import { selectChecks } from './selection.js';
import { verdictOf } from './verdict.js';

/**
 * The report that a set of recorded observations gives: pure, so that a replay in another process,
 * time zone, locale or Node gives the same bytes.
 */
export function judge(
  observations: readonly Observation[],
  checks: readonly AnyCheck[],
  explain: Explain,
): Report {
  const facts = new FactSet(observations);
  const { run } = facts;
  const selection = { ...run.options, ...singleOf(run.command) };
  const { judged, notSelected } = selectChecks(checks, selection);
  const findings = judgeAll(checks, judged, notSelected, facts);
  const credentials = credentialRows(facts);
  const explanation = explain({ facts, findings, credentials });
  const results = checkResults(checks, findings);
  const decision = verdictOf({
    run,
    results,
    findings,
    fullPlan: notSelected.length === 0 && judged.length === checks.length && !run.stoppedAfter,
  });
  return {
    schemaVersion: 1,
    tool: { name: 'clawdoctor', version: run.toolVersion, rules: run.rules },
    run: {
      command: run.command,
      startedAt: new Date(run.nowMs).toISOString(),
      durationMs: runDuration(run.nowMs, observations),
      timeZone: run.timeZone,
      platform: run.platform,
      uid: run.uid,
      budgetMs: run.options.budgetMs,
      failOn: run.options.failOn,
      through: run.options.through,
      as: run.options.as,
      selection: { only: run.options.only, skip: run.options.skip },
      interrupted: run.interrupted ?? false,
      changed: run.changed ?? [],
      ...(run.fingerprintKey ? { fingerprintKey: run.fingerprintKey } : {}),
    },
    targets: facts.targets.map((target): ReportTarget => {
      const versions = target.kind === 'gateway' ? versionsOf(facts, target) : {};
      return { ...target, versions };
    }),
    ...decision,
    incidents: explanation.incidents,
    plan: explanation.plan,
    checks: results,
    findings,
    credentials,
    identity: identityRows(facts),
    attempts: attemptRows(facts, letters(facts)),
    stages: stageSummaries(observations, results),
    history: [...new Set([...overtaken(checks, findings), ...explanation.history])],
  };
}

/** Findings of codes that tell the past: listed, and never a reason for a verdict. */
function overtaken(checks: readonly AnyCheck[], findings: readonly Finding[]): FindingKey[] {
  return findings
    .filter((f) => checks.find(({ id }) => id === f.check)?.codes[f.code]?.history === true)
    .map(findingKey);
}

/** `doctor`, `status` and `probes` report one stage; every other command reports all of them. */
function singleOf(command: string) {
  const single = stages.find((stage) => stage === command);
  return single ? { single } : {};
}

function judgeAll(
  checks: readonly AnyCheck[],
  judged: readonly AnyCheck[],
  notSelected: readonly AnyCheck[],
  facts: FactSet,
): Finding[] {
  const findings: Finding[] = [];
  const { stoppedAfter } = facts.run;
  for (const check of checks) {
    if (notSelected.includes(check)) findings.push(engineFinding(check, 'not-selected', {}));
    if (!judged.includes(check)) continue;
    const reached = !stoppedAfter || stages.indexOf(check.stage) <= stages.indexOf(stoppedAfter);
    const own = reached
      ? judgeCheck(check, facts, findings)
      : [engineFinding(check, 'stopped', { stage: stoppedAfter })];
    findings.push(...own.sort((a, b) => byCodeUnit(findingKey(a), findingKey(b))));
  }
  return findings;
}

function checkResults(checks: readonly AnyCheck[], findings: readonly Finding[]): CheckResult[] {
  return checks.flatMap((check): CheckResult[] => {
    const own = findings.filter((f) => f.check === check.id);
    if (own.length === 0) return [];
    const outcome = worst(own.map((f) => f.outcome));
    const decisive = own.filter((f) => f.outcome === outcome);
    const blockedBy = own.find((f) => f.blockedBy)?.blockedBy;
    return [
      {
        id: check.id,
        stage: check.stage,
        title: check.title,
        outcome,
        summary: [...new Set(decisive.map((f) => f.text))].join('; '),
        findings: own.map(findingKey),
        required: own.some((f) => f.outcome === 'unknown' && isRequired(check, f, findings)),
        ...(blockedBy ? { blockedBy } : {}),
      },
    ];
  });
}

/** An unknown that another check has answered, or that nobody asked for, is not required. */
function isRequired(check: AnyCheck, unknown: Finding, findings: readonly Finding[]): boolean {
  if (check.optional || check.asks) return false;
  const answers = findings.filter(
    (f) => check.answeredBy?.includes(f.check) && f.subject === unknown.subject,
  );
  return answers.length === 0 || worst(answers.map((f) => f.outcome)) !== 'pass';
}

function stageSummaries(
  observations: readonly Observation[],
  results: readonly CheckResult[],
): StageSummary[] {
  return stages.flatMap((stage): StageSummary[] => {
    const own = results.filter((r) => r.stage === stage);
    const taken = observations.filter((o) => o.stage === stage);
    if (own.length === 0) return [];
    const counts = { pass: 0, warn: 0, fail: 0, skip: 0, unknown: 0 };
    for (const result of own) counts[result.outcome] += 1;
    return [
      {
        stage,
        outcome: worst(own.map((r) => r.outcome)),
        complete: taken.length > 0 && !taken.some(isCut),
        counts,
        observations: taken.length,
        durationMs: taken.reduce((longest, o) => Math.max(longest, o.durationMs), 0),
      },
    ];
  });
}

function isCut({ state }: Observation): boolean {
  return state === 'cancelled' || state === 'timeout';
}

/** From the run's start to the end of its last observation; no clock but the recorded one. */
function runDuration(startMs: number, observations: readonly Observation[]): number {
  const ends = observations.map((o) => Date.parse(o.takenAt) + o.durationMs);
  return Math.max(0, ...ends.map((end) => end - startMs));
}
