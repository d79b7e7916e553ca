import type { IncomingMessage } from 'node:http';
import type { Paths } from './config.js';
import type { Auth } from './credentials.js';
import type { Identity } from './identity.js';
import type { Json } from './json.js';
import { isLoopback, type Limiter } from './limiter.js';
import type { LabLine } from './line.js';
import type { Log } from './log.js';
import type { PairingStore } from './pairing.js';

/** One running gateway: what its surfaces share. `config` and `auth` change with a reload. */
export interface GatewayState {
  line: LabLine;
  port: number;
  paths: Paths;
  config: Json;
  auth: Auth;
  limiter: Limiter;
  store: PairingStore;
  identity: Identity;
  log: Log;
  logFile: string;
  startedAtMs: number;
  bootId: string;
  /** Connects are answered, calls are not: it is busy with something else. */
  mute: boolean;
  /** Changes with every applied config (2026.9). */
  appliedHash: string;
}

/** Where a request comes from, as far as the gateway believes it. */
export interface Peer {
  address: string;
  /** Loopback, and nobody says that the request came from elsewhere. */
  local: boolean;
  /** Forwarded headers from an address that `gateway.trustedProxies` does not list. */
  untrustedForward: boolean;
}

const forwardedHeaders = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];

export function peerOf(request: IncomingMessage, trusted: readonly string[]): Peer {
  const address = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const forwarded = forwardedHeaders.some((name) => request.headers[name] !== undefined);
  if (!forwarded) return { address, local: isLoopback(address), untrustedForward: false };
  if (!trusted.includes(address)) return { address, local: false, untrustedForward: true };
  const client =
    String(request.headers['x-forwarded-for'] ?? '')
      .split(',')[0]
      ?.trim() ?? '';
  return { address: client === '' ? address : client, local: false, untrustedForward: false };
}

export const attributionRequired = {
  error: {
    message:
      'Proxy client attribution is required. Configure gateway.trustedProxies narrowly and make the proxy overwrite or safely rebuild forwarded client headers.',
    type: 'proxy_attribution_required',
  },
} as const;
