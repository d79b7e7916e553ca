/** `--json` or `--format json`, before a `--`; also when the rest of the line is wrong. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const flags = end < 0 ? argv : argv.slice(0, end);
  return (
    flags.includes('--json') ||
    flags.includes('--format=json') ||
    flags.some((flag, i) => flag === '--format' && flags[i + 1] === 'json')
  );
}
