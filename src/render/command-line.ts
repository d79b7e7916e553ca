import { displayWidth } from './width.js';

const safe = /^[A-Za-z0-9_@%+=:,./~^-]+$/;

/** One argument as a POSIX shell reads it back unchanged. */
export function shellQuote(argument: string): string {
  return safe.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

/**
 * A command that can be copied: a long one goes on after ` \`, never inside an argument and, where
 * there is room, never between an option and its value.
 */
export function commandLines(argv: readonly string[], indent: string, width: number): string[] {
  const lines: string[] = [];
  let line = `${indent}$`;
  for (const words of units(argv, width - indent.length - 8)) {
    // Room for ` \` is always kept: the line may turn out not to be the last one.
    const fits = displayWidth(line) + 1 + displayWidth(words) + 2 <= width;
    if (fits || line === `${indent}$`) line += ` ${words}`;
    else {
      lines.push(`${line} \\`);
      line = `${indent}    ${words}`;
    }
  }
  return [...lines, line];
}

/** Arguments, with `--option value` as one piece as long as it fits on a line. */
function units(argv: readonly string[], room: number): string[] {
  const pieces: string[] = [];
  let option: string | undefined;
  for (const [i, argument] of argv.map(shellQuote).entries()) {
    const pair = option === undefined ? '' : `${option} ${argument}`;
    if (pair && !argument.startsWith('-') && displayWidth(pair) <= room) {
      pieces[pieces.length - 1] = pair;
      option = undefined;
    } else {
      pieces.push(argument);
      option = i > 0 && /^--?[a-z][\w-]*$/i.test(argument) ? argument : undefined;
    }
  }
  return pieces;
}
