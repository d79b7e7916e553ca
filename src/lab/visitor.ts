import { randomBytes, randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { type Identity, makeIdentity, signedText, signText } from './servers/identity.js';
import { below, type Json } from './servers/json.js';

/** One client's way of connecting, right or wrong. */
export interface Visit {
  client?: { id: string; mode: string };
  auth?: { token?: string; password?: string; deviceToken?: string; bootstrapToken?: string };
  /** `new` makes an identity for this visit. */
  device?: Identity | 'new';
  /** What is wrong with the device's proof. */
  fault?: 'signature' | 'nonce' | 'id' | 'age';
  platform?: string;
  scopes?: readonly string[];
  protocol?: readonly [number, number];
  origin?: string;
  /** A proxy stands between: `X-Forwarded-For`. */
  forwardedFor?: string;
  /** How often, one after the other; default once. */
  times?: number;
}

const patienceMs = 5_000;

/** Connects as somebody's client would, and leaves; how it ended is in the gateway's log. */
export async function visit(port: number, ask: Visit): Promise<void> {
  for (let count = 0; count < (ask.times ?? 1); count++) await once(port, ask);
}

function once(port: number, ask: Visit): Promise<void> {
  const { origin, forwardedFor } = ask;
  const headers = {
    ...(origin !== undefined && { origin }),
    ...(forwardedFor !== undefined && { 'x-forwarded-for': forwardedFor }),
  };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers });
  return new Promise((resolve) => {
    const late = setTimeout(() => socket.terminate(), patienceMs);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(late);
      resolve();
    });
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString('utf8')) as Json;
      if (frame.type === 'res') socket.close();
      if (frame.event !== 'connect.challenge') return;
      const params = connectParams(ask, below(frame, 'payload'));
      socket.send(JSON.stringify({ type: 'req', id: randomUUID(), method: 'connect', params }));
    });
  });
}

function connectParams(ask: Visit, challenge: Json): Json {
  const { id, mode } = ask.client ?? { id: 'openclaw-macos', mode: 'ui' };
  const client = { id, mode, version: '2026.5.18', platform: ask.platform ?? 'linux' };
  const [minProtocol, maxProtocol] = ask.protocol ?? [3, 4];
  const scopes = ask.scopes ?? ['operator.read'];
  const base = { minProtocol, maxProtocol, client, role: 'operator', scopes, caps: [] };
  return {
    ...base,
    ...(ask.auth && { auth: ask.auth }),
    ...(ask.device && { device: proof(ask, ask.device, client, scopes, challenge) }),
  };
}

function proof(
  ask: Visit,
  device: Identity | 'new',
  client: { id: string; mode: string; platform: string },
  scopes: readonly string[],
  challenge: Json,
): Json {
  const identity = device === 'new' ? makeIdentity() : device;
  const nonce = ask.fault === 'nonce' ? randomUUID() : String(challenge.nonce);
  const signedAt = Number(challenge.ts) - (ask.fault === 'age' ? 600_000 : 0);
  const { token, deviceToken, bootstrapToken } = ask.auth ?? {};
  const text = signedText('v3', {
    deviceId: identity.deviceId,
    clientId: client.id,
    clientMode: client.mode,
    role: 'operator',
    scopes,
    signedAt,
    secret: token ?? deviceToken ?? bootstrapToken ?? '',
    nonce,
    platform: client.platform,
    deviceFamily: '',
  });
  const forged = randomBytes(64).toString('base64url');
  return {
    id: ask.fault === 'id' ? 'f'.repeat(64) : identity.deviceId,
    publicKey: identity.publicKey,
    signature: ask.fault === 'signature' ? forged : signText(identity.privateKeyPem, text),
    signedAt,
    nonce,
  };
}
