const maxLength = 200;

/** C0, DEL, C1, bidirectional controls, zero-width characters and lone surrogates. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this removes
const unprintable =
  /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]/gu;

/**
 * A name from a hostile file, made fit for a terminal and a ticket: no control or bidirectional
 * characters, at most `max` code units. Undefined for anything that is not a string.
 */
export function cleanText(value: unknown, max = maxLength): string | undefined {
  if (typeof value !== 'string') return undefined;
  const cut = value.length > max ? `${value.slice(0, max - 1)}…` : value;
  return cut.replace(unprintable, '\ufffd');
}

/** The strings of an array, cleaned; everything else in it is dropped. */
export function cleanTexts(value: unknown, most = 100): string[] {
  if (!Array.isArray(value)) return [];
  return value
    .slice(0, most)
    .map((item) => cleanText(item))
    .filter((item): item is string => item !== undefined);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own property; never one of the prototype. */
export function member(value: unknown, key: string): unknown {
  return isRecord(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
