import type { PageOptions } from './page.js';
import { newPage } from './page.js';
import { asciiText, onlyOwnControls, plainText } from './plain-text.js';
import type { Row } from './rows.js';
import { hang } from './wrap.js';

export interface GroupedRow extends Row {
  group: string;
}

/**
 * A long list of named things under the headings of their groups: name and title, and what each is
 * about only when asked (`verbose`). A group stands once, where its first row stands.
 */
export function renderGroups(
  rows: readonly GroupedRow[],
  hint: string,
  options: PageOptions,
): string {
  const page = newPage(options);
  const filter = options.unicode ? plainText : (text: string) => asciiText(plainText(text));
  const groups = [...new Set(rows.map(({ group }) => group))];
  const lines = groups.flatMap((group) => [
    page.paint.bold(filter(group)),
    ...rows
      .filter((row) => row.group === group)
      .flatMap(({ name, title, text }) => [
        `  ${filter(name)}`,
        ...hang('      ', filter(title), page.width).map(page.paint.dim),
        ...(options.verbose ? hang('      ', filter(text), page.width) : []),
      ]),
    '',
  ]);
  return onlyOwnControls(`${[...lines, page.paint.dim(filter(hint))].join('\n')}\n`);
}
