import type { PairedDevice, PendingRequest } from '../../model/facts-pairing.js';

/** Clients and scopes that NemoClaw's own watcher approves without a person (July 2026 and later). */
const safeClients: readonly string[] = ['cli', 'openclaw-cli', 'openclaw-control-ui'];
const safeScopes: readonly string[] = ['operator.pairing', 'operator.read', 'operator.write'];

/** A pending row is dropped at the next look once it is 5 minutes old (2026.5.18 bundle). */
export const pendingLifetimeMs = 300_000;

/** Does one approved scope stand in for another? Write includes read; admin includes all of operator. */
export function allows(approved: readonly string[], scope: string): boolean {
  if (approved.includes(scope)) return true;
  if (scope.startsWith('operator.') && approved.includes('operator.admin')) return true;
  return scope === 'operator.read' && approved.includes('operator.write');
}

export function missingScopes(approved: readonly string[], asked: readonly string[]): string[] {
  return asked.filter((scope) => !allows(approved, scope));
}

/** Safe to approve by a rule; everything else needs a person who knows the client. */
export function isSafeRequest(request: PendingRequest): boolean {
  return (
    safeClients.includes(request.clientId) &&
    request.scopes.every((scope) => safeScopes.includes(scope)) &&
    request.roles.every((role) => role === 'operator')
  );
}

/** What a pending request of a paired device asks for beyond what is approved. */
export type RequestKind = 'scope-upgrade' | 'role-upgrade' | 'metadata-upgrade' | 'repair';

export function requestKind(request: PendingRequest, device: PairedDevice): RequestKind {
  if (request.roles.some((role) => !device.roles.includes(role))) return 'role-upgrade';
  if (missingScopes(approvedOf(device), request.scopes).length > 0) return 'scope-upgrade';
  const platform = (text: string): string => text.trim().toLowerCase();
  return platform(request.platform) === platform(device.platform) ? 'repair' : 'metadata-upgrade';
}

/** Older rows have no `approvedScopes`: what the device holds is what was approved. */
export function approvedOf(device: PairedDevice): string[] {
  return device.approvedScopes.length > 0 ? device.approvedScopes : device.scopes;
}

/** How device ids are shown: 12 hexadecimal digits are enough to find the row. */
export function shortId(deviceId: string): string {
  return deviceId.slice(0, 12);
}
