import { join } from 'node:path';
import { cleanText, isRecord, member } from '../../domain/clean.js';
import type {
  DeviceIdentity,
  DeviceToken,
  PairedDevice,
  PairingFacts,
  Part,
  PendingRequest,
} from '../../model/facts-pairing.js';
import type { ObserverContext, SecretKeeper } from '../../model/observer.js';
import {
  deviceTokenRow,
  entriesOf,
  identityRow,
  pairedRow,
  partOf,
  pendingRow,
  tokenEntries,
} from './pairing-rows.js';
import { readJson } from './read-json.js';

export type PairingParts = Pick<PairingFacts, 'identity' | 'deviceTokens' | 'paired' | 'pending'>;

/** The four files of 2026.5, in the order in which stale ones are listed. */
export function pairingFiles(stateDir: string) {
  return {
    identity: join(stateDir, 'identity', 'device.json'),
    deviceTokens: join(stateDir, 'identity', 'device-auth.json'),
    paired: join(stateDir, 'devices', 'paired.json'),
    pending: join(stateDir, 'devices', 'pending.json'),
  };
}

/** Pairing as 2026.5 keeps it; each file has its own state, so a broken one hides no other. */
export async function pairingFromJson(
  context: ObserverContext,
  stateDir: string,
  home: string,
): Promise<PairingParts> {
  const files = pairingFiles(stateDir);
  const { secrets } = context;
  const part = <T>(path: string, rows: (value: unknown) => (T | undefined)[]) =>
    partFrom(context, path, home, rows);
  const [identity, deviceTokens, paired, pending] = await Promise.all([
    part<DeviceIdentity>(files.identity, (value) => {
      keepPrivateKey(member(value, 'privateKeyPem'), secrets);
      return [identityRow(value)];
    }),
    part<DeviceToken>(files.deviceTokens, (value) => ownTokens(value, secrets)),
    part<PairedDevice>(files.paired, (value) => entries(value, (raw) => pairedRow(raw, secrets))),
    part<PendingRequest>(files.pending, (value) => entries(value, pendingRow)),
  ]);
  return { identity, deviceTokens, paired, pending };
}

async function partFrom<T>(
  context: ObserverContext,
  path: string,
  home: string,
  rows: (value: unknown) => (T | undefined)[],
): Promise<Part<T>> {
  const read = await readJson(path, context, home);
  const source = read.facts.path;
  if (read.state !== 'ok') return { state: read.state, source, reason: read.reason, rows: [] };
  return partOf(source, rows(read.value));
}

function entries<T>(value: unknown, row: (raw: unknown) => T | undefined): (T | undefined)[] {
  return entriesOf(value)?.map(([, raw]) => row(raw)) ?? [undefined];
}

function ownTokens(value: unknown, secrets: SecretKeeper): (DeviceToken | undefined)[] {
  const deviceId = cleanText(member(value, 'deviceId'));
  const tokens = member(value, 'tokens');
  if (deviceId === undefined || !isRecord(tokens)) return [undefined];
  return tokenEntries(tokens).map(([role, raw]) => deviceTokenRow(deviceId, role, raw, secrets));
}

/** Never recorded in any form; told to the vault, so that a leak of it would be found. */
function keepPrivateKey(pem: unknown, secrets: SecretKeeper): void {
  if (typeof pem !== 'string' || pem.length > 4096) return;
  // The first 16 characters of an Ed25519 key's base64 are the same for everybody.
  const body = pem.replace(/-----[^-]*-----|\s/g, '').slice(16);
  if (body !== '') secrets.mark(body, { kind: 'other' });
}
