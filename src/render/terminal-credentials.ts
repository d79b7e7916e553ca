import { readerOfAs } from '../model/readers.js';
import type { CredentialRow } from '../model/report.js';
import type { Page } from './page.js';
import { displayWidth, padTo } from './width.js';
import { hang } from './wrap.js';

/**
 * The credential table: equal letters are equal values. Rows that nobody set are one line. The rows
 * of the reader that `as` names stand first: what it takes, then what it looks at.
 */
export function credentialLines(all: readonly CredentialRow[], page: Page, as = ''): string[] {
  const rows = inViewOf(all, as);
  const shown = page.verbose ? rows : rows.filter((row) => row.state !== 'unset');
  if (shown.length === 0) return [];
  const unset = page.verbose ? [] : rows.filter((row) => row.state === 'unset');
  const body = page.narrow ? list(shown, page) : table(shown, page);
  const rest = unset.length > 0 ? `unset: ${unset.map((row) => row.source).join(', ')}` : '';
  return [
    ...body,
    ...(rest
      ? hang(page.narrow ? '  ' : '    ', rest, page.width, '      ').map(page.paint.dim)
      : []),
  ];
}

function inViewOf(rows: readonly CredentialRow[], as: string): readonly CredentialRow[] {
  const reader = as === 'cli' ? undefined : readerOfAs[as];
  if (!reader) return rows;
  const rank = (row: CredentialRow): number =>
    row.wins.some((name) => name === reader || name.startsWith(`${reader} (`))
      ? 0
      : row.readers.includes(reader)
        ? 1
        : 2;
  return [0, 1, 2].flatMap((wanted) => rows.filter((row) => rank(row) === wanted));
}

function table(rows: readonly CredentialRow[], page: Page): string[] {
  const { bold, dim } = page.paint;
  const longest = Math.max(...rows.map((row) => displayWidth(row.source)), 6);
  const column = Math.min(longest, page.width - 11 - 22);
  const head = dim(`    value  ${padTo('source', column)}  used by`);
  const lines = rows.flatMap((row) => {
    const letter = `      ${bold(row.letter)}${' '.repeat(Math.max(1, 5 - displayWidth(row.letter)))}`;
    const [first = '', ...more] = hang('', remark(row, rows), page.width - 11 - column - 2);
    const under = more.map((line) => ' '.repeat(11 + column + 2) + line);
    if (displayWidth(row.source) <= column) {
      return [`${letter}${padTo(row.source, column)}  ${first}`, ...under];
    }
    const source = hang(' '.repeat(11), row.source, page.width);
    return [
      letter + (source[0]?.slice(11) ?? ''),
      ...source.slice(1),
      ...hang(' '.repeat(13), remark(row, rows), page.width),
    ];
  });
  return [head, ...lines];
}

function list(rows: readonly CredentialRow[], page: Page): string[] {
  return rows.flatMap((row) => [
    ...hang(`  ${row.letter}  `, row.source, page.width).map((line, i) =>
      i === 0 ? `  ${page.paint.bold(row.letter)}${line.slice(2 + row.letter.length)}` : line,
    ),
    ...(remark(row, rows) ? hang('     ', remark(row, rows), page.width) : []),
  ]);
}

/** Who uses this value; why a letter is `?`; what is odd about the value. */
function remark(row: CredentialRow, rows: readonly CredentialRow[]): string {
  const flags = row.flags.length > 0 ? `[${row.flags.join(', ')}]` : '';
  if (row.reason) return [row.reason, flags].filter(Boolean).join(' ');
  const everybody = new Set(rows.flatMap(({ wins }) => wins));
  const all = everybody.size > 2 && row.wins.length === everybody.size;
  const used = all ? 'every reader' : row.wins.length > 0 ? row.wins.join(', ') : 'nobody';
  const alsoRead = row.readers.filter((reader) => !row.wins.includes(reader));
  const overridden =
    row.wins.length === 0 && alsoRead.length > 0
      ? `(${alsoRead.join(', ')} ${alsoRead.length === 1 ? 'prefers' : 'prefer'} another)`
      : '';
  return [used, overridden, flags].filter(Boolean).join(' ');
}
