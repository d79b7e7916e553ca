import { displayWidth } from './width.js';

/**
 * Lines of at most `width` columns, broken at blanks only: an id, a path or a URL that is longer
 * stays whole on a line of its own. The first line may have another width.
 */
export function wrap(text: string, width: number, firstWidth = width): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ +/).filter((w) => w !== '')) {
    const room = lines.length === 0 ? firstWidth : width;
    if (line === '') line = word;
    else if (displayWidth(line) + 1 + displayWidth(word) <= room) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** A paragraph: `first` stands before its first line, and the other lines hang under it. */
export function hang(first: string, text: string, width: number, indent?: string): string[] {
  const under = indent ?? ' '.repeat(displayWidth(first));
  const lines = wrap(text, width - under.length, width - displayWidth(first));
  return lines.length === 0
    ? [first.trimEnd()]
    : lines.map((line, i) => (i === 0 ? first : under) + line);
}
