/** Controls, format and bidirectional characters, lone surrogates, line separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

const ascii: Readonly<Record<string, string>> = {
  '…': '...',
  '—': '-',
  '–': '-',
  '→': '->',
  '←': '<-',
  '·': '-',
  '×': 'x',
  '≥': '>=',
  '≤': '<=',
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '\u00a0': ' ',
  '\ufffd': '?',
};

/** Text without anything that a terminal would obey; a line break or a tab becomes a blank. */
export function plainText(text: string): string {
  return text.replace(/[\t\n\r]+/g, ' ').replace(unprintable, '\ufffd');
}

/** The same in ASCII: what has no ASCII form is written as `\u{e9}`, so that no id is lost. */
export function asciiText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours and line breaks are kept
  return text.replace(/[^\x00-\x7f]/gu, (character) => {
    return ascii[character] ?? `\\u{${character.codePointAt(0)?.toString(16) ?? 'fffd'}}`;
  });
}

/** A copy of a document in which every string has been through `filter`. */
export function mapTexts<T>(value: T, filter: (text: string) => string): T {
  if (typeof value === 'string') return filter(value) as T;
  if (Array.isArray(value)) return value.map((item: unknown) => mapTexts(item, filter)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapTexts<unknown>(item, filter)]),
  ) as T;
}

/** The last filter before the screen: line breaks and our own colours pass, nothing else does. */
export function onlyOwnControls(page: string): string {
  // A colour is `ESC [ digits m`; everything else below a blank, and DEL to APC, is dropped.
  return page.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is the filter for them
    /\x1b\[[0-9;]*m|[\x00-\x09\x0b-\x1f\x7f-\x9f]/g,
    (found) => (found.length > 1 ? found : ''),
  );
}

/** Text without colours: what the words themselves are. */
export function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}
