import { writeSync } from 'node:fs';
import { errorDocument, renderErrorJson } from '../render/errors.js';

/** The one document of a run that was interrupted before there was a report. */
export function sayInterrupted(): void {
  const document = errorDocument('usage', 'interrupted before anything was looked at', []);
  try {
    writeSync(1, renderErrorJson({ ...document, exitCode: 130 }));
  } catch {
    // Nobody reads it.
  }
}

function onSigint(): void {
  sayInterrupted();
  process.exit(130);
}

/** With `--json`, Ctrl-C before the run has begun is answered with a document too. */
export function answerEarlyInterrupt(): void {
  process.on('SIGINT', onSigint);
}

/** From here on somebody else answers to Ctrl-C. */
export function endEarlyInterrupt(): void {
  process.removeListener('SIGINT', onSigint);
}
