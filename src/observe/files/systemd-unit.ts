/** What a systemd unit says of the process that it starts. Values are raw. */
export interface UnitText {
  variables: Map<string, string>;
  /** Paths of `EnvironmentFile=`, specifiers expanded, without the leading `-`. */
  environmentFiles: string[];
  /** Words of the last `ExecStart=`. */
  command: string[];
  user?: string;
}

const assignmentShape = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/;
const maxLines = 20_000;

/**
 * A unit and its drop-ins, in the order in which systemd reads them (systemd.unit, systemd.exec):
 * lists add up, an empty assignment empties them. `home` is what `%h` stands for.
 */
export function parseUnit(texts: readonly string[], home: string): UnitText {
  const unit: UnitText = { variables: new Map(), environmentFiles: [], command: [] };
  for (const text of texts) {
    let section = '';
    for (const line of logicalLines(text)) {
      const header = /^\[(.+)\]$/.exec(line);
      if (header) section = header[1] ?? '';
      else if (section === 'Service') applyLine(unit, line, home);
    }
  }
  return unit;
}

function applyLine(unit: UnitText, line: string, home: string): void {
  const equals = line.indexOf('=');
  if (equals < 0) return;
  const value = line.slice(equals + 1).trim();
  switch (line.slice(0, equals).trim()) {
    case 'Environment':
      if (value === '') unit.variables.clear();
      for (const word of unitWords(value)) {
        const match = assignmentShape.exec(word);
        if (match?.[1]) unit.variables.set(match[1], specifiers(match[2] ?? '', home));
      }
      break;
    case 'EnvironmentFile':
      if (value === '') unit.environmentFiles.length = 0;
      else unit.environmentFiles.push(specifiers(value.replace(/^-/, ''), home));
      break;
    case 'ExecStart':
      if (value === '') unit.command = [];
      else unit.command = unitWords(value).map((word) => specifiers(word, home));
      break;
    case 'User':
      if (value === '') delete unit.user;
      else unit.user = value;
      break;
    default:
  }
}

function logicalLines(text: string): string[] {
  const lines: string[] = [];
  let held = '';
  for (const raw of text.split('\n', maxLines)) {
    const line = raw.replace(/\r$/, '').trim();
    // A comment inside a continued line does not end it (systemd.syntax).
    if (line.startsWith('#') || line.startsWith(';')) continue;
    if (line.endsWith('\\')) {
      held += `${line.slice(0, -1)} `;
      continue;
    }
    lines.push((held + line).trim());
    held = '';
  }
  if (held !== '') lines.push(held.trim());
  return lines;
}

/** Words as systemd splits them: blanks, both kinds of quotes (within a word too), C escapes. */
export function unitWords(value: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < value.length; i += 1) {
    const char = value[i] ?? '';
    if (char === '\\' && i + 1 < value.length) {
      i += 1;
      word = (word ?? '') + unescaped(value[i] ?? '');
    } else if (quote !== '') {
      if (char === quote) quote = '';
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

function unescaped(char: string): string {
  const special: Record<string, string> = { n: '\n', t: '\t', r: '\r', s: ' ' };
  return special[char] ?? char;
}

function specifiers(value: string, home: string): string {
  return value.replace(/%([%h])/g, (_, name: string) => (name === 'h' ? home : '%'));
}

/**
 * The variables of an `EnvironmentFile=`: a name a line, comments with `#` or `;`, quotes, and a
 * backslash that continues a line. There is no `export`.
 */
export function parseEnvironmentFile(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of logicalLines(text.replace(/^\ufeff/, ''))) {
    const match = assignmentShape.exec(line);
    if (match?.[1]) found.set(match[1], fileValue((match[2] ?? '').trim()));
  }
  return found;
}

function fileValue(raw: string): string {
  const quote = raw[0];
  if (quote === "'" && raw.endsWith("'") && raw.length > 1) return raw.slice(1, -1);
  if (quote === '"' && raw.endsWith('"') && raw.length > 1) {
    return raw.slice(1, -1).replace(/\\(["\\$`])/g, '$1');
  }
  return raw.replace(/\\(.)/g, '$1');
}
