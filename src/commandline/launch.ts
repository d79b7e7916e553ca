import { readFileSync } from 'node:fs';
import { answerEarlyInterrupt, endEarlyInterrupt } from './early-interrupt.js';
import { watchOutput } from './output-failure.js';
import { wantsJson } from './wants-json.js';

/** How long what is left open (a socket, a handle) may keep a finished run alive, in ms. */
const lingerMs = 2_000;

/** Runs a command line; ends with `process.exitCode` set and everything written. */
export async function launch(argv: readonly string[], launcher: string): Promise<void> {
  const json = wantsJson(argv);
  watchOutput(json);
  if (json) answerEarlyInterrupt();
  if (argv.length === 1 && argv[0] === '--version') printVersion(launcher);
  else await runOclif([...argv], launcher);
  endEarlyInterrupt();
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
