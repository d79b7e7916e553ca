import { below, type Json, strings } from './json.js';
import type { LabLine } from './line.js';
import { invalid, protocolMismatch, type Refusal } from './refusals.js';

/** A `connect` whose shape is right. */
export interface Connect {
  clientId: string;
  clientMode: string;
  clientVersion: string;
  platform: string;
  deviceFamily: string;
  role: 'operator' | 'node';
  scopes: string[];
  token?: string;
  password?: string;
  deviceToken?: string;
  bootstrapToken?: string;
  device?: { id: string; publicKey: string; signature: string; signedAt: number; nonce: string };
}

const ids = [
  ...['cli', 'gateway-client', 'openclaw-control-ui', 'webchat', 'webchat-ui', 'openclaw-tui'],
  ...['openclaw-macos', 'openclaw-ios', 'openclaw-android', 'node-host', 'test', 'fingerprint'],
  'openclaw-probe',
];
const newIds = [
  'openclaw-linux',
  'openclaw-watchos',
  'openclaw-browser-copilot',
  'openclaw-worker',
];
const modes = ['webchat', 'cli', 'ui', 'backend', 'node', 'probe', 'test'];

/** Shape, protocol range and role, in the order of both lines. */
export function readConnect(params: Json, line: LabLine): Connect | Refusal {
  const client = below(params, 'client');
  const knownIds = line === '2026.5' ? ids : [...ids, ...newIds];
  const knownModes = line === '2026.5' ? modes : [...modes, 'worker'];
  if (!knownIds.includes(String(client.id))) return notAllowed('/client/id');
  if (!knownModes.includes(String(client.mode))) return notAllowed('/client/mode');
  const device = below(params, 'device');
  if (params.device !== undefined)
    for (const key of ['id', 'publicKey', 'signature', 'signedAt', 'nonce'])
      if (device[key] === undefined)
        return invalid(`invalid connect params: at /device: must have required property '${key}'`);
  const range = protocolRefusal(params, String(client.mode), line);
  if (range) return range;
  const role = params.role ?? 'operator';
  if (role !== 'operator' && role !== 'node')
    return { ...invalid('invalid role'), cause: 'invalid-role' };
  const auth = below(params, 'auth');
  return {
    clientId: String(client.id),
    clientMode: String(client.mode),
    clientVersion: String(client.version ?? ''),
    platform: String(client.platform ?? ''),
    deviceFamily: String(client.deviceFamily ?? ''),
    role,
    scopes: strings(params.scopes),
    ...texts(auth),
    ...(params.device !== undefined && {
      device: {
        id: String(device.id),
        publicKey: String(device.publicKey),
        signature: String(device.signature),
        signedAt: Number(device.signedAt),
        nonce: String(device.nonce),
      },
    }),
  };
}

function notAllowed(path: string): Refusal {
  return invalid(`invalid connect params: at ${path}: must be equal to one of the allowed values`);
}

/** Protocol 4; a probe may speak 3 to 2026.9. */
function protocolRefusal(params: Json, mode: string, line: LabLine): Refusal | undefined {
  const { minProtocol: min, maxProtocol: max } = params;
  const lowest = line === '2026.9' && mode === 'probe' ? 3 : 4;
  const fits = typeof min === 'number' && typeof max === 'number' && min <= 4 && max >= lowest;
  return fits ? undefined : protocolMismatch(min, max, line);
}

function texts(auth: Json): Pick<Connect, 'token' | 'password' | 'deviceToken' | 'bootstrapToken'> {
  const found: Record<string, string> = {};
  for (const key of ['token', 'password', 'deviceToken', 'bootstrapToken']) {
    const value = auth[key];
    if (typeof value === 'string' && value.trim() !== '') found[key] = value.trim();
  }
  return found;
}
