import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { constants, homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { WebSocket } from 'ws';

// The real OpenClaw, for the tests that must not trust our own lab. Everything stays on loopback, in a HOME of its own,
// and only processes that this file started are ever signalled. Call cleanUp() in afterEach or afterAll.

export type OpenClawLine = '2026.5.18' | '2026.9.6';
export const openClawLines: readonly OpenClawLine[] = ['2026.5.18', '2026.9.6'];

const nodeMajor: Record<OpenClawLine, string> = { '2026.5.18': '22', '2026.9.6': '24' };
const run = promisify(execFile);

// ---- installing -----------------------------------------------------------------------------------------------------

export interface Install {
  version: OpenClawLine;
  /** The Node binary that this version runs on. */
  node: string;
  entry: string;
  /** For PATH: `openclaw` is a symlink to the entry, as npm -g makes it, and `node` the Node that its shebang finds. */
  bin: string;
}

export function cacheRoot(): string {
  const { CLAWDOCTOR_REAL_CACHE, XDG_CACHE_HOME } = process.env;
  return (
    CLAWDOCTOR_REAL_CACHE ||
    path.join(XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'clawdoctor-real')
  );
}

const installs = new Map<OpenClawLine, Promise<Install>>();

/** Installs once into the cache (outside the clone) and then reuses it; the registry is npm's own setting. */
export function ensureOpenClaw(line: OpenClawLine): Promise<Install> {
  let pending = installs.get(line);
  if (!pending) {
    pending = install(line);
    pending.catch(() => installs.delete(line));
    installs.set(line, pending);
  }
  return pending;
}

async function install(line: OpenClawLine): Promise<Install> {
  const node = await ensureNode(nodeMajor[line]);
  const folder = await ensurePackage('openclaw', line);
  const entry = path.join(folder, 'node_modules', 'openclaw', 'openclaw.mjs');
  const bin = path.join(folder, 'bin');
  await chmod(entry, 0o755);
  await mkdir(bin, { recursive: true });
  await link(entry, path.join(bin, 'openclaw'));
  await link(node, path.join(bin, 'node'));
  return { version: line, node, entry, bin };
}

async function ensureNode(major: string): Promise<string> {
  const name = `node-${process.platform}-${process.arch}`;
  return path.join(await ensurePackage(name, major), 'node_modules', name, 'bin', 'node');
}

async function link(target: string, at: string): Promise<void> {
  if ((await readlink(at).catch(() => undefined)) === target) return;
  const made = `${at}.${randomUUID()}`;
  await symlink(target, made);
  await rename(made, at);
}

// The rename makes it atomic; the lock only spares a second worker the same download.
async function ensurePackage(name: string, version: string): Promise<string> {
  const root = cacheRoot();
  const folder = path.join(root, `${name}-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(root, { recursive: true });
  const unlock = await takeLock(`${folder}.lock`);
  try {
    if (existsSync(folder)) return folder;
    const fresh = await mkdtemp(`${folder}.new-`);
    try {
      await writeFile(path.join(fresh, 'package.json'), '{"private":true}\n');
      const args = [
        'install',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--no-save',
        '--no-engine-strict',
        '--prefix',
        fresh,
      ];
      await run('npm', [...args, `${name}@${version}`], {
        cwd: fresh,
        maxBuffer: 16 << 20,
        timeout: 600_000,
      });
      await chmod(fresh, 0o755);
      await rename(fresh, folder);
    } catch (cause) {
      await rm(fresh, { recursive: true, force: true });
      if (!existsSync(folder)) throw new Error(`cannot install ${name}@${version}`, { cause });
    }
    return folder;
  } finally {
    await unlock();
  }
}

async function takeLock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (owner > 0 && !isAlive(owner)) await rm(file, { force: true });
    await sleep(250);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// ---- homes, ports, configs ------------------------------------------------------------------------------------------

/** A port P on loopback with P and P+2 free: 5.18 puts its browser control on P+2. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000); // below the ephemeral range, so no client socket takes it
    const hosts = ['127.0.0.1', '::1'];
    const free = await Promise.all(
      hosts.flatMap((host) => [isFree(port, host), isFree(port + 2, host)]),
    );
    if (free.every(Boolean)) return port;
  }
  throw new Error('no free pair of ports on loopback');
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

const homes = new Set<string>();

/** A fresh HOME (0700) with its own `tmp/`; removed by cleanUp(). */
export async function makeHome(prefix = 'clawdoctor-real-'): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), prefix));
  homes.add(home);
  await mkdir(path.join(home, 'tmp'), { mode: 0o700 });
  return home;
}

export type Config = Record<string, unknown>;

export interface ConfigOptions {
  port: number;
  /** With 2026.9.6 its model catalogue is not fetched either; 5.18 refuses that key. */
  line?: OpenClawLine;
  token?: unknown;
  password?: unknown;
  mode?: 'none' | 'token' | 'password' | 'trusted-proxy';
  /** TMPDIR does not move OpenClaw's log out of /tmp/openclaw; this does. */
  logFile?: string;
  /** Merged over the rest, object by object. */
  extra?: Config;
}

/** The smallest config of a healthy local gateway that stays on loopback. */
export function configFor(options: ConfigOptions): Config {
  const { port, line, token, password, mode, logFile, extra = {} } = options;
  const auth = defined({ mode, token, password });
  const base = defined({
    gateway: {
      mode: 'local',
      bind: 'loopback',
      port,
      ...(Object.keys(auth).length > 0 && { auth }),
    },
    logging: logFile === undefined ? undefined : { file: logFile },
    update: { checkOnStart: false },
    models: line === '2026.9.6' ? { catalogRefresh: { enabled: false } } : undefined,
  });
  return merge(base, extra);
}

function defined(object: Config): Config {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function merge(base: Config, over: Config): Config {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isPlain(below) && isPlain(value) ? merge(below, value) : value;
  }
  return merged;
}

function isPlain(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// ---- running --------------------------------------------------------------------------------------------------------

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

/** Writes <home>/.openclaw/openclaw.json in place, as an editor would; also for edits while a gateway runs. */
export async function writeConfig(home: string, config: Config | string): Promise<string> {
  const file = path.join(home, '.openclaw', 'openclaw.json');
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const text = typeof config === 'string' ? config : `${JSON.stringify(config, null, 2)}\n`;
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

export interface CliOptions {
  line: OpenClawLine;
  home: string;
  args: string[];
  env?: Record<string, string>;
  timeoutMs?: number;
}

/** Runs the CLI of that version in that HOME. */
export async function openclawCli(
  options: CliOptions,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { line, home, args, env = {}, timeoutMs = 90_000 } = options;
  const { node, entry, bin } = await ensureOpenClaw(line);
  const child = spawn(node, [entry, ...args], {
    cwd: home,
    env: minimalEnv(home, bin, env),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr] = [captureOne(child.stdout), captureOne(child.stderr)];
  const timer = setTimeout(() => child.pid !== undefined && killGroup(child.pid), timeoutMs);
  const code = await exitOf(child).finally(() => clearTimeout(timer));
  if (child.pid !== undefined) killGroup(child.pid);
  return { code, stdout: stdout(), stderr: stderr() };
}

/** Stops what still runs and removes the homes. */
export async function cleanUp(): Promise<void> {
  await Promise.all([...gateways].map((gateway) => gateway.stop()));
  await Promise.all(
    [...homes].map((home) => rm(home, { recursive: true, force: true, maxRetries: 5 })),
  );
  homes.clear();
}

process.once('exit', () => {
  for (const gateway of gateways) killGroup(gateway.pid);
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});

function minimalEnv(
  home: string,
  bin: string,
  more: Record<string, string>,
): Record<string, string> {
  return {
    HOME: home,
    PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
    TMPDIR: path.join(home, 'tmp'),
    OPENCLAW_SKIP_CHANNELS: '1',
    OPENCLAW_DISABLE_BONJOUR: '1', // outside a container it would announce itself on the LAN
    NO_COLOR: '1',
    npm_config_update_notifier: 'false', // 9.6 runs `npm root -g`, and npm would look for its own updates
    ...more,
  };
}

function portArgs(config: Config | string | undefined, port: number): string[] {
  const inConfig = isPlain(config) && isPlain(config.gateway) && config.gateway.port === port;
  return inConfig ? [] : ['--port', String(port)];
}

function capture(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  }
  return () => text;
}

function captureOne(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    text += chunk;
  });
  return () => text;
}

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('exit', (code, signal) => {
      const number = code ?? 128 + (signal ? constants.signals[signal] : 0);
      // Children may hold the pipes open for ever, so 'close' gets a moment and no more.
      const timer = setTimeout(() => resolve(number), 500);
      child.once('close', () => {
        clearTimeout(timer);
        resolve(number);
      });
    });
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nobody is left in it
  }
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

function parse(text: string): Config {
  try {
    const value: unknown = JSON.parse(text);
    return isPlain(value) ? value : {};
  } catch {
    return {};
  }
}

// ---- the WebSocket protocol -----------------------------------------------------------------------------------------

export interface Device {
  id: string;
  /** base64url of the raw 32 bytes. */
  publicKey: string;
  privateKey: KeyObject;
}

export function makeDevice(): Device {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url');
  return {
    id: createHash('sha256').update(raw).digest('hex'),
    publicKey: raw.toString('base64url'),
    privateKey,
  };
}

export interface ClientInfo {
  id: string;
  mode: string;
  version: string;
  platform: string;
  deviceFamily?: string;
  displayName?: string;
}

export interface ConnectOptions {
  port: number;
  token?: string;
  password?: string;
  deviceToken?: string;
  bootstrapToken?: string;
  role?: string;
  scopes?: string[];
  device?: Device;
  client?: Partial<ClientInfo>;
  protocol?: { min: number; max: number };
  headers?: Record<string, string>;
  timeoutMs?: number;
}

export interface WireError {
  code: string;
  message: string;
  details?: Record<string, unknown>;
}

export interface Connection {
  ok: boolean;
  challenge: Config;
  /** hello-ok, when ok. */
  hello?: Config;
  /** What the gateway answered to `connect`, when it refused. */
  error?: WireError;
  /** How the gateway closed, when it refused; 403 and the like when it refused the upgrade. */
  closed?: { code: number; reason: string };
  request(
    method: string,
    params?: unknown,
  ): Promise<{ ok: boolean; payload?: unknown; error?: WireError }>;
  close(): Promise<void>;
}

/** A client that leaves no pairing record: gateway-client/backend. */
export function backendConnect(options: ConnectOptions): Promise<Connection> {
  return connect(options, {
    id: 'gateway-client',
    mode: 'backend',
    version: '0.0.1',
    platform: 'linux',
  });
}

/**
 * A client with a device identity: cli/cli. On loopback a new one is paired silently. A pending request comes from a
 * second call with another `client.platform` (metadata upgrade) or with more scopes: on 5.18 always, on 9.6 only while
 * the device has a pending request already, for otherwise it approves them silently.
 */
export function connectDevice(options: ConnectOptions & { device: Device }): Promise<Connection> {
  return connect(options, { id: 'cli', mode: 'cli', version: '0.0.1', platform: 'linux' });
}

interface Frame {
  type?: string;
  event?: string;
  id?: string;
  ok?: boolean;
  payload?: unknown;
  error?: WireError;
}

async function connect(options: ConnectOptions, defaults: ClientInfo): Promise<Connection> {
  const socket = new WebSocket(`ws://127.0.0.1:${options.port}/`, {
    headers: options.headers ?? {},
  });
  const waiting = new Map<string, (frame: Frame) => void>();
  let closed: { code: number; reason: string } | undefined;
  let challenged: (challenge: Config) => void = () => {};
  const challenge = new Promise<Config>((resolve) => {
    challenged = resolve;
  });
  const gone = new Promise<void>((resolve) => {
    socket.once('close', (code, reason) => {
      closed ??= { code, reason: reason.toString() };
      resolve();
    });
  });
  socket.once('unexpected-response', (request, response) => {
    closed = { code: response.statusCode ?? 0, reason: response.statusMessage ?? '' };
    request.destroy();
  });
  socket.on('error', () => {}); // 'close' follows
  socket.on('message', (data) => {
    const frame = parse(String(data)) as Frame;
    if (frame.event === 'connect.challenge') challenged(frame.payload as Config);
    if (frame.type === 'res' && frame.id !== undefined) waiting.get(frame.id)?.(frame);
  });
  const timer = setTimeout(() => socket.terminate(), options.timeoutMs ?? 15_000);

  async function request(
    method: string,
    params?: unknown,
  ): Promise<{ ok: boolean; payload?: unknown; error?: WireError }> {
    const id = randomUUID();
    const answer = new Promise<Frame>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ type: 'req', id, method, params }));
    const frame = await Promise.race([answer, gone]);
    waiting.delete(id);
    if (!frame) return { ok: false, error: { code: 'CLOSED', message: closed?.reason ?? '' } };
    return { ...frame, ok: frame.ok === true };
  }

  async function close(): Promise<void> {
    socket.close(1000);
    const patience = setTimeout(() => socket.terminate(), 2000);
    await gone;
    clearTimeout(patience);
  }

  const seen = await Promise.race([challenge, gone]);
  const base = { challenge: seen ?? {}, request, close };
  if (!seen) {
    clearTimeout(timer);
    return { ...base, ok: false, ...(closed && { closed }) };
  }
  const answer = await request(
    'connect',
    connectParams(options, { ...defaults, ...options.client }, seen),
  );
  clearTimeout(timer);
  if (answer.ok) return { ...base, ok: true, hello: answer.payload as Config };
  await Promise.race([gone, sleep(2000, undefined, { ref: false })]);
  socket.terminate();
  return {
    ...base,
    ok: false,
    ...(answer.error && { error: answer.error }),
    ...(closed && { closed }),
  };
}

