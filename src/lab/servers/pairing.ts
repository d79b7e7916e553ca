import { randomBytes, randomUUID } from 'node:crypto';

export interface PairedToken {
  token: string;
  role: string;
  scopes: string[];
  createdAtMs: number;
  rotatedAtMs?: number;
  lastUsedAtMs?: number;
  revokedAtMs?: number;
}

export interface Paired {
  deviceId: string;
  publicKey: string;
  platform: string;
  deviceFamily?: string;
  clientId: string;
  clientMode: string;
  role: string;
  roles: string[];
  scopes: string[];
  approvedScopes: string[];
  tokens: Record<string, PairedToken>;
  createdAtMs: number;
  approvedAtMs: number;
}

export interface Pending {
  requestId: string;
  deviceId: string;
  publicKey: string;
  platform: string;
  deviceFamily?: string;
  clientId: string;
  clientMode: string;
  role: string;
  roles: string[];
  scopes: string[];
  silent: boolean;
  isRepair: boolean;
  ts: number;
}

/** What a connecting device says of itself. */
export type Claim = Omit<Pending, 'requestId' | 'roles' | 'silent' | 'isRepair' | 'ts'>;

/** Both tables, read afresh for every question and written whole, as 2026.5 does. */
export interface PairingStore {
  paired(): Record<string, Paired>;
  pending(): Record<string, Pending>;
  savePaired(rows: Record<string, Paired>): void;
  savePending(rows: Record<string, Pending>): void;
}

export function union(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
}

export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** A new device on loopback: approved silently with exactly the scopes that it asked for. */
export function pairSilently(store: PairingStore, claim: Claim): Paired {
  const rows = store.paired();
  const now = Date.now();
  const { role, scopes } = claim;
  const token: PairedToken = { token: newToken(), role, scopes: [...scopes], createdAtMs: now };
  const row: Paired = {
    ...claim,
    roles: [role],
    approvedScopes: [...scopes],
    tokens: { [role]: token },
    createdAtMs: now,
    approvedAtMs: now,
  };
  store.savePaired({ ...rows, [claim.deviceId]: row });
  return row;
}

/**
 * Writes a pending request. An equal one keeps its id; any other open request of the device is
 * replaced by a new one with the roles and scopes of both (`requestDevicePairing`, 2026.5.18).
 */
export function requestPairing(store: PairingStore, claim: Claim): Pending {
  const rows = store.pending();
  const open = Object.values(rows)
    .filter((row) => row.deviceId === claim.deviceId)
    .sort((left, right) => right.ts - left.ts);
  const [latest] = open;
  if (latest && open.length === 1 && equalSets(latest.scopes, claim.scopes)) {
    const refreshed = { ...latest, platform: claim.platform };
    store.savePending({ ...rows, [latest.requestId]: refreshed });
    return refreshed;
  }
  const row: Pending = {
    requestId: randomUUID(),
    ...claim,
    roles: union(...open.map((each) => each.roles), [claim.role]),
    scopes: union(...open.map((each) => each.scopes), claim.scopes),
    silent: false,
    isRepair: claim.deviceId in store.paired(),
    ts: Date.now(),
  };
  const others = Object.values(rows).filter((each) => each.deviceId !== claim.deviceId);
  store.savePending(Object.fromEntries([...others, row].map((each) => [each.requestId, each])));
  return row;
}

function equalSets(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((item) => right.includes(item));
}

