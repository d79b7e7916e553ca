import { stages } from '../model/observation.js';
import type { IdentityRow, Report, StageSummary } from '../model/report.js';
import type { Page } from './page.js';
import { signGlyph } from './page.js';
import { labelled } from './terminal-incident.js';

/** Identity, counts, attempts, where the evidence is, and what to read next. */
export function footerLines(report: Report, page: Page, evidence: string | undefined): string[] {
  return [
    ...report.identity.flatMap((row) => line('identity', identityText(row), page)),
    ...line('checks', countText(report, page), page),
    ...line('attempts', ledger(report), page),
    ...closable(report, page),
    ...line('evidence', evidence ?? '', page),
    ...line('next', next(report), page),
    ...line('more', more(report, page), page),
  ];
}

function line(label: string, text: string, page: Page): string[] {
  return labelled(label, text, page, '');
}

/** Bind, identity, issuer and audience as explicit values, shown even when all is well. */
function identityText(row: IdentityRow): string {
  return [
    `${row.target}:`,
    `bind ${row.bind || '-'};`,
    `external ${row.externalUrl || '-'};`,
    `issuer ${row.issuer || '-'};`,
    `audience ${row.audience || '-'};`,
    `mode ${row.mode || '-'}`,
  ].join(' ');
}

/** `doctor ✓18 ✗2 -4; status ...`: passes are a number here and nowhere else. */
function countText(report: Report, page: Page): string {
  const ran = new Map(report.stages.map((summary) => [summary.stage, summary]));
  return stages
    .flatMap((stage) => {
      const summary = ran.get(stage);
      return summary ? [`${stage} ${counts(summary, page)}`] : [];
    })
    .join('; ');
}

function counts(summary: StageSummary, page: Page): string {
  const order = ['pass', 'fail', 'unknown', 'warn', 'skip'] as const;
  const texts = order.flatMap((outcome) => {
    const n = summary.counts[outcome];
    return n > 0 ? [`${signGlyph(outcome, page)}${n}`] : [];
  });
  return texts.join(' ') + (summary.complete ? '' : ' (incomplete)');
}

function ledger(report: Report): string {
  // The table also lists what was withheld, and what one acceptance made needless to try.
  const made = report.attempts.filter((a) => !/^(not sent|stale|refused a short)/.test(a.outcome));
  const sent = made.length;
  const withSecret = made.filter((a) => a.credential !== 'none').length;
  const history = report.history.length;
  return [
    sent === 0 ? 'none' : `${sent} (${withSecret} with a credential)`,
    ...(history > 0 ? [`${history} older than the last change`] : []),
  ].join('; ');
}

/** Whether a ticket may be closed on this run; after a failure that needs no saying. */
function closable(report: Report, page: Page): string[] {
  if (report.closable) return line('closable', 'yes: all three stages ran and agree', page);
  return report.verdict === 'fail'
    ? []
    : line('closable', `no: ${report.notClosable.join('; ')}`, page);
}

/** The end of the page is what stays on the screen: it says where to begin. */
function next(report: Report): string {
  const [step] = report.plan;
  return step ? `step 1 of ${report.plan.length}: ${step.title}` : '';
}

function more(report: Report, page: Page): string {
  const about =
    report.incidents[0]?.code ?? report.findings.find((f) => f.outcome === 'fail')?.check;
  return [
    ...(about ? [`clawdoctor explain ${about}`] : []),
    ...(page.verbose ? [] : ['all checks: --verbose']),
  ].join('; ');
}
