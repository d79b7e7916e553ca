import { appendFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { Children, serverScript } from '../../../src/lab/children.js';
import { put, putUnit } from '../../../src/lab/place.js';
import type { Hand, Shell } from '../deployment.js';

/** A file by its name alone: the directory is another one in every staging. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export const restart: Hand = async (_step, shell) => {
  await shell.run(['openclaw', 'gateway', 'restart']);
};
export const stop: Hand = async (_step, shell) => {
  await shell.run(['openclaw', 'gateway', 'stop']);
};
export const start: Hand = async (_step, shell) => {
  await shell.run(['openclaw', 'gateway', 'start']);
};
export const nothing: Hand = () => {};

/** Variables of the operator's shell. */
export const forget =
  (...names: string[]): Hand =>
  (_step, shell) => {
    for (const name of names) delete shell.env[name];
  };
export const exportAgain =
  (name: string, value = 'a-value-of-yesterday-77d1c0aa41'): Hand =>
  (_step, shell) => {
    shell.env[name] = value;
  };

export function stateFile(shell: Shell, ...path: string[]): string {
  return join(shell.deployment.home, '.openclaw', ...path);
}

/** `openclaw config set`, and the moment that the gateway needs to see it. */
export async function setConfig(shell: Shell, path: string, value: unknown): Promise<void> {
  await shell.run(['openclaw', 'config', 'set', path, JSON.stringify(value)]);
  await sleep(400);
}
export const configured =
  (path: string, value: unknown): Hand =>
  (_step, shell) =>
    setConfig(shell, path, value);

/** What a process of the staging was started with: the operator who started it knows it. */
export async function environmentValue(shell: Shell, name: string): Promise<string> {
  for (const pid of shell.deployment.pids) {
    const text = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    const found = text.split('\0').find((row) => row.startsWith(`${name}=`));
    if (found !== undefined) return found.slice(name.length + 1);
  }
  throw new Error(`no process has ${name}`);
}

/** A line for `<state>/.env`, which the gateway and its clients read. */
export const giveVariable =
  (name: string, value?: string): Hand =>
  async (_step, shell) => {
    const given = value ?? (await environmentValue(shell, name));
    await appendFile(stateFile(shell, '.env'), `${name}=${given}\n`, { mode: 0o600 });
  };
export const takeVariable: Hand = (_step, shell) => rm(stateFile(shell, '.env'));

/** The other HOME's gateway ends, and the one of this config gets its port. */
export const ownGateway =
  (name: string): Hand =>
  async (step, shell) => {
    await otherGateway(shell, name, 'stop');
    await fromCleanShell(step, shell);
  };

/** `openclaw gateway run`, from a shell that exports nothing of OpenClaw. */
export const fromCleanShell: Hand = async (_step, shell) => {
  const { home } = shell.deployment;
  const children = new Children();
  onTestFinished(() => children.stopAll());
  const { PATH = '', TMPDIR = '' } = shell.env;
  const env = { PATH, TMPDIR, HOME: home };
  const spec = { script: serverScript('gateway'), args: ['--line', '2026.5'], env, cwd: home };
  const child = await children.start(spec);
  started.set(shell, child);
};
const started = new WeakMap<Shell, { stop(): Promise<void> }>();

/** Ends what `fromCleanShell` has started. */
export const endClean: Hand = (_step, shell) => started.get(shell)?.stop();

/** Ends what `ownGateway` has started, and starts the other again. */
export const otherAgain =
  (name: string): Hand =>
  async (step, shell) => {
    await endClean(step, shell);
    await otherGateway(shell, name, 'start');
  };

async function otherGateway(shell: Shell, name: string, verb: string): Promise<void> {
  const other = join(shell.deployment.home, '..', 'homes', name, '.openclaw');
  await shell.run(['env', `OPENCLAW_STATE_DIR=${other}`, 'openclaw', 'gateway', verb]);
}

/** Ends the one process of the staging whose command line names this program. */
export const endProgram =
  (name: string): Hand =>
  async (_step, shell) => {
    const commandOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    for (const pid of shell.deployment.pids)
      if ((await commandOf(pid)).includes(name)) process.kill(pid, 'SIGTERM');
    for (let tries = 0; tries < 100; tries++) {
      const commands = await Promise.all(shell.deployment.pids.map(commandOf));
      if (!commands.some((text) => text.includes(name))) return;
      await sleep(50);
    }
    throw new Error(`${name} does not end`);
  };

/** Makes everything that the log says that much older: the time passes, and nothing happens. */
export async function later(shell: Shell, minutes: number): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const file = join(shell.deployment.host.logDir, `openclaw-${day}.log`);
  const text = await readFile(file, 'utf8');
  const older = (stamp: string) => new Date(Date.parse(stamp) - minutes * 60_000).toISOString();
  const stamps = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)/g;
  await writeFile(file, text.replace(stamps, older));
}

/** A user unit as `gateway install` writes it, and the gateway started by it. */
export async function byUnit(shell: Shell, more: readonly string[] = []): Promise<void> {
  const { home } = shell.deployment;
  const text = await readFile(stateFile(shell, 'openclaw.json'), 'utf8');
  const { port } = (JSON.parse(text) as { gateway: { port: number } }).gateway;
  const at = join(home, '..');
  const entry = join(at, 'lib', 'node_modules', 'openclaw', 'openclaw.mjs');
  await putUnit(home, { entry, node: join(at, 'bin', 'node'), port, more });
  await shell.run(['systemctl', '--user', 'restart', 'openclaw-gateway.service']);
}

/** One text of a file of the HOME for another. */
export async function replaceIn(
  shell: Shell,
  path: string,
  from: RegExp,
  to: string,
): Promise<void> {
  const file = join(shell.deployment.home, path);
  const text = await readFile(file, 'utf8');
  if (!from.test(text)) throw new Error(`${path} has nothing like ${String(from)}`);
  await put(file, text.replace(from, to), 0o644);
}
