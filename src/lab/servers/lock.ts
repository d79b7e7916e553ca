import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Paths } from './config.js';
import { type Json, readObject } from './json.js';
import type { LabLine } from './line.js';

/** `<tmp>/openclaw-<uid>` on 2026.5, `<state>/tmp/openclaw-<uid>` on 2026.9. */
export function lockDirectory(paths: Paths, line: LabLine): string {
  const base = line === '2026.5' ? tmpdir() : join(paths.stateDir, 'tmp');
  return join(base, `openclaw-${process.getuid?.() ?? 0}`);
}

/** First 8 hex digits of the config path's SHA-256: equal to both releases' file names. */
function lockName(configPath: string): string {
  return `gateway.${createHash('sha256').update(configPath).digest('hex').slice(0, 8)}.lock`;
}

/** The pid of the live gateway that holds this config's lock. */
export function lockOwner(paths: Paths, line: LabLine): number | undefined {
  const file = join(lockDirectory(paths, line), lockName(paths.configPath));
  if (!existsSync(file)) return undefined;
  const { pid, startTime } = readObject(file);
  if (typeof pid !== 'number' || startTicks(pid) === undefined) return undefined;
  return startTime === undefined || startTicks(pid) === startTime ? pid : undefined;
}

/** Takes the lock; the answer gives it back. */
export function takeLock(paths: Paths, line: LabLine, port: number): () => void {
  const directory = lockDirectory(paths, line);
  mkdirSync(directory, { recursive: true, mode: line === '2026.5' ? 0o755 : 0o700 });
  const name = join(directory, lockName(paths.configPath));
  const files = line === '2026.5' ? [name] : [name, join(directory, 'gateway.state.lock')];
  for (const file of files) {
    writeFileSync(file, lockText(paths, line, port));
    chmodSync(file, line === '2026.5' ? 0o644 : 0o600);
    if (line === '2026.9') writeFileSync(`${file}.sqlite`, '');
  }
  return () => {
    for (const file of files) rmSync(file, { force: true });
  };
}

function lockText(paths: Paths, line: LabLine, port: number): string {
  const createdAt = new Date().toISOString();
  const start = startTicks(process.pid);
  const end: Json = start === undefined ? {} : { startTime: start };
  const { configPath, stateDir } = paths;
  if (line === '2026.5') return JSON.stringify({ pid: process.pid, createdAt, configPath, ...end });
  const owner = { ownerId: randomUUID(), cronOwnerProjection: 'dynamic-default-v1' };
  const entry = { pid: process.pid, ...owner, createdAt, configPath, stateDir, port, ...end };
  return `${JSON.stringify(entry, null, 2)}\n`.padEnd(448, '\t ');
}

/** Field 22 of /proc/<pid>/stat; undefined when the process is gone or there is no /proc. */
function startTicks(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[19]);
  } catch {
    return undefined;
  }
}
