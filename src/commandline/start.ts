import { join } from 'node:path';
import { UserError } from '../model/errors.js';
import { execute } from './execute.js';
import { localHost } from './local-host.js';
import { diagnoseOptions } from './options.js';
import { reportError } from './report-error.js';
import { runLab } from './run-lab.js';
import { write } from './terminal.js';

const showcase = 'ollama-proxy-token-divergence';

/**
 * `npm start`: diagnoses this host; where there is nothing to look at, says so in one line and
 * diagnoses a staged deployment under a banner. Only this host's findings set the exit code.
 */
export async function start(): Promise<void> {
  try {
    process.exitCode = await diagnoseHere();
  } catch (error) {
    // Without flags, the only thing that a user can be told is that nothing is here.
    if (!(error instanceof UserError)) return reportError(error, { argv: [] });
    await write('stdout', `clawdoctor: ${error.message}; here is a staged one instead.\n\n`);
    try {
      await runLab(showcase, {});
      process.exitCode = 0;
    } catch (fault) {
      await reportError(fault, { argv: [] });
    }
  }
}

function diagnoseHere() {
  const host = localHost();
  return execute({
    options: diagnoseOptions('run', {}, { cwd: host.cwd, checkIds: [] }),
    host,
    json: false,
    verbose: false,
    anonymize: false,
    evidence: { dir: join(host.ownStateDir, 'evidence'), explicit: false },
  });
}
