import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Remedy } from '../../../../src/model/remedy.js';
import { finished } from '../../harness/clawdoctor.js';
import { type Config, configFor } from '../../harness/config.js';
import { type Gateway, startGateway } from '../../harness/gateway.js';
import { ensureOpenClaw } from '../../harness/install.js';
import type { At } from './scenario.js';

export const both = ['2026.5.18', '2026.9.6'] as const;
export const only5 = ['2026.5.18'] as const;
export const only9 = ['2026.9.6'] as const;

export const variable = 'OPENCLAW_GATEWAY_TOKEN';
export const managed = { OPENCLAW_SERVICE_KIND: 'gateway' };

export interface Start {
  /** `gateway.auth`, instead of the token of this place. */
  auth?: Config;
  extra?: Config;
  env?: Record<string, string>;
  args?: string[];
  /** Another HOME than that of this place. */
  home?: string;
  /** It has to end before it is ready. */
  fails?: true;
}

/** The config of this place: a token, loopback, and its own log file. */
export function configOf(at: At, { auth, extra = {} }: Start = {}): Config {
  const { line, port, logFile, token } = at;
  const base = configFor({ line, port, logFile, extra });
  const gateway = base.gateway as Config;
  return { ...base, gateway: { ...gateway, auth: auth ?? { mode: 'token', token } } };
}

export async function start(at: At, options: Start = {}): Promise<Gateway> {
  const { line, port } = at;
  const { home = at.home, env, args, fails } = options;
  const config = configOf(at, options);
  const more = { ...(env && { env }), ...(args && { args }) };
  const gateway = await startGateway({ line, home, port, config, waitMs: 150_000, ...more });
  if (gateway.ready === (fails === true))
    throw new Error(`ready: ${gateway.ready}\n${gateway.output()}`);
  at.gateway = gateway;
  return gateway;
}

/** A file of this HOME (0600), and the directories above it. */
export async function put({ home }: At, name: string, content: unknown): Promise<string> {
  const file = path.join(home, name);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

/** Everybody may look into these directories of the HOME, and into the HOME itself. */
export async function openTo({ home }: At, mode: number, ...names: string[]): Promise<void> {
  for (const name of ['.', ...names]) await chmod(path.join(home, name), mode);
}

/** The command of a step of the plan, copied unchanged, in this HOME's shell. */
export async function runCommand({ line, home }: At, step: Remedy | undefined): Promise<void> {
  const [file, ...argv] = step?.command ?? [];
  if (file === undefined) throw new Error('a step without a command');
  const { bin } = await ensureOpenClaw(line);
  const env = {
    HOME: home,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    TMPDIR: path.join(home, 'tmp'),
  };
  const { code, stdout, stderr } = await finished(file, argv, { env, cwd: home });
  if (code !== 0) throw new Error(`${step?.id} ended with ${code}:\n${stdout}${stderr}`);
}

/** Stops the gateway of this place and starts it with these options. */
export async function restart(at: At, options: Start = {}): Promise<undefined> {
  await at.gateway?.stop();
  await start(at, options);
}

export function statusOf(port: number, token: string): Promise<number> {
  return fetch(`http://127.0.0.1:${port}/tools/invoke`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  }).then(
    ({ status }) => status,
    () => 0,
  );
}
