const maxLength = 200;

/** Controls, format and bidirectional characters, lone surrogates, line separators. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu;

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
