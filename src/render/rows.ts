import type { PageOptions } from './page.js';
import { newPage } from './page.js';
import { asciiText, onlyOwnControls, plainText } from './plain-text.js';
import { hang } from './wrap.js';

export interface Row {
  name: string;
  title: string;
  text: string;
}

/** A list of named things with a hint under it. */
export function renderRows(rows: readonly Row[], hint: string, options: PageOptions): string {
  const page = newPage(options);
  const filter = options.unicode ? plainText : (text: string) => asciiText(plainText(text));
  const lines = rows.flatMap(({ name, title, text }) => [
    page.paint.bold(filter(name)),
    ...hang('  ', filter(title), page.width),
    ...(text ? hang('  ', filter(text), page.width).map(page.paint.dim) : []),
    '',
  ]);
  return onlyOwnControls(`${[...lines, page.paint.dim(filter(hint))].join('\n')}\n`);
}
