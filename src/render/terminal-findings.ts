import type { Finding, Outcome } from '../model/finding.js';
import { subjectTarget } from '../model/finding.js';
import type { Report } from '../model/report.js';
import { commandLines } from './command-line.js';
import type { Page } from './page.js';
import { signPaint, signText } from './page.js';
import { hang } from './wrap.js';

/** What no incident explains: failures, then unknowns, then warnings, then what waits for them. */
export function findingBlocks(
  findings: readonly Finding[],
  report: Report,
  page: Page,
): string[][] {
  const of = (outcome: Outcome): Finding[] => findings.filter((f) => f.outcome === outcome);
  return [
    of('fail').flatMap((finding) => findingLines(finding, report, page)),
    grouped(of('unknown')).flatMap((group) => unknownLines(group, report, page)),
    of('warn').flatMap((finding) => findingLines(finding, report, page)),
    blockedLines(of('skip'), page),
  ];
}

function findingLines(finding: Finding, report: Report, page: Page): string[] {
  return [
    ...headLines(finding.outcome, finding.check, finding.subject, '', page),
    ...hang('    ', finding.text, page.width),
    ...nextLines(finding, report, page),
  ];
}

function headLines(
  sign: Outcome,
  checks: string,
  subject: string,
  note: string,
  page: Page,
): string[] {
  const { bold } = page.paint;
  const head = `${signText(sign, page)}  `;
  const where = subject === '' || subject === 'host' ? '' : `(${subject})`;
  const text = [checks, where, note].filter(Boolean).join(' ');
  const [first = '', ...rest] = hang(head, text, page.width, '    ');
  return [signPaint(sign, page)(bold(head)) + bold(first.slice(head.length)), ...rest];
}

/** Where the plan has a step for it, that step; else the page that explains it. */
function nextLines(finding: Finding, report: Report, page: Page): string[] {
  const target = subjectTarget(finding.subject);
  const step = report.plan.findIndex(
    (r) => finding.next.includes(r.id) && subjectTarget(r.subject) === target,
  );
  if (step >= 0) {
    return hang('    next  ', `step ${step + 1}: ${report.plan[step]?.title ?? ''}`, page.width);
  }
  return commandLines(
    ['clawdoctor', 'explain', finding.check, finding.code],
    '    ',
    page.width,
  ).map(page.paint.dim);
}

/** Unknowns with one and the same reason are one entry. */
function grouped(findings: readonly Finding[]): Finding[][] {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    groups.set(finding.text, [...(groups.get(finding.text) ?? []), finding]);
  }
  return [...groups.values()];
}

function unknownLines(group: readonly Finding[], report: Report, page: Page): string[] {
  const checks = [...new Set(group.map((f) => f.check))];
  const subjects = [...new Set(group.map((f) => f.subject))].filter((s) => s !== 'host');
  const required = report.checks.some((c) => checks.includes(c.id) && c.required);
  const note = required ? '' : 'not required';
  return [
    ...headLines('unknown', checks.join(', '), subjects.join(', '), note, page),
    ...hang('    ', group[0]?.text ?? '', page.width),
  ];
}

/** Checks that say nothing while another one fails: one line for each that they wait for. */
function blockedLines(skipped: readonly Finding[], page: Page): string[] {
  const blocked = skipped.filter((f) => f.skipReason === 'blocked-by-fail');
  const causes = [...new Set(blocked.map((f) => f.blockedBy ?? f.text))];
  return causes.flatMap((cause) => {
    const waiting = blocked.filter((f) => (f.blockedBy ?? f.text) === cause).map((f) => f.check);
    const unique = [...new Set(waiting)];
    const says = unique.length === 1 ? 'waits' : 'wait';
    const why = blocked.some((f) => f.blockedBy === cause)
      ? `${says} for ${cause}: `
      : `${cause}: `;
    return hang(`${signText('skip', page)}  `, why + unique.join(', '), page.width, '    ').map(
      page.paint.dim,
    );
  });
}
