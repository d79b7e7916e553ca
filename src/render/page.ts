import { Chalk } from 'chalk';
import type { Outcome } from '../model/finding.js';
import type { Verdict } from '../model/report.js';
import { displayWidth } from './width.js';

type Painter = (text: string) => string;

/** What every part of the terminal report needs to know about the page. */
export interface Page {
  width: number;
  /** Under 60 columns a table becomes a list. */
  narrow: boolean;
  verbose: boolean;
  unicode: boolean;
  paint: Record<'red' | 'yellow' | 'green' | 'dim' | 'bold', Painter>;
}

export interface PageOptions {
  columns: number;
  color: boolean;
  unicode: boolean;
  verbose: boolean;
}

export function newPage({ columns, color, unicode, verbose }: PageOptions): Page {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  return {
    width: columns,
    narrow: columns < 60,
    verbose,
    unicode,
    paint: {
      red: (text) => chalk.red(text),
      yellow: (text) => chalk.yellow(text),
      green: (text) => chalk.green(text),
      dim: (text) => chalk.dim(text),
      bold: (text) => chalk.bold(text),
    },
  };
}

type Sign = Outcome | Verdict;

const signs: Record<
  Sign,
  { glyph: string; ascii: string; word: string; color: keyof Page['paint'] }
> = {
  ok: { glyph: '✓', ascii: '+', word: 'OK', color: 'green' },
  pass: { glyph: '✓', ascii: '+', word: 'ok', color: 'green' },
  fail: { glyph: '✗', ascii: 'x', word: 'FAIL', color: 'red' },
  warn: { glyph: '!', ascii: '!', word: 'WARN', color: 'yellow' },
  unknown: { glyph: '?', ascii: '?', word: 'UNKNOWN', color: 'yellow' },
  inconclusive: { glyph: '?', ascii: '?', word: 'UNKNOWN', color: 'yellow' },
  skip: { glyph: '-', ascii: '-', word: 'skip', color: 'dim' },
};

/** Glyph and word, unpainted: colour is never the only difference. */
export function signText(sign: Sign, page: Page): string {
  return `${signGlyph(sign, page)} ${signs[sign].word}`;
}

export function signGlyph(sign: Sign, page: Page): string {
  return page.unicode ? signs[sign].glyph : signs[sign].ascii;
}

export function signPaint(sign: Sign, page: Page): Painter {
  return page.paint[signs[sign].color];
}

/** `text` with `right` at the right edge, or on the next line where both do not fit. */
export function spread(text: string, right: string, page: Page, paintRight: Painter): string[] {
  const gap = page.width - displayWidth(text) - displayWidth(right);
  return gap >= 2 ? [text + ' '.repeat(gap) + paintRight(right)] : [text, `  ${paintRight(right)}`];
}
