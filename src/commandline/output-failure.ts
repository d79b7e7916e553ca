import { writeSync } from 'node:fs';
import { errorCode } from '../model/errors.js';
import type { Stream } from './terminal.js';

/**
 * Ends the process when a stream cannot be written (a full disk): one sentence on the other one,
 * exit code 2. A reader that went away (`clawdoctor run | head -1`) is no error.
 */
export function watchOutput(json: boolean): void {
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].on('error', (error) => {
      if (errorCode(error) !== 'EPIPE') outputFailed(stream, errorCode(error), json);
    });
  }
}

/** Whether one of our streams failed with it: `watchOutput` says so. */
export function isOutputFailure(error: unknown): boolean {
  return (
    error instanceof Error && [process.stdout, process.stderr].some((s) => s.errored === error)
  );
}

function outputFailed(stream: Stream, code: string, json: boolean): never {
  const other = stream === 'stdout' ? 2 : 1;
  try {
    // With `--json`, stdout holds one document or nothing.
    if (other === 2 || !json) writeSync(other, `clawdoctor: cannot write to ${stream} (${code})\n`);
  } catch {
    // The other one is no better.
  }
  process.exit(2);
}
