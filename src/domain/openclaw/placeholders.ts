const texts: ReadonlySet<string> = new Set([
  'change-me-to-a-long-random-token',
  'change-me-now',
  'change-me-to-a-strong-password',
  'undefined',
  'null',
]);

/**
 * Is this one of the values that OpenClaw's own examples publish, or the text of a missing value?
 * The examples stop a gateway on 2026.5.18 and 2026.9.6; `undefined` and `null` on 2026.9.6.
 */
export function isPlaceholder(value: string): boolean {
  return texts.has(value.trim());
}
