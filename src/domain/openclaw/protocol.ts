import { member } from '../clean.js';

/** Both known lines speak 4; 2026.9 lets probes use 3 (docs/gateway/protocol of 2026.9.6). */
export const protocolRange = { min: 3, max: 4 } as const;

/** Known values of `error.details.code`, 2026.5.18 and 2026.9.6, and `UNAVAILABLE` of a start-up. */
const errorCodes: ReadonlySet<string> = new Set([
  'AUTH_TOKEN_MISSING',
  'AUTH_TOKEN_MISMATCH',
  'AUTH_TOKEN_NOT_CONFIGURED',
  'AUTH_PASSWORD_MISSING',
  'AUTH_PASSWORD_MISMATCH',
  'AUTH_PASSWORD_NOT_CONFIGURED',
  'AUTH_REQUIRED',
  'AUTH_UNAUTHORIZED',
  'AUTH_BOOTSTRAP_TOKEN_INVALID',
  'AUTH_DEVICE_TOKEN_MISMATCH',
  'AUTH_SCOPE_MISMATCH',
  'AUTH_RATE_LIMITED',
  'AUTH_TAILSCALE_IDENTITY_MISSING',
  'AUTH_TAILSCALE_PROXY_MISSING',
  'AUTH_TAILSCALE_WHOIS_FAILED',
  'AUTH_TAILSCALE_IDENTITY_MISMATCH',
  'AUTH_IDENTITY_HEADER_REQUIRED',
  'AUTH_VERIFIED_USER_REQUIRED',
  'AUTHENTICATED_PROFILE_UNAVAILABLE',
  'CLIENT_VERSION_MISMATCH',
  'CONTROL_UI_BUILD_MISMATCH',
  'CONTROL_UI_ORIGIN_NOT_ALLOWED',
  'CONTROL_UI_DEVICE_IDENTITY_REQUIRED',
  'DEVICE_IDENTITY_REQUIRED',
  'DEVICE_AUTH_INVALID',
  'DEVICE_AUTH_DEVICE_ID_MISMATCH',
  'DEVICE_AUTH_SIGNATURE_EXPIRED',
  'DEVICE_AUTH_NONCE_REQUIRED',
  'DEVICE_AUTH_NONCE_MISMATCH',
  'DEVICE_AUTH_SIGNATURE_INVALID',
  'DEVICE_AUTH_PUBLIC_KEY_INVALID',
  'PAIRING_REQUIRED',
  'PROTOCOL_MISMATCH',
  'MISSING_SCOPE',
  'UNAVAILABLE',
]);

/** The known code of a refusal, `other` for one that no known version has. */
export function refusalCode(error: unknown): string {
  for (const code of [member(member(error, 'details'), 'code'), member(error, 'code')]) {
    if (typeof code === 'string' && errorCodes.has(code)) return code;
  }
  return missingScope(error) === undefined ? 'other' : 'MISSING_SCOPE';
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