function connectParams(options: ConnectOptions, client: ClientInfo, challenge: Config): Config {
  const {
    token,
    password,
    deviceToken,
    bootstrapToken,
    device,
    role = 'operator',
    scopes = ['operator.read'],
  } = options;
  const auth = defined({ token, password, deviceToken, bootstrapToken });
  return defined({
    minProtocol: options.protocol?.min ?? 3,
    maxProtocol: options.protocol?.max ?? 4,
    client,
    role,
    scopes,
    caps: [],
    auth: Object.keys(auth).length > 0 ? auth : undefined,
    device:
      device &&
      signed(device, client, role, scopes, token ?? deviceToken ?? bootstrapToken ?? '', challenge),
  });
}

// The challenge's own clock, so that a skewed one cannot spoil the signature.
function signed(
  device: Device,
  client: ClientInfo,
  role: string,
  scopes: string[],
  token: string,
  challenge: Config,
): Config {
  const { nonce, ts } = challenge as { nonce: string; ts: number };
  const start = ['v3', device.id, client.id, client.mode, role, scopes.join(','), ts, token, nonce];
  const text = [
    ...start,
    ...[client.platform, client.deviceFamily ?? ''].map((part) => part.trim().toLowerCase()),
  ].join('|');
  const signature = sign(null, Buffer.from(text), device.privateKey).toString('base64url');
  return { id: device.id, publicKey: device.publicKey, signature, signedAt: ts, nonce };
}

