import type { Report } from '../model/report.js';
import type { Page } from './page.js';
import { credentialLines } from './terminal-credentials.js';
import { hang } from './wrap.js';

/** The whole credential table and every attempt (`--verbose`). */
export function verboseTables(report: Report, page: Page): string[][] {
  const { bold } = page.paint;
  const targets = [...new Set(report.credentials.map((row) => row.target))];
  const credentials = targets.flatMap((target) => [
    bold(`credentials of ${target}`),
    ...credentialLines(
      report.credentials.filter((row) => row.target === target),
      page,
      report.run.as,
    ),
  ]);
  return [credentials, attemptLines(report, page)];
}

function attemptLines(report: Report, page: Page): string[] {
  if (report.attempts.length === 0) return [];
  return [
    page.paint.bold('attempts'),
    ...report.attempts.flatMap((attempt) =>
      hang(
        '  ',
        `${attempt.credential}  ${attempt.endpoint}  ${attempt.outcome}: ${attempt.why}`,
        page.width,
        '     ',
      ),
    ),
  ];
}
