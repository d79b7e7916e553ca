import { readFileSync } from 'node:fs';
import { errorCode } from '../model/errors.js';

/** How long what is left open (a socket, a handle) may keep a finished run alive, in ms. */
const lingerMs = 2_000;

/** Runs a command line; ends with `process.exitCode` set and everything written. */
export async function launch(argv: readonly string[], launcher: string): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error) => {
      // `clawdoctor run | head -1`: nobody reads on, and that is no error.
      if (errorCode(error) !== 'EPIPE') throw error;
    });
  }
  if (argv.length === 1 && argv[0] === '--version') printVersion(launcher);
  else await runOclif([...argv], launcher);
  setTimeout(() => process.exit(), lingerMs).unref();
}

/** The text of oclif's own `--version`, without loading oclif. */
function printVersion(launcher: string): void {
  const text = readFileSync(new URL('../package.json', launcher), 'utf8');
  const { name, version } = JSON.parse(text) as { name: string; version: string };
  const { platform, arch, version: node } = process;
  process.stdout.write(`${name}/${version} ${platform}-${arch} node-${node}\n`);
}

async function runOclif(argv: string[], launcher: string): Promise<void> {
  const { Config, flush, run } = await import('@oclif/core');
  let commands: string[] = [];
  // oclif asks the password database for a shell, which throws for a user who is not in it.
  process.env.SHELL ??= 'unknown';
  try {
    const config = await Config.load(launcher);
    commands = config.commandIDs.map((id) => id.replaceAll(':', ' '));
    await run(argv, config);
    await flush();
  } catch (error) {
    const { reportError } = await import('./report-error.js');
    await reportError(error, { argv, commands });
  }
}
