import type { Finding } from '../../src/model/finding.js';
import type { Report } from '../../src/model/report.js';
import type { Expectation, Need } from './expectations.js';

/** What a run says, short: `CLAW-110`, `token/sources readers-differ`. */
export interface Verdict {
  got: string[];
  missed: string[];
  falseAlarms: string[];
}

/** A scenario: everything that it needs is there, and no incident but the allowed ones. */
export function compare(report: Report, expected: Expectation): Verdict {
  const missed = expected.needs.filter((need) => !isMet(need, report)).map(textOf);
  const wanted = expected.needs.flatMap((need) => ('incident' in need ? [need.incident] : []));
  const allowed = new Set([...wanted, ...(expected.companions ?? [])]);
  const codes = report.incidents.map((incident) => incident.code);
  const falseAlarms = [...new Set(codes.filter((code) => !allowed.has(code)))];
  return { got: seen(report), missed, falseAlarms };
}

/** A control: no incident, no failure, no warning, and a verdict. */
export function compareControl(report: Report): Verdict {
  const got = seen(report);
  const inconclusive = report.exitCode === 0 ? [] : [`exit ${report.exitCode}`];
  const unknown = report.exitCode === 3 ? unknownOnes(report) : [];
  return { got, missed: [], falseAlarms: [...got, ...inconclusive, ...unknown] };
}

export function textOf(need: Need): string {
  if ('incident' in need) return need.incident;
  return need.code === undefined ? need.check : `${need.check} ${need.code}`;
}

function isMet(need: Need, report: Report): boolean {
  if ('incident' in need) return report.incidents.some(({ code }) => code === need.incident);
  return report.findings.some(
    (finding) =>
      finding.check === need.check &&
      (need.code === undefined ? isBad(finding) : finding.code === need.code),
  );
}

function isBad({ outcome }: Finding): boolean {
  return outcome === 'fail' || outcome === 'warn';
}

function seen(report: Report): string[] {
  const findings = report.findings.filter(isBad).map(({ check, code }) => `${check} ${code}`);
  return [...new Set([...report.incidents.map(({ code }) => code), ...findings])];
}

function unknownOnes(report: Report): string[] {
  const required = report.checks.filter((check) => check.required);
  return required.map(({ id, summary }) => `${id} unknown: ${summary}`);
}
