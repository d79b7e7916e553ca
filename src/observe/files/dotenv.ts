const assignment = /[^\S\n]*(?:export[^\S\n]+)?([\w.-]+)(?:[^\S\n]*=|:(?=\s))[^\S\n]*/y;
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const nothingMore = /[^\S\n]*(?:#.*)?$/my;

/**
 * The variables of a `.env` file as OpenClaw's dotenv package (17.4) reads them: `export`, three
 * kinds of quotes, values over several lines, comments, CRLF, a byte order mark; the last line of a
 * name wins. Written out because that package's expression takes quadratic time on blank lines.
 */
export function parseDotenv(text: string): Map<string, string> {
  const found = new Map<string, string>();
  const lines = text.replace(/\r\n?/g, '\n');
  let at = lines.startsWith('\ufeff') ? 1 : 0;
  while (at < lines.length) {
    assignment.lastIndex = at;
    const match = assignment.exec(lines);
    const name = match?.[1];
    if (match === null || name === undefined) {
      at = endOfLine(lines, at) + 1;
      continue;
    }
    const value =
      quotedValue(lines, assignment.lastIndex) ?? bareValue(lines, assignment.lastIndex);
    if (variableName.test(name)) found.set(name, value.text);
    at = endOfLine(lines, value.end) + 1;
  }
  return found;
}

interface Value {
  text: string;
  end: number;
}

function quotedValue(lines: string, start: number): Value | undefined {
  const quote = lines[start];
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined;
  let close = lines.indexOf(quote, start + 1);
  while (close > 0 && lines[close - 1] === '\\') close = lines.indexOf(quote, close + 1);
  if (close < 0) return undefined;
  nothingMore.lastIndex = close + 1;
  if (!nothingMore.test(lines)) return undefined;
  return { text: unquoted(lines.slice(start, close + 1)), end: close + 1 };
}

function bareValue(lines: string, start: number): Value {
  const end = endOfLine(lines, start);
  const whole = lines.slice(start, end);
  const comment = whole.indexOf('#');
  return { text: unquoted((comment < 0 ? whole : whole.slice(0, comment)).trim()), end };
}

function unquoted(value: string): string {
  const bare = value.replace(/^(['"`])([\s\S]*)\1$/, '$2');
  return value.startsWith('"') ? bare.replaceAll('\\n', '\n').replaceAll('\\r', '\r') : bare;
}

function endOfLine(lines: string, from: number): number {
  const end = lines.indexOf('\n', from);
  return end < 0 ? lines.length : end;
}
