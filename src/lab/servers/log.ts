import { appendFileSync, mkdirSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { below, type Json } from './json.js';

export type Level = 'INFO' | 'WARN' | 'ERROR';

/** Appends one record to the day's log; `context` is the object that tslog puts first. */
export type Log = (
  subsystem: string | undefined,
  level: Level,
  message: string,
  context?: Json,
) => void;

const levelIds = { INFO: 3, WARN: 4, ERROR: 5 };

/**
 * OpenClaw's JSONL log: `logging.file`, else one file a day. The real one lies under /tmp/openclaw
 * whatever TMPDIR says; the lab's follows TMPDIR, so that a deployment stays in its own directory.
 */
export function openLog(config: Json): { file: string; log: Log } {
  const named = below(config, 'logging').file;
  const file = typeof named === 'string' ? named : dayFile(tmpdir(), new Date());
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const log: Log = (subsystem, level, message, context) => {
    const record = logRecord(new Date(), subsystem, level, message, context);
    try {
      appendFileSync(file, `${JSON.stringify(record)}\n`, { mode: 0o600 });
    } catch {
      // a deployment that is being removed has no log any more
    }
  };
  return { file, log };
}

/** The day's file below a temporary directory; days are local. */
export function dayFile(tmp: string, day: Date): string {
  const name = [day.getFullYear(), pad(day.getMonth() + 1), pad(day.getDate())].join('-');
  return join(tmp, 'openclaw', `openclaw-${name}.log`);
}

/** One line's object, as tslog lays it out; without a subsystem it is console output. */
export function logRecord(
  date: Date,
  subsystem: string | undefined,
  level: Level,
  message: string,
  context?: Json,
): Json {
  const name = subsystem === undefined ? 'openclaw' : JSON.stringify({ subsystem });
  const texts = context === undefined ? { 1: message } : { 1: context, 2: message };
  return {
    ...(subsystem === undefined ? { 0: message } : { 0: name, ...texts }),
    _meta: {
      runtime: 'node',
      runtimeVersion: process.versions.node,
      hostname: hostname(),
      name,
      date: date.toISOString(),
      logLevelId: levelIds[level],
      logLevelName: level,
    },
    time: withOffset(date),
    hostname: hostname(),
    message,
  };
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

function withOffset(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const local = new Date(date.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  const size = Math.abs(minutes);
  return `${local}${minutes < 0 ? '-' : '+'}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}
