import {
  createHash,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto';
import { type IncomingHttpHeaders, request } from 'node:http';
import { WebSocket } from 'ws';

// A client that can also do everything wrong: it sends exactly what a row of the matrix says.

export interface RawAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One HTTP request on a connection of its own; never follows, never retries. */
export function http(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method, path, headers, agent: false };
    const call = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    call.setTimeout(10_000, () => call.destroy(new Error(`${method} ${path}: no answer`)));
    call.once('error', reject);
    call.end(body);
  });
}

export interface Device {
  id: string;
  publicKey: string;
  privateKey: KeyObject;
}

export function makeDevice(): Device {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  return {
    id: createHash('sha256').update(raw).digest('hex'),
    publicKey: raw.toString('base64url'),
    privateKey,
  };
}

export type DeviceFault = 'signature' | 'nonce' | 'no-nonce' | 'stale' | 'id' | 'key';

export interface ConnectRequest {
  client: { id: string; mode: string; platform?: string; deviceFamily?: string };
  auth?: Record<string, string>;
  role?: string;
  scopes?: string[];
  device?: Device;
  fault?: DeviceFault;
  signature?: 'v2' | 'v3';
  protocol?: readonly [number, number];
  headers?: Record<string, string>;
  calls?: readonly string[];
  /** Waits for the gateway to close. */
  stay?: boolean;
}

export interface Frame {
  type?: string;
  event?: string;
  id?: string;
  ok?: boolean;
  payload?: Record<string, unknown>;
  error?: { code: string; message: string; details?: Record<string, unknown> };
}

export interface ConnectAnswer {
  challenge?: Record<string, unknown>;
  connect?: Frame;
  calls: { method: string; answer?: Frame }[];
  closed?: { code: number; reason: string };
  /** When the upgrade was refused. */
  refused?: { status: number; type: string; body: string };
}

/** One WebSocket connection: challenge, `connect`, then the calls, one after the other. */
export async function connect(port: number, ask: ConnectRequest): Promise<ConnectAnswer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: ask.headers ?? {} });
  const answer: ConnectAnswer = { calls: [] };
  const frames: Frame[] = [];
  let wake: () => void = () => {};
  let over = false;
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)) as Frame);
    wake();
  });
  socket.on('unexpected-response', (call, response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (chunk: string) => {
      body += chunk;
    });
    response.once('end', () => {
      const type = response.headers['content-type'] ?? '';
      answer.refused = { status: response.statusCode ?? 0, type, body };
      over = true;
      call.destroy();
      wake();
    });
  });
  socket.on('error', () => {});
  socket.on('close', (code, reason) => {
    if (answer.refused === undefined) answer.closed = { code, reason: String(reason) };
    over = true;
    wake();
  });
  const patience = setTimeout(() => socket.terminate(), 12_000);

  async function until(wanted: (frame: Frame) => boolean): Promise<Frame | undefined> {
    for (;;) {
      const found = frames.find(wanted);
      if (found || over) return found;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  async function call(method: string, params: unknown): Promise<Frame | undefined> {
    const id = randomUUID();
    socket.send(JSON.stringify({ type: 'req', id, method, params }));
    return until((frame) => frame.type === 'res' && frame.id === id);
  }

  const challenge = await until((frame) => frame.event === 'connect.challenge');
  if (challenge?.payload !== undefined) {
    answer.challenge = challenge.payload;
    const first = await call('connect', connectParams(ask, challenge.payload));
    if (first) answer.connect = first;
    if (first?.ok === true) {
      for (const method of ask.calls ?? []) {
        const frame = await call(method, {});
        answer.calls.push({ method, ...(frame && { answer: frame }) });
      }
      if (ask.stay !== true) socket.close(1000);
    }
    while (!over)
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
  clearTimeout(patience);
  return answer;
}

function connectParams(ask: ConnectRequest, challenge: Record<string, unknown>): unknown {
  const client = { version: '0.0.1', platform: 'linux', ...ask.client };
  const [minProtocol, maxProtocol] = ask.protocol ?? [3, 4];
  const role = ask.role ?? 'operator';
  const scopes = ask.scopes ?? ['operator.read'];
  return {
    minProtocol,
    maxProtocol,
    client,
    role,
    scopes,
    caps: [],
    ...(ask.auth && { auth: ask.auth }),
    ...(ask.device && { device: deviceBlock(ask, ask.device, client, role, scopes, challenge) }),
  };
}

function deviceBlock(
  ask: ConnectRequest,
  device: Device,
  client: { id: string; mode: string; platform: string; deviceFamily?: string },
  role: string,
  scopes: string[],
  challenge: Record<string, unknown>,
): unknown {
  const nonce = ask.fault === 'nonce' ? randomUUID() : String(challenge.nonce);
  const signedAt = Number(challenge.ts) - (ask.fault === 'stale' ? 600_000 : 0);
  const secret = ask.auth?.token ?? ask.auth?.deviceToken ?? ask.auth?.bootstrapToken ?? '';
  const version = ask.signature ?? 'v3';
  const parts = [version, device.id, client.id, client.mode, role, scopes.join(',')];
  parts.push(String(signedAt), secret, nonce);
  if (version === 'v3') parts.push(client.platform, client.deviceFamily ?? '');
  const signed = sign(null, Buffer.from(parts.join('|')), device.privateKey);
  const signature = ask.fault === 'signature' ? randomBytes(64) : signed;
  return {
    id: ask.fault === 'id' ? 'f'.repeat(64) : device.id,
    publicKey: ask.fault === 'key' ? 'AAAA' : device.publicKey,
    signature: signature.toString('base64url'),
    signedAt,
    ...(ask.fault !== 'no-nonce' && { nonce }),
  };
}
