import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { type Deployment, stage } from '../../src/lab/index.js';
import type { Remedy } from '../../src/model/remedy.js';
import type { Report } from '../../src/model/report.js';
import { clawdoctor, type Ran, reportOf } from './run-clawdoctor.js';

/** A staged deployment, and the operator's shell in front of it, which a test may change. */
export interface Shell {
  deployment: Deployment;
  env: Record<string, string | undefined>;
  /** `clawdoctor ...` in that shell. */
  clawdoctor(...argv: string[]): Promise<Ran>;
  diagnose(...argv: string[]): Promise<Report>;
  /** Any other command in that shell; throws with what it printed when it fails. */
  run(argv: readonly string[]): Promise<string>;
}

/** Stages a scenario; it is gone after the test. */
export async function shellOf(scenario: string): Promise<Shell> {
  const deployment = await stage(scenario);
  onTestFinished(() => deployment.stop());
  const env: Record<string, string | undefined> = { ...deployment.host.env };
  const at = { env, cwd: deployment.home };
  const shell: Shell = {
    deployment,
    env,
    clawdoctor: (...argv) => clawdoctor(argv, at),
    diagnose: async (...argv) => reportOf(await shell.clawdoctor('run', '--json', ...argv)),
    run: (argv) => command(argv, at),
  };
  return shell;
}

function command(
  argv: readonly string[],
  at: { env: Readonly<Record<string, string | undefined>>; cwd: string },
): Promise<string> {
  const [program = '', ...rest] = argv;
  const child = spawn(program, rest, { ...at, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(text);
      else reject(new Error(`${argv.join(' ')} ended with ${code}: ${text}`));
    });
  });
}

/** What a person does for a step that has no command: brings its postcondition about. */
export type Hand = (step: Remedy, shell: Shell) => Promise<void> | void;

/** Walks a plan as an operator would; a step that nobody knows how to take is a fault of the test. */
export async function follow(
  plan: readonly Remedy[],
  shell: Shell,
  hands: Readonly<Record<string, Hand>>,
): Promise<string[]> {
  const taken: string[] = [];
  for (const step of plan) {
    taken.push(step.id);
    if (step.command?.[0] === 'clawdoctor') continue;
    if (step.command) await shell.run(step.command);
    else {
      const hand = hands[step.id];
      if (!hand) throw new Error(`nobody can take ${step.id}: ${step.postcondition}`);
      await hand(step, shell);
    }
  }
  // A config that is edited twice in one tick of the file system's clock looks unedited.
  await sleep(50);
  return taken;
}
