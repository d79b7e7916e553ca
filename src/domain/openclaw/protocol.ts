import { member } from '../clean.js';
import { isDetailCode } from './handshake-codes.js';

/** Both known lines speak 4; 2026.9 lets probes use 3 (docs/gateway/protocol of 2026.9.6). */
export const protocolRange = { min: 3, max: 4 } as const;

/** Device signatures may be off by this much on both known lines, in ms. */
export const toleratedSkewMs = 120_000;

/** Values of `error.code` that say something when there are no details. */
const bareCodes: Readonly<Record<string, string>> = {
  FORBIDDEN: 'error FORBIDDEN',
  INVALID_REQUEST: 'error INVALID_REQUEST',
  UNAVAILABLE: 'UNAVAILABLE',
};

/**
 * The known code of a refusal: `error.details.code`, or what `error.code` alone says; `other` for
 * one that no known version has.
 */
export function refusalCode(error: unknown): string {
  const detail = member(member(error, 'details'), 'code');
  if (typeof detail === 'string') return isDetailCode(detail) ? detail : 'other';
  if (missingScope(error) !== undefined) return 'MISSING_SCOPE';
  const code = member(error, 'code');
  return (typeof code === 'string' && Object.hasOwn(bareCodes, code) && bareCodes[code]) || 'other';
}

const pairingReasons = ['not-paired', 'scope-upgrade', 'role-upgrade', 'metadata-upgrade'];

/** Why a device has to be paired (again): `error.details.reason`, when it is one of the four. */
export function pairingReason(error: unknown): string | undefined {
  const reason = member(member(error, 'details'), 'reason');
  return pairingReasons.find((known) => known === reason);
}

const longestWaitMs = 24 * 3600_000;

/** How long a locked gateway says to wait, in ms (2026.9's `retryAfterMs`; 2026.5 does not say). */
export function retryAfter(error: unknown): number | undefined {
  const value = member(error, 'retryAfterMs');
  const known = typeof value === 'number' && value >= 0 && value <= longestWaitMs;
  return known ? Math.round(value) : undefined;
}

const scopeName = /^operator\.[a-z][a-z.-]{0,40}$/;

/**
 * The scope that a refused call lacked: 2026.9 has it in `details.missingScope`, 2026.5 only in the
 * message (`missing scope: operator.read`).
 */
export function missingScope(error: unknown): string | undefined {
  const detail = member(member(error, 'details'), 'missingScope');
  if (typeof detail === 'string' && scopeName.test(detail)) return detail;
  const message = member(error, 'message');
  const scope =
    typeof message === 'string' && message.startsWith('missing scope: ')
      ? message.slice('missing scope: '.length)
      : '';
  return scopeName.test(scope) ? scope : undefined;
}
