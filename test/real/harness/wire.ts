import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type Config, defined, parse } from './config.js';

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
  /** What is wrong with the device's proof: its signature, its nonce, its id, or its time (10 minutes old). */
  fault?: 'signature' | 'nonce' | 'id' | 'age';
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
    socket.terminate(); // or 'close' never follows
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
      broken(
        options.fault,
        signed(
          device,
          client,
          role,
          scopes,
          token ?? deviceToken ?? bootstrapToken ?? '',
          options.fault === 'age'
            ? { ...challenge, ts: Number(challenge.ts) - 600_000 }
            : challenge,
        ),
      ),
  });
}

function broken(fault: ConnectOptions['fault'], proof: Config): Config {
  if (fault === 'signature') return { ...proof, signature: randomBytes(64).toString('base64url') };
  if (fault === 'nonce') return { ...proof, nonce: randomUUID() };
  return fault === 'id' ? { ...proof, id: 'f'.repeat(64) } : proof;
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
