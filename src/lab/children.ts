import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A process of ours that said `ready`. */
export interface Child {
  pid: number;
  stop(): Promise<void>;
}

export interface ChildSpec {
  script: string;
  args?: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
}

const readyMs = 15_000;
const patienceMs = 2_000;

/** The compiled program; tests load this file as TypeScript and still run the build's. */
export function serverScript(name: string): string {
  const beside = fileURLToPath(new URL(`./servers/${name}.js`, import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL(`../../dist/src/lab/servers/${name}.js`, import.meta.url));
}

/** The processes of one deployment; only these are ever signalled. */
export class Children {
  readonly #running = new Map<number, Child>();

  get pids(): number[] {
    return [...this.#running.keys()];
  }

  get(pid: number): Child | undefined {
    return this.#running.get(pid);
  }

  /** Resolves when the process has said `ready`; rejects with what it printed when it ended. */
  async start(spec: ChildSpec): Promise<Child> {
    const process_ = spawn(process.execPath, [spec.script, ...(spec.args ?? [])], {
      env: spec.env,
      cwd: spec.cwd,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const gone = new Promise<void>((resolve) => process_.once('exit', () => resolve()));
    const { pid } = process_;
    if (pid === undefined) throw new Error('the lab could not start a process');
    const child: Child = { pid, stop: () => stop(process_, gone) };
    this.#running.set(pid, child);
    void gone.then(() => this.#running.delete(pid));
    try {
      await ready(process_, gone);
    } catch (error) {
      await child.stop();
      throw error;
    }
    // A diagnosis that is over must not wait for its deployment.
    process_.unref();
    for (const stream of [process_.stdin, process_.stdout, process_.stderr])
      (stream as unknown as { unref?(): void } | null)?.unref?.();
    return child;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.values()].map((child) => child.stop()));
  }
}

async function ready(child: ChildProcess, gone: Promise<void>): Promise<void> {
  let output = '';
  const said = new Promise<true>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (chunk: string) => {
        output = (output + chunk).slice(-4000);
        if (/^ready\b/m.test(output)) resolve(true);
      });
  });
  const deadline = sleep(readyMs, false as const, { ref: false });
  const outcome = await Promise.race([said, gone, deadline]);
  if (outcome !== true)
    throw new Error(`a lab process ${outcome === false ? 'hung' : 'ended'}: ${output.trim()}`);
}

async function stop(child: ChildProcess, gone: Promise<void>): Promise<void> {
  // Unreferenced while it ran; now somebody waits for its end.
  child.ref();
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const late = await Promise.race([
    gone.then(() => false),
    sleep(patienceMs, true, { ref: false }),
  ]);
  if (late) child.kill('SIGKILL');
  await gone;
}
