import type { Page } from './page.js';
import { hang } from './wrap.js';

/** A titled part of a page of `explain`; nothing where there is nothing to say. */
export function section(title: string, texts: readonly string[], page: Page): string[] {
  if (texts.length === 0) return [];
  return [
    '',
    page.paint.bold(`  ${title}`),
    ...texts.flatMap((text) => hang('    ', text, page.width)),
  ];
}
