import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Report } from '../../src/model/report.js';
import type { ErrorDocument } from '../../src/render/errors.js';

export const launcher = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

/** One run of the built program, as a user's shell would start it. */
export interface Ran {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  wallMs: number;
}

export interface RunOptions {
  /** The whole environment of the process. */
  env: Readonly<Record<string, string | undefined>>;
  cwd?: string;
  uid?: number;
  /** Modules that Node loads before the program. */
  preload?: readonly string[];
  /** Called with the pid as soon as there is one. */
  onStart?(pid: number): void;
  /** The program is ended by force after this; a test that sees that has found a hang. */
  patienceMs?: number;
}

/** Ends with the exit code and everything that was printed; never rejects for an exit code. */
export function clawdoctor(argv: readonly string[], options: RunOptions): Promise<Ran> {
  const preload = (options.preload ?? []).flatMap((module) => ['--import', module]);
  const started = Date.now();
  const child = spawn(process.execPath, [...preload, launcher, ...argv], {
    env: options.env,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const patience = setTimeout(() => child.kill('SIGKILL'), options.patienceMs ?? 60_000);
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  if (child.pid !== undefined) options.onStart?.(child.pid);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(patience);
      resolve({
        code,
        signal,
        stdout: Buffer.concat(out).toString('utf8'),
        stderr: Buffer.concat(err).toString('utf8'),
        wallMs: Date.now() - started,
      });
    });
  });
}

/** Stdout as the one JSON document that `--json` promises. */
export function reportOf(ran: Ran): Report {
  return documentOf(ran) as unknown as Report;
}

export function errorOf(ran: Ran): ErrorDocument {
  return documentOf(ran) as unknown as ErrorDocument;
}

function documentOf(ran: Ran): Record<string, unknown> {
  if (!ran.stdout.endsWith('}\n')) {
    throw new Error(`no JSON document: exit ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
  }
  return JSON.parse(ran.stdout) as Record<string, unknown>;
}
