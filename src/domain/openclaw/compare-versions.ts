/**
 * Order of two OpenClaw versions, `2026.5.18` before `2026.9.6`, by their numbers; a pre-release
 * stands before its release. Undefined for a text that is no version.
 */
export function compareVersions(a: string, b: string): number | undefined {
  const [left, right] = [numbers(a), numbers(b)];
  if (left === undefined || right === undefined) return undefined;
  for (const [at, value] of left.entries()) {
    const difference = value - (right[at] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}

function numbers(text: string): number[] | undefined {
  const match = /^v?(\d{1,5})\.(\d{1,5})\.(\d{1,5})(-\D)?/.exec(text.trim());
  if (!match) return undefined;
  return [Number(match[1]), Number(match[2]), Number(match[3]), match[4] === undefined ? 1 : 0];
}
