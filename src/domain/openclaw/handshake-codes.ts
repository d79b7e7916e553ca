import type { HandshakeCode } from './handshake-code.js';
import { deviceCodes } from './handshake-codes-device.js';
import { secretCodes } from './handshake-codes-secret.js';
import { sessionCodes } from './handshake-codes-session.js';

export type { HandshakeCode, HandshakeLayer } from './handshake-code.js';

/** Every refusal that a known gateway gives, in the order in which a connect meets the layers. */
export const handshakeCodes: readonly HandshakeCode[] = [
  ...sessionCodes,
  ...deviceCodes,
  ...secretCodes,
];

const byCode = new Map(handshakeCodes.map((row) => [row.code, row]));
const byLogged = new Map(
  handshakeCodes.flatMap((row) => (row.logged ?? []).map((name) => [name, row] as const)),
);

/** The row of an `error.details.code`; `reason` tells the four kinds of PAIRING_REQUIRED apart. */
export function handshakeCode(code: string, reason?: string): HandshakeCode | undefined {
  const narrow = reason === undefined ? undefined : byCode.get(`${code}/${reason}`);
  return narrow ?? byCode.get(code);
}

/** The row of a WebSocket close code. */
export function closeCodeRow(closeCode: number): HandshakeCode | undefined {
  return byCode.get(`close ${closeCode}`);
}

/** The row of a refusal in the gateway's log: its `reason=`, or its `cause` where there is none. */
export function loggedRefusal(cause: string, reason?: string): HandshakeCode | undefined {
  const name = reason?.startsWith('trusted_proxy_missing_header')
    ? 'trusted_proxy_missing_header'
    : reason;
  return (name === undefined ? undefined : byLogged.get(name)) ?? byLogged.get(cause);
}

/** A `reason=` of the log as one of those that are known, else `other`: a peer can choose the text. */
export function knownReason(reason: string): string {
  if (reason.startsWith('trusted_proxy_missing_header')) return 'trusted_proxy_missing_header';
  return byLogged.has(reason) ? reason : 'other';
}

/** Is it a code of `error.details.code` (or of `error.code` where there are no details)? */
export function isDetailCode(code: string): boolean {
  return /^[A-Z_]+$/.test(code) && byCode.has(code);
}
