import type { Confinement, RestartPolicy } from '../../model/facts-service.js';
import { UnitSettings } from './systemd-settings.js';
import { expandSpecifiers, type SpecifierContext, unitWords } from './systemd-words.js';

/** What a systemd unit says of the process that it starts. Values are raw. */
export interface UnitText {
  variables: Map<string, string>;
  /** `EnvironmentFile=` in order, specifiers expanded; `optional` is the leading `-`. */
  environmentFiles: { path: string; optional: boolean }[];
  /** Words of the last `ExecStart=`, without its prefixes (`-`, `@`, `:`, `+`, `!`). */
  command: string[];
  user?: string;
  policy: RestartPolicy;
  confinement: Confinement;
}

const assignmentShape = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/;
const maxLines = 20_000;

/**
 * A unit and its drop-ins, in the order in which systemd reads them (systemd.unit, systemd.exec):
 * lists add up, an empty assignment empties them.
 */
export function parseUnit(texts: readonly string[], context: SpecifierContext): UnitText {
  const unit: Omit<UnitText, 'policy' | 'confinement'> = {
    variables: new Map(),
    environmentFiles: [],
    command: [],
  };
  const settings = new UnitSettings();
  for (const text of texts) {
    let section = '';
    for (const line of logicalLines(text)) {
      const header = /^\[(.+)\]$/.exec(line);
      if (header) section = header[1] ?? '';
      const equals = header ? -1 : line.indexOf('=');
      if (equals < 0) continue;
      const key = line.slice(0, equals).trim();
      const value = line.slice(equals + 1).trim();
      if (section === 'Service') assign(unit, key, value, context);
      settings.assign(section, key, value);
    }
  }
  const { policy, confinement } = settings;
  return { ...unit, policy, confinement };
}

function assign(
  unit: Pick<UnitText, 'variables' | 'environmentFiles' | 'command' | 'user'>,
  key: string,
  value: string,
  context: SpecifierContext,
): void {
  switch (key) {
    case 'Environment':
      if (value === '') unit.variables.clear();
      for (const word of unitWords(value)) {
        const match = assignmentShape.exec(word);
        if (match?.[1]) unit.variables.set(match[1], expandSpecifiers(match[2] ?? '', context));
      }
      break;
    case 'UnsetEnvironment':
      for (const name of unitWords(value)) unit.variables.delete(name);
      break;
    case 'EnvironmentFile':
      if (value === '') unit.environmentFiles.length = 0;
      else unit.environmentFiles.push(environmentFile(value, context));
      break;
    case 'ExecStart':
      if (value === '') unit.command = [];
      else unit.command = commandWords(value).map((word) => expandSpecifiers(word, context));
      break;
    case 'User':
      if (value === '') delete unit.user;
      else unit.user = value;
      break;
    default:
  }
}

/** 2026.5 quotes a path with blanks, which systemd takes as part of the path; so do we. */
function environmentFile(value: string, context: SpecifierContext) {
  const optional = value.startsWith('-');
  return { path: expandSpecifiers(optional ? value.slice(1) : value, context), optional };
}

function commandWords(value: string): string[] {
  const prefix = /^[-@:+!]*/.exec(value)?.[0] ?? '';
  const words = unitWords(value.slice(prefix.length));
  // With `@` the second word is only the name that the program is told it has.
  return prefix.includes('@') ? [...words.slice(0, 1), ...words.slice(2)] : words;
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
