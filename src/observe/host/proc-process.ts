import { readFile, readlink, stat } from 'node:fs/promises';
import { cleanText } from '../../domain/clean.js';

/** What everybody may know of a process. */
export interface ProcessStat {
  pid: number;
  comm: string;
  /** One letter of proc(5); `T` and `t` are stopped. */
  state: string;
  parent: number;
  /** Clock ticks after boot; with the pid, this names one process for ever. */
  startTicks: number;
  uid: number;
}

/** USER_HZ, which is 100 on every architecture that Node runs on. */
const ticksPerSecond = 100;

/** Undefined when there is no such process. */
export async function readProcess(procRoot: string, pid: number): Promise<ProcessStat | undefined> {
  try {
    const [text, folder] = await Promise.all([
      readFile(`${procRoot}/${pid}/stat`, 'latin1'),
      stat(`${procRoot}/${pid}`),
    ]);
    // The name stands in parentheses and may hold any character, parentheses too.
    const open = text.indexOf('(');
    const close = text.lastIndexOf(')');
    const fields = text.slice(close + 2).split(' ');
    if (open < 0 || close < 0) return undefined;
    return {
      pid,
      comm: cleanText(text.slice(open + 1, close), 64) ?? '',
      state: fields[0] ?? '',
      parent: Number(fields[1]),
      startTicks: Number(fields[19]),
      uid: folder.uid,
    };
  } catch {
    return undefined;
  }
}

/** When a process started, in ms since the epoch, rounded to whole ticks. */
export async function startedAt(
  procRoot: string,
  process: Pick<ProcessStat, 'startTicks'>,
): Promise<number | undefined> {
  const text = await readFile(`${procRoot}/stat`, 'latin1').catch(() => '');
  const boot = /^btime (\d+)$/m.exec(text)?.[1];
  if (boot === undefined || !Number.isFinite(process.startTicks)) return undefined;
  return Number(boot) * 1000 + Math.round((process.startTicks / ticksPerSecond) * 1000);
}

/** The arguments, at most 64 KiB of them; empty for a kernel thread or a process that is gone. */
export async function readArguments(procRoot: string, pid: number): Promise<string[]> {
  const text = await readFile(`${procRoot}/${pid}/cmdline`, 'utf8').catch(() => '');
  return text
    .slice(0, 65_536)
    .split('\0')
    .filter((part) => part !== '');
}

/** The working directory, where we may know it. */
export function workingDirectory(procRoot: string, pid: number): Promise<string | undefined> {
  return readlink(`${procRoot}/${pid}/cwd`).catch(() => undefined);
}

/** `<pid>:<start ticks>`: changes when the process does. `-` when there is none. */
export async function processWitness(
  procRoot: string | undefined,
  pid: number | undefined,
): Promise<string> {
  const process = procRoot && pid !== undefined ? await readProcess(procRoot, pid) : undefined;
  return process ? `${process.pid}:${process.startTicks}` : '-';
}
