import { spawn } from 'node:child_process';
import { chown, readdir } from 'node:fs/promises';
import { get } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, isPlain, parse, writeConfig } from './config.js';
import { removeHomes } from './home.js';
import { ensureOpenClaw, type OpenClawLine } from './install.js';
import { capture, exitOf, killGroup, minimalEnv } from './processes.js';

// Everything stays on loopback, in a HOME of its own, and only processes that were started here are ever signalled.
// Call cleanUp() in afterAll.

export interface GatewayOptions {
  line: OpenClawLine;
  home: string;
  port: number;
  /** Written to <home>/.openclaw/openclaw.json (0600); a string is written as it is. Left out: what is there stays. */
  config?: Config | string;
  env?: Record<string, string>;
  /** After `gateway run`. */
  args?: string[];
  /** Needs root, and a cache that this user can read (CLAWDOCTOR_REAL_CACHE). */
  runAs?: { uid: number; gid: number };
  waitMs?: number;
}

export interface Gateway {
  pid: number;
  port: number;
  home: string;
  stateDir: string;
  url: string;
  /** False when the process ended before it was ready. */
  ready: boolean;
  /** The exit code, 128+n after signal n. */
  exited: Promise<number>;
  output(): string;
  stop(): Promise<void>;
}

const gateways = new Set<Gateway>();

/** Starts `openclaw gateway run` and waits until it is ready, or has ended. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { line, home, port, config, env = {}, args = [], runAs, waitMs = 60_000 } = options;
  const { node, entry, bin } = await ensureOpenClaw(line);
  const stateDir = path.join(home, '.openclaw');
  if (config !== undefined) await writeConfig(home, config);
  if (runAs) await giveTo(home, runAs);
  const child = spawn(node, [entry, 'gateway', 'run', ...portArgs(config, port), ...args], {
    cwd: home,
    env: minimalEnv(home, bin, env),
    detached: true, // a process group of its own, so that its children can be ended with it
    stdio: ['ignore', 'pipe', 'pipe'],
    ...runAs,
  });
  const output = capture(child);
  const exited = exitOf(child);
  let over = false;
  void exited.then(() => {
    over = true;
  });
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid as number;
  const url = `http://127.0.0.1:${port}`;
  const gateway: Gateway = { pid, port, home, stateDir, url, ready: false, exited, output, stop };
  gateways.add(gateway);

  async function stop(): Promise<void> {
    if (!over) process.kill(pid, 'SIGTERM');
    await Promise.race([exited, sleep(10_000, undefined, { ref: false })]);
    killGroup(pid);
    await exited;
    gateways.delete(gateway);
  }

  const deadline = Date.now() + waitMs;
  while (!over && !gateway.ready) {
    if (Date.now() > deadline) {
      await stop();
      throw new Error(`OpenClaw ${line} was not ready within ${waitMs} ms:\n${output()}`);
    }
    gateway.ready = (await isReady(url)) && !over;
    if (!gateway.ready) await sleep(100);
  }
  return gateway;
}

/** Stops what still runs and removes the homes. */
export async function cleanUp(): Promise<void> {
  await Promise.all([...gateways].map((gateway) => gateway.stop()));
  await removeHomes();
}

process.once('exit', () => {
  for (const gateway of gateways) killGroup(gateway.pid);
});

function portArgs(config: Config | string | undefined, port: number): string[] {
  const inConfig = isPlain(config) && isPlain(config.gateway) && config.gateway.port === port;
  return inConfig ? [] : ['--port', String(port)];
}

async function giveTo(home: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await chown(home, uid, gid);
  for (const name of await readdir(home, { recursive: true }))
    await chown(path.join(home, name), uid, gid);
}

async function isReady(url: string): Promise<boolean> {
  const [health, ready] = await Promise.all([
    fetchJson(`${url}/healthz`),
    fetchJson(`${url}/readyz`),
  ]);
  return health.status === 'live' && ready.ready === true;
}

function fetchJson(url: string): Promise<Config> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 2000 }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () => resolve(parse(text)));
      response.once('error', () => resolve({}));
    });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve({}));
  });
}
