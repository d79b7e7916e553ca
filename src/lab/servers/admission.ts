import type { IncomingMessage } from 'node:http';
import type { Connect } from './connect-params.js';
import type { GatewayState, Peer } from './context.js';
import { same } from './credentials.js';
import { deviceIdOf, signedText, verifyText } from './identity.js';
import { below, strings } from './json.js';
import { isLoopback } from './limiter.js';
import {
  type Claim,
  grow,
  liveToken,
  type Paired,
  pairSilently,
  requestPairing,
} from './pairing.js';
import {
  deviceInvalid,
  deviceRequired,
  invalid,
  originRefused,
  pairingRequired,
  type Refusal,
  unauthorised,
} from './refusals.js';

export interface Grant {
  scopes: string[];
  method: string;
  /** The device's own token, when the connection has a paired device. */
  device?: { id: string; token: string; issuedAtMs: number };
  /** A device that came along without being paired (backend clients). */
  deviceId?: string;
}

export type Admission = Grant | Refusal;

export function isRefusal(admission: object): admission is Refusal {
  return 'close' in admission;
}

const skewMs = 120_000;

/** Origin, missing device, device proof, credential, pairing: the order of both lines. */
export function admit(
  state: GatewayState,
  ask: Connect,
  request: IncomingMessage,
  peer: Peer,
  nonce: string,
): Admission {
  const origin = originRefusal(state, ask, request);
  if (origin) return origin;
  const ui = uiRefusal(ask);
  if (ui) return ui;
  const shared = checkShared(state, ask, peer);
  if (ask.device === undefined) {
    const open = 'method' in shared && (state.auth.mode !== 'none' || ask.clientMode === 'backend');
    if (ask.role === 'node') return deviceRequired();
    if (!open) return 'method' in shared || !presented(ask) ? deviceRequired() : shared;
    return { method: shared.method, scopes: scopesWithoutDevice(state, ask, request, peer) };
  }
  const proof = deviceRefusal(ask, ask.device, nonce);
  if (proof) return proof;
  const claim = claimOf(ask, ask.device);
  const paired = state.store.paired()[claim.deviceId];
  const credential = 'method' in shared ? shared : (deviceCredential(ask, paired) ?? shared);
  if (!('method' in credential)) return credential;
  const backend = ask.clientMode === 'backend' && ask.clientId === 'gateway-client';
  if (backend && peer.local)
    return { method: credential.method, scopes: ask.scopes, deviceId: claim.deviceId };
  return admitDevice(state, claim, paired, peer, credential.method);
}

function presented(ask: Connect): boolean {
  return (ask.token ?? ask.password ?? ask.deviceToken ?? ask.bootstrapToken) !== undefined;
}

function originRefusal(
  state: GatewayState,
  ask: Connect,
  request: IncomingMessage,
): Refusal | undefined {
  const browser = ['openclaw-control-ui', 'webchat-ui'].includes(ask.clientId);
  const { origin, host = '' } = request.headers;
  if (origin === undefined && !browser) return undefined;
  if (origin === undefined || !URL.canParse(origin))
    return originRefused('origin missing or invalid');
  const from = new URL(origin);
  const allowed = strings(below(state.config, 'gateway', 'controlUi').allowedOrigins);
  const localhost =
    from.hostname === 'localhost' || isLoopback(from.hostname.replace(/[[\]]/g, ''));
  if (!allowed.includes(origin) && from.host !== host && !localhost)
    return originRefused('origin not allowed');
  return undefined;
}

/** A page or a terminal needs a device, whatever secret it brings (both lines, measured). */
function uiRefusal({ clientId, device }: Connect): Refusal | undefined {
  if (device !== undefined || !uiClients.includes(clientId)) return undefined;
  return {
    ...invalid(
      'control ui requires device identity (use HTTPS or localhost secure context)',
      'CONTROL_UI_DEVICE_IDENTITY_REQUIRED',
    ),
    cause: 'control-ui-insecure-auth',
  };
}

const uiClients = ['openclaw-control-ui', 'openclaw-tui'];

/** The shared secret; 2026.5 wants it in the field of its mode, 2026.9 takes either. */
function checkShared(state: GatewayState, ask: Connect, peer: Peer): { method: string } | Refusal {
  const { auth, line, limiter } = state;
  if (auth.mode === 'none') return { method: 'none' };
  const slot = auth.mode === 'password' ? 'password' : 'token';
  const who = { cli: ask.clientMode === 'cli', hasDevice: ask.device !== undefined };
  const locked = limiter.lockedForS(peer.address);
  if (locked > 0) return unauthorised('rate_limited', who, line, locked);
  const either = slot === 'token' ? (ask.token ?? ask.password) : (ask.password ?? ask.token);
  const sent = line === '2026.5' ? ask[slot] : either;
  if (sent === undefined) {
    if (ask.bootstrapToken !== undefined) return unauthorised('bootstrap_token_invalid', who, line);
    if (ask.deviceToken !== undefined) return unauthorised('device_token_mismatch', who, line);
    return unauthorised(`${slot}_missing`, who, line);
  }
  if (auth.secret !== undefined && same(sent, auth.secret)) {
    limiter.succeeded(peer.address);
    return { method: slot };
  }
  limiter.failed(peer.address);
  return unauthorised(`${slot}_mismatch`, who, line);
}

