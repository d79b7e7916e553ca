import type { Report } from '../model/report.js';
import type { Page } from './page.js';
import { signGlyph, signPaint } from './page.js';
import { hang } from './wrap.js';

/** Every check with its summary, stage by stage (`--verbose`). */
export function checkLines(report: Report, page: Page): string[] {
  return report.stages.flatMap(({ stage }) => [
    page.paint.bold(stage),
    ...report.checks
      .filter((check) => check.stage === stage)
      .flatMap((check) => {
        const glyph = signGlyph(check.outcome, page);
        const paint = signPaint(check.outcome, page);
        const [first = '', ...rest] = hang(
          `  ${glyph} `,
          `${check.id}: ${check.summary}`,
          page.width,
          '      ',
        );
        return [`  ${paint(glyph)}${first.slice(2 + glyph.length)}`, ...rest];
      }),
  ]);
}
