import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Cli } from './cli-context.js';
import { signedText, signText } from './identity.js';
import { below, type Json, readObject, writeAtomically } from './json.js';
import { releases } from './line.js';
import { scopeOf } from './rpc.js';
import { deviceFile } from './state-files.js';

/** The gateway refused, or was not there. */
export class CallFailed extends Error {
  constructor(
    message: string,
    readonly requestId?: string,
    readonly pairing = false,
  ) {
    super(message);
  }
}

/** Where a local CLI goes, and with what: the environment first on 2026.5, the config on 2026.9. */
export function targetOf(cli: Cli): { url: string; source: string; token?: string } {
  const { env, config, line } = cli;
  const named = env.OPENCLAW_GATEWAY_URL?.trim() ?? '';
  const fromEnv = env.OPENCLAW_GATEWAY_TOKEN?.trim() || env.OPENCLAW_GATEWAY_PASSWORD?.trim();
  const auth = below(config, 'gateway', 'auth');
  const literal = [auth.token, auth.password].find((value) => typeof value === 'string');
  const fromConfig = typeof literal === 'string' && !literal.startsWith('$') ? literal : undefined;
  if (named !== '')
    return { url: named, source: 'env OPENCLAW_GATEWAY_URL', ...(fromEnv && { token: fromEnv }) };
  const port = env.OPENCLAW_GATEWAY_PORT ?? below(config, 'gateway').port ?? 18_789;
  const token = line === '2026.5' ? fromEnv || fromConfig : fromConfig || fromEnv;
  return {
    url: `ws://127.0.0.1:${String(port)}`,
    source: 'local loopback',
    ...(token && { token }),
  };
}

/**
 * One call as `cli`/`cli`. 2026.5 brings its device identity and asks for the method's scope (or
 * `scopes`); 2026.9 is without a device on loopback.
 */
export async function callGateway(
  cli: Cli,
  method: string,
  params: Json,
  scopes: readonly string[] = [scopeOf(method)],
): Promise<unknown> {
  const target = targetOf(cli);
  const socket = new WebSocket(target.url);
  const frames = inbox(socket);
  try {
    const challenge = await frames.next((frame) => frame.event === 'connect.challenge');
    const connect = connectParams(cli, target.token, scopes, below(challenge, 'payload'));
    const hello = await ask(socket, frames, 'connect', connect);
    keepDeviceToken(cli, below(hello, 'auth'));
    return await ask(socket, frames, method, params);
  } finally {
    socket.close();
  }
}

interface Inbox {
  next(wanted: (frame: Json) => boolean): Promise<Json>;
}

function inbox(socket: WebSocket): Inbox {
  const frames: Json[] = [];
  let over: string | undefined;
  let wake: () => void = () => {};
  socket.on('message', (data) => {
    frames.push(JSON.parse(String(data)) as Json);
    wake();
  });
  socket.on('error', (error) => {
    over ??= error.message;
    wake();
  });
  socket.on('close', (code, reason) => {
    over ??= `gateway closed (${code}): ${String(reason)}`;
    wake();
  });
  return {
    async next(wanted) {
      for (;;) {
        const found = frames.find(wanted);
        if (found) return found;
        if (over !== undefined) throw new CallFailed(over);
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

async function ask(socket: WebSocket, frames: Inbox, method: string, params: Json): Promise<Json> {
  const id = randomUUID();
  socket.send(JSON.stringify({ type: 'req', id, method, params }));
  const frame = await frames.next((each) => each.type === 'res' && each.id === id);
  if (frame.ok === true) return below(frame, 'payload');
  const error = below(frame, 'error');
  const details = below(error, 'details');
  const requestId = typeof details.requestId === 'string' ? details.requestId : undefined;
  throw new CallFailed(String(error.message), requestId, details.code === 'PAIRING_REQUIRED');
}

function connectParams(
  cli: Cli,
  token: string | undefined,
  scopes: readonly string[],
  challenge: Json,
): Json {
  const client = {
    id: 'cli',
    mode: 'cli',
    version: releases[cli.line],
    platform: process.platform,
  };
  const base = { minProtocol: 4, maxProtocol: 4, client, role: 'operator', scopes, caps: [] };
  const auth = token === undefined ? {} : { auth: { token, password: token } };
  if (cli.line === '2026.9') return { ...base, ...auth };
  const identity = deviceFile(cli.paths.stateDir);
  // 2026.5 signs with its own clock.
  const signedAt = Date.now();
  const nonce = String(challenge.nonce);
  const text = signedText('v3', {
    deviceId: identity.deviceId,
    clientId: client.id,
    clientMode: client.mode,
    role: 'operator',
    scopes,
    signedAt,
    secret: token ?? '',
    nonce,
    platform: client.platform,
    deviceFamily: '',
  });
  const signature = signText(identity.privateKeyPem, text);
  const { deviceId: id, publicKey } = identity;
  return { ...base, ...auth, device: { id, publicKey, signature, signedAt, nonce } };
}

/** 2026.5 keeps the device token that a connect gave it. */
function keepDeviceToken(cli: Cli, auth: Json): void {
  if (cli.line !== '2026.5' || typeof auth.deviceToken !== 'string') return;
  const file = join(cli.paths.stateDir, 'identity', 'device-auth.json');
  const { deviceId } = deviceFile(cli.paths.stateDir);
  const { role, scopes } = auth;
  const entry = { token: auth.deviceToken, role, scopes, updatedAtMs: Date.now() };
  const tokens = { ...below(readObject(file), 'tokens'), [String(role)]: entry };
  writeAtomically(file, `${JSON.stringify({ version: 1, deviceId, tokens }, null, 2)}\n`);
}
