import type { GatewayState, Peer } from './context.js';
import { below, type Json, strings } from './json.js';
import type { Refusal } from './refusals.js';

/** What the log says of one connection besides its frame. */
export interface Caller {
  connId: string;
  peer: Peer;
  remotePort: number;
  origin?: string;
}

/** The lines of a refused connect, in the words and with the fields of both lines (measured). */
export function logRefusal(
  state: GatewayState,
  frame: Json,
  refusal: Refusal,
  caller: Caller,
): void {
  const { connId, peer, remotePort, origin = 'n/a' } = caller;
  const params = below(frame, 'params');
  const client = below(params, 'client');
  const host = `127.0.0.1:${state.port}`;
  const via = `peer=${peer.address}:${remotePort}->${host} remote=${peer.address}`;
  const who = `client=${String(client.id)} ${String(client.mode)} v${String(client.version)}`;
  const facts = authFacts(state, params, refusal);
  const platform = String(client.platform ?? 'n/a');
  if (facts.authReason !== undefined)
    state.log(
      'gateway/ws',
      'WARN',
      `unauthorized conn=${connId} ${via} ${who} role=${facts.role} scopes=${facts.scopeCount} auth=${facts.authProvided} device=${facts.hasDeviceIdentity ? 'yes' : 'no'} platform=${platform} instance=n/a host=${host} origin=${origin} ua=n/a reason=${facts.authReason}`,
    );
  if (refusal.cause === 'protocol-mismatch')
    state.log(
      'gateway/ws',
      'WARN',
      `protocol mismatch conn=${connId} ${via} remotePort=${remotePort} ${who} min=${String(params.minProtocol)} max=${String(params.maxProtocol)} expected=4`,
    );
  const known = { client: client.id, mode: client.mode, version: client.version, platform };
  const context = {
    cause: refusal.cause,
    handshake: 'failed',
    durationMs: 12,
    host,
    remoteAddr: peer.address,
    remotePort,
    ...detailsOf(refusal, params, facts, origin),
    ...(refusal.cause !== 'pairing-required' && refusal.cause !== 'invalid-handshake' && known),
  };
  const phase =
    state.line === '2026.9' && facts.authReason !== undefined
      ? ' phase=auth_credentials_received'
      : '';
  const text = `closed before connect conn=${connId} ${via} fwd=n/a origin=${origin} host=${host} ua=n/a code=${refusal.close} reason=${refusal.reason ?? refusal.message}${phase}`;
  state.log('gateway/ws', 'WARN', text, context);
}

interface AuthFacts {
  authProvided: string;
  authReason?: string;
  role: string;
  scopeCount: number;
  hasDeviceIdentity: boolean;
}

const provided = {
  token: 'token',
  password: 'password',
  deviceToken: 'device-token',
  bootstrapToken: 'bootstrap-token',
} as const;

function authFacts(state: GatewayState, params: Json, refusal: Refusal): AuthFacts {
  const auth = below(params, 'auth');
  const key = (Object.keys(provided) as (keyof typeof provided)[]).find((each) => each in auth);
  const { authReason } = refusal.details ?? {};
  const hasDeviceIdentity = params.device !== undefined;
  return {
    authProvided: key === undefined ? 'none' : provided[key],
    ...(typeof authReason === 'string' && { authReason }),
    role: String(params.role ?? 'operator'),
    // 2026.9 counts after it has cleared what nobody without a device may have.
    scopeCount: state.line === '2026.9' ? 0 : strings(params.scopes).length,
    hasDeviceIdentity,
  };
}

function detailsOf(refusal: Refusal, params: Json, facts: AuthFacts, origin: string): Json {
  const { details = {} } = refusal;
  const deviceId = below(params, 'device').id;
  switch (refusal.cause) {
    case 'unauthorized':
      return { authMode: 'token', ...facts };
    case 'pairing-required': {
      const { requestId, reason } = details;
      return { deviceId, requestId, reason };
    }
    case 'device-auth-invalid':
      return { reason: details.reason, deviceId };
    case 'origin-mismatch':
      return { origin, reason: details.reason };
    case 'control-ui-insecure-auth':
      return { origin, insecureAuthConfigured: false };
    case 'protocol-mismatch': {
      const { minProtocol, maxProtocol } = params;
      return { minProtocol, maxProtocol, expectedProtocol: 4 };
    }
    case 'invalid-handshake':
      return { frameType: 'req', frameMethod: 'connect', handshakeError: refusal.message };
    default:
      return {};
  }
}
