import { createHash, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { liveDatabase, type Statements } from './sqlite-fixture.js';

/** The tables of 2026.9.6 that are looked at, with the columns that are looked at and some more. */
export const stateSchema: Statements = [
  'CREATE TABLE schema_meta(meta_key TEXT PRIMARY KEY, role TEXT, schema_version INTEGER, app_version TEXT) STRICT',
  'CREATE TABLE device_identities(identity_key TEXT PRIMARY KEY, device_id TEXT, public_key_pem TEXT, private_key_pem TEXT, created_at_ms INTEGER, updated_at_ms INTEGER) STRICT',
  'CREATE TABLE device_auth_tokens(device_id TEXT, role TEXT, token TEXT, scopes_json TEXT, updated_at_ms INTEGER, PRIMARY KEY(device_id, role)) STRICT',
  'CREATE TABLE device_pairing_paired(device_id TEXT PRIMARY KEY, client_id TEXT, client_mode TEXT, platform TEXT, role TEXT, roles_json TEXT, scopes_json TEXT, approved_scopes_json TEXT, tokens_json TEXT, created_at_ms INTEGER, approved_at_ms INTEGER) STRICT',
  'CREATE TABLE device_pairing_pending(request_id TEXT PRIMARY KEY, device_id TEXT, client_id TEXT, client_mode TEXT, platform TEXT, role TEXT, roles_json TEXT, scopes_json TEXT, silent INTEGER, is_repair INTEGER, ts INTEGER) STRICT',
  'CREATE TABLE gateway_boot_lifecycle(boot_id TEXT PRIMARY KEY, pid INTEGER, started_at_ms INTEGER, completed_at_ms INTEGER, outcome TEXT, startup_reason TEXT, reason TEXT) STRICT',
  'CREATE TABLE config_health_entries(config_path TEXT PRIMARY KEY, last_known_good_json TEXT, updated_at_ms INTEGER) STRICT',
  'CREATE TABLE config_machine_state(state_key TEXT PRIMARY KEY, value_json TEXT, updated_at_ms INTEGER) STRICT',
  "INSERT INTO schema_meta VALUES('primary', 'state', 18, '2026.9.6')",
];

export interface Device {
  id: string;
  publicKeyPem: string;
  privateKeyPem: string;
}

/** A device identity as OpenClaw makes one: the id is the SHA-256 of the raw public key. */
export function newDevice(): Device {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  return {
    id: createHash('sha256').update(raw).digest('hex'),
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** `state/openclaw.sqlite` with the schema in the main file and the rows in the log alone. */
export async function stateDatabase(home: string, rows: Statements): Promise<void> {
  const path = join(home, '.openclaw', 'state', 'openclaw.sqlite');
  await liveDatabase(path, { base: stateSchema, log: rows });
}
