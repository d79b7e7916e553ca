const published: ReadonlySet<string> = new Set([
  'change-me-to-a-long-random-token',
  'change-me-now',
  'change-me-to-a-strong-password',
]);

const missing: ReadonlySet<string> = new Set(['undefined', 'null']);

/**
 * Is this one of the values that OpenClaw's own examples publish? They stop a gateway on 2026.5.18
 * and 2026.9.6.
 */
export function isPlaceholder(value: string): boolean {
  return published.has(value.trim());
}

/** The text of a missing value: it stops 2026.9.6, and 2026.5.18 takes it as a token (measured). */
export function isMissingText(value: string): boolean {
  return missing.has(value.trim());
}
