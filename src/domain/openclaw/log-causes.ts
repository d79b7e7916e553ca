/** `cause` of the object that 2026.3, 2026.5 and 2026.9 log with a refused connect. */
const causes: readonly string[] = [
  'unauthorized',
  'pairing-required',
  'origin-mismatch',
  'device-required',
  'device-auth-invalid',
  'control-ui-insecure-auth',
  'protocol-mismatch',
  'invalid-role',
];

/** Is it a cause that means a refusal? Others are connections that ended by themselves. */
export function isCause(name: string): boolean {
  return causes.includes(name);
}

/** How the reason text of a close begins, the longer text first. */
const texts: readonly (readonly [start: string, cause: string, reason?: string])[] = [
  ['unauthorized: gateway token mismatch', 'unauthorized', 'token_mismatch'],
  ['unauthorized: gateway token missing', 'unauthorized', 'token_missing'],
  ['unauthorized: gateway password mismatch', 'unauthorized', 'password_mismatch'],
  ['unauthorized: gateway password missing', 'unauthorized', 'password_missing'],
  ['unauthorized: too many failed authentication', 'unauthorized', 'rate_limited'],
  ['unauthorized: device token mismatch', 'unauthorized', 'device_token_mismatch'],
  ['unauthorized: bootstrap token invalid', 'unauthorized', 'bootstrap_token_invalid'],
  ['unauthorized', 'unauthorized'],
  ['pairing required: device is asking for more scopes', 'pairing-required', 'scope-upgrade'],
  ['pairing required: device identity changed', 'pairing-required', 'metadata-upgrade'],
  ['pairing required', 'pairing-required'],
  ['device identity required', 'device-required'],
  ['device identity mismatch', 'device-auth-invalid', 'device-id-mismatch'],
  ['device signature expired', 'device-auth-invalid', 'device-signature-stale'],
  ['device signature invalid', 'device-auth-invalid', 'device-signature'],
  ['device nonce mismatch', 'device-auth-invalid', 'device-nonce-mismatch'],
  ['origin not allowed', 'origin-mismatch'],
  ['control ui requires device identity', 'control-ui-insecure-auth'],
  ['protocol mismatch', 'protocol-mismatch'],
  ['invalid role', 'invalid-role'],
];

/** Cause and reason from the reason text of a close, where no object tells them (the console). */
export function causeOfReason(text: string): { cause: string; reason?: string } | undefined {
  const found = texts.find(([start]) => text.startsWith(start));
  if (!found) return undefined;
  const [, cause, reason] = found;
  return { cause, ...(reason === undefined ? {} : { reason }) };
}
