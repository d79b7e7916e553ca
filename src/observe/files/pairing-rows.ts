import { createHash, createPublicKey } from 'node:crypto';
import { cleanText, cleanTexts, isRecord, member } from '../../domain/clean.js';
import type {
  DeviceIdentity,
  DeviceToken,
  PairedDevice,
  Part,
  PendingRequest,
} from '../../model/facts-pairing.js';
import type { SecretKeeper } from '../../model/observer.js';

/**
 * The rows of a pairing store in the members' names of 2026.5; 2026.9's columns are renamed to them
 * before. Undefined for an entry that is no such row.
 */
export function identityRow(raw: unknown): DeviceIdentity | undefined {
  const deviceId = cleanText(member(raw, 'deviceId'));
  if (deviceId === undefined) return undefined;
  return {
    deviceId,
    idMatchesKey: idOfKey(member(raw, 'publicKeyPem')) === deviceId,
    ...time('createdAtMs', member(raw, 'createdAtMs')),
  };
}

/** One token that this host's own CLI holds. */
export function deviceTokenRow(
  deviceId: string,
  role: string,
  raw: unknown,
  secrets: SecretKeeper,
): DeviceToken | undefined {
  const token = member(raw, 'token');
  if (typeof token !== 'string') return undefined;
  return {
    deviceId,
    role: cleanText(member(raw, 'role') ?? role) ?? '',
    scopes: cleanTexts(member(raw, 'scopes')),
    mark: secrets.mark(token, { kind: 'device-token' }),
    ...time('updatedAtMs', member(raw, 'updatedAtMs')),
  };
}

export function pairedRow(raw: unknown, secrets: SecretKeeper): PairedDevice | undefined {
  const common = commonRow(raw);
  if (common === undefined) return undefined;
  const approved = member(raw, 'approvedScopes');
  return {
    ...common,
    // Records from before the approved set was kept hold it in `scopes`.
    approvedScopes: Array.isArray(approved) ? cleanTexts(approved) : common.scopes,
    tokens: tokenEntries(member(raw, 'tokens')).flatMap(([role, entry]) => {
      const token = deviceTokenRow(common.deviceId, role, entry, secrets);
      if (token === undefined) return [];
      const { mark, scopes } = token;
      const revoked = time('revokedAtMs', member(entry, 'revokedAtMs'));
      return [{ role: token.role, scopes, mark, ...revoked }];
    }),
    ...time('createdAtMs', member(raw, 'createdAtMs')),
    ...time('approvedAtMs', member(raw, 'approvedAtMs')),
  };
}

export function pendingRow(raw: unknown): PendingRequest | undefined {
  const common = commonRow(raw);
  const requestId = cleanText(member(raw, 'requestId'));
  if (common === undefined || requestId === undefined) return undefined;
  return {
    requestId,
    ...common,
    silent: truth(member(raw, 'silent')),
    isRepair: truth(member(raw, 'isRepair')),
    tsMs: time('ts', member(raw, 'ts')).ts ?? 0,
  };
}

/** A store's entries by id; the oldest stores were arrays. Undefined: neither. */
export function entriesOf(value: unknown): [string, unknown][] | undefined {
  if (Array.isArray(value)) return value.map((entry, at) => [String(at), entry]);
  return isRecord(value) ? Object.entries(value) : undefined;
}

/** More than a store of 4 MiB holds in practice: a row that is cut looks like one never paired. */
const mostRows = 20_000;

/** Rows of a source that could be read; `invalid` when an entry of it is no row. */
export function partOf<T>(
  source: string,
  entries: readonly (T | undefined)[],
  most = mostRows,
): Part<T> {
  const rows = entries.filter((row): row is T => row !== undefined).slice(0, most);
  const bad = entries.filter((row) => row === undefined).length;
  if (bad > 0) {
    const reason = `${bad} of ${entries.length} entries cannot be understood`;
    return { state: 'invalid', source, reason, rows };
  }
  const cut = entries.length > most ? { reason: `only the first ${most} were read` } : {};
  return { state: 'ok', source, ...cut, rows };
}

/** An object of tokens by role; anything else holds none. */
export function tokenEntries(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value).slice(0, 50) : [];
}

function commonRow(raw: unknown) {
  const deviceId = cleanText(member(raw, 'deviceId'));
  if (deviceId === undefined) return undefined;
  const roles = member(raw, 'roles');
  const role = cleanText(member(raw, 'role'));
  return {
    deviceId,
    clientId: cleanText(member(raw, 'clientId')) ?? '',
    clientMode: cleanText(member(raw, 'clientMode')) ?? '',
    platform: cleanText(member(raw, 'platform')) ?? '',
    roles: Array.isArray(roles) ? cleanTexts(roles) : role === undefined ? [] : [role],
    scopes: cleanTexts(member(raw, 'scopes')),
  };
}

/** Device ids are the lower-case hex SHA-256 of the raw Ed25519 public key (32 bytes). */
function idOfKey(pem: unknown): string | undefined {
  if (typeof pem !== 'string' || pem.length > 4096) return undefined;
  try {
    const { x } = createPublicKey(pem).export({ format: 'jwk' });
    if (typeof x !== 'string') return undefined;
    const key = Buffer.from(x, 'base64url');
    return key.length === 32 ? createHash('sha256').update(key).digest('hex') : undefined;
  } catch {
    return undefined;
  }
}

/** SQLite has no booleans. */
function truth(value: unknown): boolean {
  return value === true || value === 1;
}

function time<K extends string>(name: K, value: unknown): { [P in K]?: number } {
  const known = typeof value === 'number' && Number.isFinite(value);
  return (known ? { [name]: value } : {}) as { [P in K]?: number };
}
