import type { LabLine } from './line.js';

/** `error` of a refused connect, and the close that follows. */
export interface Refusal {
  code: 'INVALID_REQUEST' | 'NOT_PAIRED';
  message: string;
  details?: Record<string, unknown>;
  retryAfterMs?: number;
  close: number;
  /** When it differs from the message. */
  reason?: string;
  /** For the log: `unauthorized`, `pairing-required`, ... */
  cause: string;
}

export type Slot = 'token' | 'password';

type AuthReason =
  | `${Slot}_missing`
  | `${Slot}_mismatch`
  | 'device_token_mismatch'
  | 'bootstrap_token_invalid'
  | 'rate_limited';

const nextStep: Record<string, string> = {
  missing: 'update_auth_configuration',
  mismatch: 'update_auth_credentials',
  invalid: 'review_auth_configuration',
  limited: 'wait_then_retry',
};

/** A refused credential; texts and codes as measured on the line. */
export function unauthorised(
  reason: AuthReason,
  who: { cli: boolean; hasDevice: boolean },
  line: LabLine,
  retryAfterS = 0,
): Refusal {
  const message = `unauthorized: ${textOf(reason, who.cli, line)}`;
  const retry = reason === 'token_mismatch' && who.hasDevice;
  const step = nextStep[reason.slice(reason.lastIndexOf('_') + 1)] ?? '';
  return {
    code: 'INVALID_REQUEST',
    message,
    details: {
      code: `AUTH_${reason.toUpperCase()}`,
      authReason: reason,
      canRetryWithDeviceToken: retry,
      recommendedNextStep: retry ? 'retry_with_device_token' : step,
    },
    ...(reason === 'rate_limited' && line === '2026.9' && { retryAfterMs: retryAfterS * 1000 }),
    close: 1008,
    cause: 'unauthorized',
  };
}

function textOf(reason: AuthReason, cli: boolean, line: LabLine): string {
  switch (reason) {
    case 'rate_limited':
      return 'too many failed authentication attempts (retry later)';
    case 'device_token_mismatch':
      return 'device token mismatch (rotate/reissue device token)';
    case 'bootstrap_token_invalid':
      return line === '2026.5'
        ? 'bootstrap token invalid or expired (scan a fresh setup code)'
        : 'setup code invalid, expired, revoked, or already used (create a new code; review `openclaw devices list`)';
    default: {
      const [slot = '', what = ''] = reason.split('_');
      return `gateway ${slot} ${what} (${hint(slot, cli, line)})`;
    }
  }
}

function hint(slot: string, cli: boolean, line: LabLine): string {
  if (!cli) return `provide gateway auth ${slot}`;
  if (line === '2026.5') return `set gateway.remote.${slot} to match gateway.auth.${slot}`;
  const more = slot === 'token' ? ' or pair the device' : '';
  return `use this gateway's gateway.auth.${slot}${more}`;
}

export function invalid(message: string, code?: string, more: object = {}): Refusal {
  const details = code === undefined ? {} : { details: { code, ...more } };
  return { code: 'INVALID_REQUEST', message, ...details, close: 1008, cause: 'invalid-handshake' };
}

export function deviceRequired(): Refusal {
  return {
    code: 'NOT_PAIRED',
    message: 'device identity required',
    details: { code: 'DEVICE_IDENTITY_REQUIRED' },
    close: 1008,
    cause: 'device-required',
  };
}

export function deviceInvalid(code: string, reason: string, message: string): Refusal {
  return { ...invalid(message, code, { reason }), cause: 'device-auth-invalid' };
}

export function protocolMismatch(min: unknown, max: unknown, line: LabLine): Refusal {
  const details = {
    clientMinProtocol: min,
    clientMaxProtocol: max,
    expectedProtocol: 4,
    minimumProbeProtocol: line === '2026.5' ? 4 : 3,
  };
  return {
    ...invalid('protocol mismatch', 'PROTOCOL_MISMATCH', details),
    close: 1002,
    cause: 'protocol-mismatch',
  };
}

export function originRefused(reason: string): Refusal {
  const message =
    'origin not allowed (open the Control UI from the gateway host or allow it in gateway.controlUi.allowedOrigins)';
  const refusal = invalid(message, 'CONTROL_UI_ORIGIN_NOT_ALLOWED', { reason });
  return { ...refusal, cause: 'origin-mismatch' };
}

const upgrades = {
  'scope-upgrade': {
    text: 'device is asking for more scopes than currently approved',
    hint: 'Review the requested scopes, then approve the pending upgrade.',
  },
  'metadata-upgrade': {
    text: 'device identity changed and must be re-approved',
    hint: 'Review the refreshed device details, then approve the pending request.',
  },
} as const;

export interface UpgradeFacts {
  requestId: string;
  deviceId: string;
  requestedRole: string;
  requestedScopes: readonly string[];
  approvedRoles: readonly string[];
  approvedScopes: readonly string[];
}

export function pairingRequired(reason: keyof typeof upgrades, facts: UpgradeFacts): Refusal {
  const message = `pairing required: ${upgrades[reason].text}`;
  const { requestId, ...rest } = facts;
  const hints = { requestId, remediationHint: upgrades[reason].hint };
  return {
    code: 'NOT_PAIRED',
    message,
    details: { code: 'PAIRING_REQUIRED', reason, ...hints, ...rest },
    close: 1008,
    reason: `${message} (requestId: ${requestId})`,
    cause: 'pairing-required',
  };
}