/** Approves one request: scopes grow, the device token is rotated, the request goes. */
export function approve(store: PairingStore, requestId: string): Paired | undefined {
  const rows = store.pending();
  const request = Object.hasOwn(rows, requestId) ? rows[requestId] : undefined;
  if (request === undefined) return undefined;
  const now = Date.now();
  const paired = store.paired();
  const before = paired[request.deviceId];
  const approvedScopes = union(before?.approvedScopes ?? before?.scopes ?? [], request.scopes);
  const tokens: Record<string, PairedToken> = { ...before?.tokens };
  for (const role of request.roles) {
    const old = tokens[role];
    tokens[role] = {
      token: newToken(),
      role,
      scopes: union(old?.scopes ?? [], request.scopes).sort(),
      createdAtMs: old?.createdAtMs ?? now,
      ...(old && { rotatedAtMs: now }),
    };
  }
  const { requestId: _id, silent: _silent, isRepair: _repair, ts: _ts, ...claim } = request;
  const row: Paired = {
    ...claim,
    roles: union(before?.roles ?? [], request.roles),
    scopes: approvedScopes,
    approvedScopes,
    tokens,
    createdAtMs: before?.createdAtMs ?? now,
    approvedAtMs: now,
  };
  store.savePaired({ ...paired, [request.deviceId]: row });
  store.savePending(Object.fromEntries(Object.entries(rows).filter(([key]) => key !== requestId)));
  return row;
}

/** 2026.9 on loopback: the approved scopes grow by what is asked for, and nobody is told. */
export function grow(store: PairingStore, paired: Paired, claim: Claim): Paired {
  const scopes = union(paired.approvedScopes, claim.scopes);
  const token = paired.tokens[claim.role];
  const now = Date.now();
  const grown = token && { ...token, scopes: [...scopes].sort(), rotatedAtMs: now };
  const row: Paired = {
    ...paired,
    scopes,
    approvedScopes: scopes,
    approvedAtMs: now,
    tokens: { ...paired.tokens, ...(grown && { [claim.role]: grown }) },
  };
  store.savePaired({ ...store.paired(), [row.deviceId]: row });
  return row;
}

/** The token that a good connect gets: the one on record, or a new one where that was revoked. */
export function liveToken(
  store: PairingStore,
  paired: Paired,
  claim: Pick<Claim, 'role' | 'scopes'>,
): PairedToken | undefined {
  const { role, scopes } = claim;
  const existing = paired.tokens[role];
  if (existing?.revokedAtMs === undefined) return existing;
  const { createdAtMs } = existing;
  const token = {
    token: newToken(),
    role,
    scopes: [...scopes],
    createdAtMs,
    rotatedAtMs: Date.now(),
  };
  const row = { ...paired, tokens: { ...paired.tokens, [role]: token } };
  store.savePaired({ ...store.paired(), [paired.deviceId]: row });
  return token;
}

/** Keeps the token of a role on record, as one that is no longer taken. */
export function revoke(store: PairingStore, deviceId: string, role: string): boolean {
  const rows = store.paired();
  const row = Object.hasOwn(rows, deviceId) ? rows[deviceId] : undefined;
  const token = row?.tokens[role];
  if (row === undefined || token === undefined) return false;
  const tokens = { ...row.tokens, [role]: { ...token, revokedAtMs: Date.now() } };
  store.savePaired({ ...rows, [deviceId]: { ...row, tokens } });
  return true;
}

/** Drops a request, or a paired device with its requests. */
export function forget(store: PairingStore, id: string): boolean {
  const [paired, pending] = [store.paired(), store.pending()];
  if (!Object.hasOwn(paired, id) && !Object.hasOwn(pending, id)) return false;
  const isOther = (row: Paired | Pending) =>
    row.deviceId !== id && !('requestId' in row && row.requestId === id);
  store.savePaired(kept(paired, isOther));
  store.savePending(kept(pending, isOther));
  return true;
}

function kept<T>(rows: Record<string, T>, wanted: (row: T) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(rows).filter(([, row]) => wanted(row)));
}

/** A row without its tokens' values, as `device.pair.list` shows it. */
export function redacted(row: Paired): Record<string, unknown> {
  const { tokens, approvedScopes: _approved, ...rest } = row;
  const summaries = Object.values(tokens).map((token) => {
    const { token: _value, ...summary } = token;
    return summary;
  });
  return { ...rest, tokens: summaries };
}
