/**
 * How 2026.9.6 writes a profile into the name of its log, `openclaw-<this>-YYYY-MM-DD.log`: letters
 * and digits as they are, everything else escaped. 2026.5 and older have one name for all profiles.
 */
export function logProfileSegment(profile: string): string {
  return Array.from(profile)
    .map((char) => {
      if (/^[a-z0-9]$/.test(char)) return char;
      if (char === '-') return '--';
      if (char === '_') return '-0';
      if (/^[A-Z]$/.test(char)) return `-1${char.toLowerCase()}`;
      return `-2${char.codePointAt(0)?.toString(16) ?? '0'}-`;
    })
    .join('');
}