function scopesWithoutDevice(
  state: GatewayState,
  ask: Connect,
  request: IncomingMessage,
  peer: Peer,
): string[] {
  // A page may not have what a program on this host may.
  if (request.headers.origin !== undefined) return [];
  const backend = ask.clientMode === 'backend' && ask.clientId === 'gateway-client';
  const cli = ask.clientMode === 'cli' && state.line === '2026.9';
  return peer.local && (backend || cli) ? ask.scopes : [];
}

function deviceRefusal(
  ask: Connect,
  device: NonNullable<Connect['device']>,
  nonce: string,
): Refusal | undefined {
  if (deviceIdOf(device.publicKey) !== device.id)
    return refused('DEVICE_ID_MISMATCH', 'device-id-mismatch', 'device identity mismatch');
  if (Math.abs(Date.now() - device.signedAt) > skewMs)
    return refused('SIGNATURE_EXPIRED', 'device-signature-stale', 'device signature expired');
  if (device.nonce !== nonce)
    return refused('NONCE_MISMATCH', 'device-nonce-mismatch', 'device nonce mismatch');
  const parts = {
    ...ask,
    deviceId: device.id,
    signedAt: device.signedAt,
    secret: ask.token ?? ask.deviceToken ?? ask.bootstrapToken ?? '',
    nonce,
  };
  const proved = (['v3', 'v2'] as const).some((version) =>
    verifyText(device.publicKey, signedText(version, parts), device.signature),
  );
  return proved
    ? undefined
    : refused('SIGNATURE_INVALID', 'device-signature', 'device signature invalid');
}

function refused(code: string, reason: string, message: string): Refusal {
  return deviceInvalid(`DEVICE_AUTH_${code}`, reason, message);
}

function deviceCredential(
  ask: Connect,
  paired: Paired | undefined,
): { method: string } | undefined {
  const sent = ask.deviceToken ?? ask.token;
  const token = paired?.tokens[ask.role];
  const live = token !== undefined && token.revokedAtMs === undefined;
  return live && sent !== undefined && same(sent, token.token)
    ? { method: 'device-token' }
    : undefined;
}

function claimOf(ask: Connect, device: NonNullable<Connect['device']>): Claim {
  const { clientId, clientMode, platform, deviceFamily, role, scopes } = ask;
  const family = deviceFamily === '' ? {} : { deviceFamily };
  const { id: deviceId, publicKey } = device;
  return { deviceId, publicKey, platform, ...family, clientId, clientMode, role, scopes };
}

/** Silent on loopback for a new device; 2026.9 lets scopes grow silently too. */
function admitDevice(
  state: GatewayState,
  claim: Claim,
  before: Paired | undefined,
  peer: Peer,
  method: string,
): Admission {
  let paired = before;
  if (paired === undefined) {
    if (!peer.local) return upgrade(state, claim, undefined, 'scope-upgrade');
    paired = pairSilently(state.store, claim);
    state.log(
      'gateway',
      'INFO',
      `device pairing auto-approved device=${claim.deviceId} role=${claim.role}`,
    );
  } else if (paired.platform.toLowerCase() !== claim.platform.toLowerCase()) {
    return upgrade(state, claim, paired, 'metadata-upgrade');
  } else if (!claim.scopes.every((scope) => paired?.approvedScopes.includes(scope))) {
    if (state.line === '2026.5' || !peer.local)
      return upgrade(state, claim, paired, 'scope-upgrade');
    paired = grow(state.store, paired, claim);
  }
  const token = liveToken(state.store, paired, claim);
  const issuedAtMs = token?.rotatedAtMs ?? token?.createdAtMs ?? 0;
  return {
    method,
    scopes: claim.scopes,
    device: { id: claim.deviceId, token: token?.token ?? '', issuedAtMs },
  };
}

function upgrade(
  state: GatewayState,
  claim: Claim,
  paired: Paired | undefined,
  reason: 'scope-upgrade' | 'metadata-upgrade',
): Refusal {
  const pending = requestPairing(state.store, claim);
  const approvedScopes = paired?.approvedScopes ?? [];
  const kind = reason === 'scope-upgrade' ? 'access' : 'metadata';
  const text = [
    `security audit: device ${kind} upgrade requested reason=${reason} device=${claim.deviceId}`,
    `ip=127.0.0.1 auth=token roleFrom=${claim.role} roleTo=${claim.role}`,
    `scopesFrom=${approvedScopes.join(',')} scopesTo=${claim.scopes.join(',')} client=${claim.clientId}`,
  ];
  state.log('gateway', 'WARN', text.join(' '));
  return pairingRequired(reason, {
    requestId: pending.requestId,
    deviceId: claim.deviceId,
    requestedRole: claim.role,
    requestedScopes: claim.scopes,
    approvedRoles: paired?.roles ?? [],
    approvedScopes,
  });
}
