import { isRecord, member } from '../clean.js';

/** One log line taken apart. `message` is hostile free text: it must not leave the scanner. */
export interface LogRecord {
  /** Milliseconds since the epoch. */
  atMs: number;
  /** `gateway/ws`, `gateway`, `gateway/reload` ...; empty for a line without one. */
  subsystem: string;
  message: string;
  /** The object that stands before the message, where there is one. */
  context: Record<string, unknown>;
}

/** Colours and other control sequences of a terminal (ECMA-48 CSI). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is taken out
const controlSequence = /\u001b\[[0-9;?]*[ -/]*[@-~]/g;

/**
 * A line as OpenClaw writes it: JSON of the file log (2026.3, 2026.5, 2026.9), or the text of its
 * console, colours included, where somebody sends that to the file. `broken` is a line that cannot
 * be read or that has no time.
 */
export function readLogLine(line: string): LogRecord | 'broken' {
  const quick = usualLine(line);
  if (quick) return quick;
  const text = line.trim();
  return text.startsWith('{') ? jsonLine(text) : consoleLine(text);
}

const head = '{"0":"{\\"subsystem\\":\\"';
const middle = '\\"}","1":"';

/**
 * The usual line, `{"0":"{\"subsystem\":\"X\"}","1":"text",...,"time":"...",...}`, read by its exact
 * beginning: in a storm of refusals most of the time would go into JSON.parse. An escape in the text
 * or anything unusual is left to the whole parser.
 */
function usualLine(line: string): LogRecord | undefined {
  if (!line.startsWith(head)) return undefined;
  const nameEnd = line.indexOf(middle, head.length);
  if (nameEnd < 0 || nameEnd > head.length + 60) return undefined;
  const start = nameEnd + middle.length;
  const end = line.indexOf('"', start);
  const subsystem = line.slice(head.length, nameEnd);
  const last = line.codePointAt(line.length - 1);
  if (end < 0 || last !== 0x7d || !/^[\w/-]+$/.test(subsystem)) return undefined;
  const message = line.slice(start, end);
  const time = line.indexOf('"time":"', end);
  const timeEnd = time < 0 ? -1 : line.indexOf('"', time + 8);
  const atMs = timeEnd < 0 ? undefined : timeOf(line.slice(time + 8, timeEnd));
  if (atMs === undefined || message.includes('\\') || message === '') return undefined;
  return { atMs, subsystem, message, context: {} };
}

function jsonLine(text: string): LogRecord | 'broken' {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'broken';
  }
  const atMs = timeOf(member(value, 'time')) ?? timeOf(member(member(value, '_meta'), 'date'));
  if (atMs === undefined) return 'broken';
  const first = member(value, '0');
  const second = member(value, '1');
  const subsystem = subsystemOf(first);
  const context = isRecord(second) ? second : {};
  const spoken = [
    isRecord(second) ? member(value, '2') : second,
    member(value, 'message'),
    subsystem === '' ? first : undefined,
  ].find((part) => typeof part === 'string' && part !== '');
  if (typeof spoken !== 'string') return 'broken';
  return { atMs, subsystem, message: plain(spoken), context };
}

/** When a line was written, from its text alone: it need not be one that we understand. */
export function lineTime(line: string): number | undefined {
  const text = line.slice(0, 65_536);
  return timeOf(
    /"time":"([^"]{10,40})"/.exec(text)?.[1] ??
      /"date":"([^"]{10,40})"/.exec(text)?.[1] ??
      /^\S{20,40}(?= \[)/.exec(plain(text).trimStart())?.[0],
  );
}

/** `2026-11-21T04:04:28.819+00:00 [ws] unauthorized conn=...`: the prefix `gateway/` is left out there. */
function consoleLine(text: string): LogRecord | 'broken' {
  const found =
    /^(\d{4}-\d\d-\d\dT[0-9:.]{8,15}(?:Z|[+-]\d\d:?\d\d))\s+(?:\[([\w/-]{1,60})\]\s+)?(.*)$/s.exec(
      plain(text),
    );
  const atMs = timeOf(found?.[1]);
  if (!found || atMs === undefined) return 'broken';
  const name = found[2] ?? '';
  const subsystem = ['ws', 'reload', 'secrets', 'shutdown'].includes(name)
    ? `gateway/${name}`
    : name;
  return { atMs, subsystem, message: found[3] ?? '', context: {} };
}

/** tslog puts the subsystem first, as JSON in a string. */
function subsystemOf(first: unknown): string {
  const found = typeof first === 'string' ? /^\{"subsystem":"([\w/-]{1,60})"\}$/.exec(first) : null;
  return found?.[1] ?? '';
}

function plain(text: string): string {
  return text.includes('\u001b') ? text.replace(controlSequence, '') : text;
}

function timeOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined;
  const at = Date.parse(value);
  return Number.isFinite(at) && at > 0 ? at : undefined;
}