// ---- looking at what was left behind --------------------------------------------------------------------------------

export interface Entry {
  size: number;
  mtimeMs: number;
  mode: number;
  /** Of a file's bytes or a symlink's target; '' for directories and sockets. */
  sha256: string;
}

/** Every path below `dir` (and '.' for itself), for comparisons before and after. Nothing is followed or changed. */
export async function inventory(dir: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const names = (await readdir(dir, { recursive: true })).sort();
  for (const name of ['.', ...names]) {
    const at = path.join(dir, name);
    try {
      const info = await lstat(at);
      const bytes = info.isFile()
        ? await readFile(at)
        : info.isSymbolicLink()
          ? await readlink(at)
          : undefined;
      const sha256 = bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex');
      entries.set(name, {
        size: info.size,
        mtimeMs: info.mtimeMs,
        mode: info.mode & 0o7777,
        sha256,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // gone since readdir
    }
  }
  return entries;
}

/** One line a difference, such as `openclaw.json: sha256, mtimeMs`; [] when nothing differs. */
export function differences(before: Map<string, Entry>, after: Map<string, Entry>): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (!old || !now) return [`${name}: ${old ? 'gone' : 'new'}`];
    const keys = (['sha256', 'size', 'mode', 'mtimeMs'] as const).filter(
      (key) => old[key] !== now[key],
    );
    return keys.length > 0 ? [`${name}: ${keys.join(', ')}`] : [];
  });
}

const countScript = `
  const { DatabaseSync } = require('node:sqlite')
  const [file, ...tables] = process.argv.slice(1)
  const db = new DatabaseSync(file, { readOnly: true })
  db.exec('PRAGMA busy_timeout = 2000')
  const count = (name) => db.prepare('SELECT count(*) AS n FROM "' + name.replaceAll('"', '""') + '"').get().n
  console.log(JSON.stringify(Object.fromEntries(tables.map((name) => [name, count(name)]))))`;

/** Rows of these tables. Only while a gateway has the database open: without its -shm a WAL reader would create one. */
export async function sqliteCounts(
  file: string,
  tables: string[],
): Promise<Record<string, number>> {
  await stat(`${file}-shm`);
  const node = await ensureNode('24');
  const { stdout } = await run(node, ['--no-warnings', '-e', countScript, file, ...tables]);
  return JSON.parse(stdout) as Record<string, number>;
}
