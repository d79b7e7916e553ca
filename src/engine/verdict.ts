import type { RunFacts } from '../model/facts-host.js';
import type { Finding } from '../model/finding.js';
import type { CheckResult, ExitCode, Verdict } from '../model/report.js';

/** Precedence of exit codes: 4 (the scan, decided later), 130, 2 (no report at all), 1, 3, 0. */
export function verdictOf(input: {
  run: RunFacts;
  results: readonly CheckResult[];
  findings: readonly Finding[];
  fullPlan: boolean;
}): { verdict: Verdict; exitCode: ExitCode; closable: boolean; notClosable: string[] } {
  const { run, results, findings, fullPlan } = input;
  const has = (outcome: CheckResult['outcome']): boolean =>
    results.some((r) => r.outcome === outcome || hasFinding(findings, r, outcome));
  const failed = has('fail');
  const warned = has('warn');
  const open = results.filter((r) => r.required);
  const verdict: Verdict = failed
    ? 'fail'
    : open.length > 0
      ? 'inconclusive'
      : warned
        ? 'warn'
        : 'ok';
  const findingsExit = failed || (run.options.failOn === 'warn' && warned);
  const exitCode: ExitCode = run.interrupted ? 130 : findingsExit ? 1 : open.length > 0 ? 3 : 0;
  const unknown = results.filter((r) => hasFinding(findings, r, 'unknown') && !isOptional(r));
  const notClosable = [
    ...(fullPlan ? [] : ['the full plan did not run']),
    ...(run.interrupted ? ['the run was interrupted'] : []),
    ...(failed ? ['something fails'] : []),
    ...unknown.map((r) => `${r.id} is unknown`),
    ...(run.changed?.length ? ['something changed meanwhile'] : []),
  ];
  return { verdict, exitCode, closable: notClosable.length === 0, notClosable };
}

function hasFinding(
  findings: readonly Finding[],
  result: CheckResult,
  outcome: Finding['outcome'],
): boolean {
  return findings.some((f) => f.check === result.id && f.outcome === outcome);
}

/** Pressure and logs inform; they never stand between a ticket and its closing. */
function isOptional(result: CheckResult): boolean {
  return result.id === 'host/pressure' || result.id.startsWith('logs/');
}
