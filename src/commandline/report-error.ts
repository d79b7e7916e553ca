import { errorCode, UserError } from '../model/errors.js';
import type { ErrorDocument } from '../render/errors.js';
import { errorDocument, renderError, renderErrorJson } from '../render/errors.js';
import { withoutColours } from '../render/plain-text.js';
import { nearest } from './nearest.js';
import { isOutputFailure } from './output-failure.js';
import { styleOf, write } from './terminal.js';
import { wantsJson } from './wants-json.js';

/**
 * Says why nothing was done and sets the exit code: 2 for everything but help and version. With
 * `--json` the answer is one document on stdout. A foreign error's message may hold what it was
 * given, so only its code is said.
 */
export async function reportError(
  error: unknown,
  { argv, commands = [] }: { argv: readonly string[]; commands?: readonly string[] },
): Promise<void> {
  if (isOutputFailure(error)) {
    process.exitCode = 2;
    return;
  }
  const asked = exitOf(error);
  if (asked === 0) return;
  const document = documentOf(error, commands);
  process.exitCode = document.exitCode;
  if (wantsJson(argv)) await write('stdout', renderErrorJson(document));
  else await write('stderr', renderError(document, styleOf('stderr').unicode));
  if (process.env.CLAWDOCTOR_DEBUG && error instanceof Error) {
    await write('stderr', `${framesOf(error)}\n`);
  }
}

function documentOf(error: unknown, commands: readonly string[]): ErrorDocument {
  if (error instanceof UserError) return errorDocument('usage', error.message, error.suggestions);
  const missing = /^command (.+) not found$/.exec(cliMessage(error) ?? '');
  if (missing) {
    const name = (missing[1] ?? '').replaceAll(':', ' ');
    const [command = ''] = name.split(' ');
    if (commands.includes(command)) {
      return errorDocument('usage', `${command} takes no such argument`, [
        `clawdoctor help ${command}`,
      ]);
    }
    const near = nearest(name, commands).map((id) => `clawdoctor ${id}`);
    const hints = near.length > 0 ? near : ['clawdoctor help   lists the commands'];
    return errorDocument('usage', `there is no command "${name}"`, hints);
  }
  const message = cliMessage(error);
  if (message !== undefined) return errorDocument('usage', message, ['clawdoctor help COMMAND']);
  return errorDocument('internal', `a fault of clawdoctor itself (${errorCode(error)})`, [
    'CLAWDOCTOR_DEBUG=1 shows where; please report it',
  ]);
}

/** The sentence of an oclif usage error, without colours and without its pointer to the help. */
function cliMessage(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('oclif' in error)) return undefined;
  return withoutColours(error.message)
    .replace(/\nSee more help with.*$/s, '')
    .replace(/^Error: /, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('The following error'))
    .map(withoutValue)
    .join('; ');
}

/** What was typed where nothing is known may be a secret (`--token=...`): it is not repeated. */
function withoutValue(line: string): string {
  if (line.startsWith('Nonexistent flag')) return line.replace(/=.*?(?=, -|$)/g, '');
  return line.replace(/^(Unexpected arguments?):.*$/, '$1');
}

/** oclif ends help and version by throwing an error with exit code 0. */
function exitOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('oclif' in error)) return undefined;
  const { oclif } = error;
  const code = typeof oclif === 'object' && oclif !== null && 'exit' in oclif && oclif.exit;
  return typeof code === 'number' ? code : undefined;
}

/** Where it happened; an error's message is left out, it could quote what was read. */
function framesOf(error: Error): string {
  const lines = error.stack?.split('\n') ?? [];
  return lines.filter((line) => /^\s+at /.test(line)).join('\n');
}
