import { readFile } from 'node:fs/promises';
import { errorCode, failureState } from '../files/error-code.js';

/** The environment that a process was started with; raw, so it stays inside src/observe. */
export type Environ =
  | { state: 'ok'; variables: ReadonlyMap<string, string> }
  | { state: 'denied' | 'absent' | 'error'; reason: string };

/** /proc/<pid>/environ: readable to the same user and root. The first of two equal names counts. */
export async function readEnviron(procRoot: string, pid: number): Promise<Environ> {
  try {
    const text = await readFile(`${procRoot}/${pid}/environ`, 'utf8');
    const variables = new Map<string, string>();
    for (const entry of text.split('\0')) {
      const equals = entry.indexOf('=');
      const name = entry.slice(0, equals);
      if (equals > 0 && !variables.has(name)) variables.set(name, entry.slice(equals + 1));
    }
    return { state: 'ok', variables };
  } catch (error) {
    const code = errorCode(error);
    // A process that has just ended answers ESRCH.
    const state = code === 'ESRCH' ? 'absent' : failureState(code);
    if (state === 'denied') return { state, reason: deniedReason };
    return { state, reason: state === 'absent' ? 'the process is gone' : code };
  }
}

const deniedReason =
  'another user owns the process (EACCES); run clawdoctor as that user or as root to know it';
