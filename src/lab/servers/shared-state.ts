import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sqlite from 'node-sqlite3-wasm';
import type { Identity } from './identity.js';
import { strings } from './json.js';
import { releases } from './line.js';
import type { Paired, PairedToken, PairingStore, Pending } from './pairing.js';

type Row = Record<string, unknown>;

/** `<state>/state/openclaw.sqlite` of 2026.9: the tables that concern authentication. */
export interface SharedState extends PairingStore {
  identity(create: () => Identity): Identity;
  saveHealth(configPath: string, lastKnownGood: object): void;
  saveBoot(bootId: string): void;
  close(): void;
}

const tables = `
CREATE TABLE IF NOT EXISTS schema_meta (meta_key TEXT NOT NULL PRIMARY KEY, role TEXT NOT NULL, schema_version INTEGER NOT NULL, agent_id TEXT, app_version TEXT, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS device_identities (identity_key TEXT NOT NULL PRIMARY KEY, device_id TEXT NOT NULL, public_key_pem TEXT NOT NULL, private_key_pem TEXT NOT NULL, created_at_ms INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS device_auth_tokens (device_id TEXT NOT NULL, role TEXT NOT NULL, token TEXT NOT NULL, scopes_json TEXT NOT NULL, updated_at_ms INTEGER NOT NULL, PRIMARY KEY (device_id, role)) STRICT;
CREATE TABLE IF NOT EXISTS gateway_origin_device_tokens (gateway_scope TEXT NOT NULL, device_id TEXT NOT NULL, role TEXT NOT NULL, token TEXT NOT NULL, scopes_json TEXT NOT NULL, updated_at_ms INTEGER NOT NULL, PRIMARY KEY (gateway_scope, device_id, role)) STRICT;
CREATE TABLE IF NOT EXISTS device_pairing_pending (request_id TEXT NOT NULL PRIMARY KEY, device_id TEXT NOT NULL, public_key TEXT NOT NULL, display_name TEXT, platform TEXT, device_family TEXT, client_id TEXT, client_mode TEXT, browser_origin TEXT, role TEXT, roles_json TEXT, scopes_json TEXT, remote_ip TEXT, silent INTEGER, is_repair INTEGER, ts INTEGER NOT NULL, refreshed_at_ms INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS device_pairing_paired (device_id TEXT NOT NULL PRIMARY KEY, public_key TEXT NOT NULL, display_name TEXT, operator_label TEXT, platform TEXT, device_family TEXT, client_id TEXT, client_mode TEXT, browser_origin TEXT, role TEXT, roles_json TEXT, scopes_json TEXT, approved_scopes_json TEXT, remote_ip TEXT, tokens_json TEXT, approved_via TEXT, node_surface_json TEXT, pending_node_surface_json TEXT, created_at_ms INTEGER NOT NULL, approved_at_ms INTEGER NOT NULL, last_seen_at_ms INTEGER, last_seen_reason TEXT) STRICT;
CREATE TABLE IF NOT EXISTS device_bootstrap_tokens (token_key TEXT NOT NULL PRIMARY KEY, token TEXT NOT NULL, setup_id TEXT, ts INTEGER NOT NULL, device_id TEXT, public_key TEXT, profile_json TEXT, redeemed_profile_json TEXT, pending_profile_json TEXT, issued_at_ms INTEGER NOT NULL, last_used_at_ms INTEGER) STRICT;
CREATE TABLE IF NOT EXISTS config_health_entries (config_path TEXT NOT NULL PRIMARY KEY, last_known_good_json TEXT, last_promoted_good_json TEXT, last_observed_suspicious_signature TEXT, updated_at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS gateway_boot_lifecycle (boot_id TEXT NOT NULL PRIMARY KEY, pid INTEGER NOT NULL, started_at_ms INTEGER NOT NULL, completed_at_ms INTEGER, outcome TEXT, startup_reason TEXT, reason TEXT) STRICT;
CREATE TABLE IF NOT EXISTS secret_store_entries (scope_kind TEXT NOT NULL, scope_id TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, kind TEXT NOT NULL, created_at_ms INTEGER NOT NULL, updated_at_ms INTEGER NOT NULL, updated_by TEXT, deleted_at_ms INTEGER, allowed_hosts TEXT, PRIMARY KEY (scope_kind, scope_id, name)) STRICT;
CREATE TABLE IF NOT EXISTS config_machine_state (state_key TEXT NOT NULL PRIMARY KEY, value_json TEXT NOT NULL, updated_at_ms INTEGER NOT NULL) STRICT;
PRAGMA user_version = 18;`;

/** Opens the database; a write-ahead log lies beside it for as long as the gateway runs. */
export function openSharedState(stateDir: string): SharedState {
  const directory = join(stateDir, 'state');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'openclaw.sqlite');
  // The library's lock is a directory; one that a killed gateway left is nobody's.
  rmSync(`${file}.lock`, { recursive: true, force: true });
  const db = new sqlite.Database(file);
  db.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;');
  const now = Date.now();
  db.exec(tables);
  db.run('INSERT OR IGNORE INTO schema_meta VALUES (?, ?, ?, ?, ?, ?, ?)', [
    'primary',
    'global',
    18,
    null,
    releases['2026.9'],
    now,
    now,
  ]);
  for (const suffix of ['', '-wal']) chmodSync(`${file}${suffix}`, 0o600);

  return {
    paired: () => byKey(db.all('SELECT * FROM device_pairing_paired').map(pairedOf), 'deviceId'),
    pending: () =>
      byKey(db.all('SELECT * FROM device_pairing_pending').map(pendingOf), 'requestId'),
    savePaired(rows) {
      db.exec('DELETE FROM device_pairing_paired');
      for (const row of Object.values(rows)) insert(db, 'device_pairing_paired', pairedRow(row));
    },
    savePending(rows) {
      db.exec('DELETE FROM device_pairing_pending');
      for (const row of Object.values(rows)) insert(db, 'device_pairing_pending', pendingRow(row));
    },
    identity(create) {
      const found = db.get('SELECT * FROM device_identities WHERE identity_key = ?', ['primary']);
      if (found) return identityOf(found);
      const made = create();
      const keys = [made.publicKeyPem, made.privateKeyPem];
      db.run('INSERT INTO device_identities VALUES (?, ?, ?, ?, ?, ?)', [
        'primary',
        made.deviceId,
        ...keys,
        now,
        now,
      ]);
      return made;
    },
    saveHealth(configPath, lastKnownGood) {
      db.run('INSERT OR REPLACE INTO config_health_entries VALUES (?, ?, NULL, NULL, ?)', [
        configPath,
        JSON.stringify(lastKnownGood),
        Date.now(),
      ]);
    },
    saveBoot(bootId) {
      db.run('INSERT INTO gateway_boot_lifecycle (boot_id, pid, started_at_ms) VALUES (?, ?, ?)', [
        bootId,
        process.pid,
        Date.now(),
      ]);
    },
    close: () => db.close(),
  };
}

function insert(db: InstanceType<typeof sqlite.Database>, table: string, row: Row): void {
  const names = Object.keys(row);
  const marks = names.map(() => '?').join(', ');
  const values = Object.values(row) as (string | number | null)[];
  db.run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks})`, values);
}

function byKey<T extends Paired | Pending>(
  rows: T[],
  key: 'deviceId' | 'requestId',
): Record<string, T> {
  return Object.fromEntries(rows.map((row) => [String((row as unknown as Row)[key]), row]));
}

function identityOf(row: Row): Identity {
  const publicKeyPem = String(row.public_key_pem);
  const raw = Buffer.from(publicKeyPem.replace(/-----[^-]+-----|\s/g, ''), 'base64').subarray(-32);
  return {
    deviceId: String(row.device_id),
    publicKey: raw.toString('base64url'),
    publicKeyPem,
    privateKeyPem: String(row.private_key_pem),
  };
}

function common(row: Row) {
  return {
    deviceId: String(row.device_id),
    publicKey: String(row.public_key),
    platform: String(row.platform ?? ''),
    ...(typeof row.device_family === 'string' && { deviceFamily: row.device_family }),
    clientId: String(row.client_id ?? ''),
    clientMode: String(row.client_mode ?? ''),
    role: String(row.role ?? ''),
    roles: list(row.roles_json),
    scopes: list(row.scopes_json),
  };
}

function pairedOf(row: Row): Paired {
  return {
    ...common(row),
    approvedScopes: list(row.approved_scopes_json),
    tokens: JSON.parse(String(row.tokens_json ?? '{}')) as Record<string, PairedToken>,
    createdAtMs: Number(row.created_at_ms),
    approvedAtMs: Number(row.approved_at_ms),
  };
}

function pendingOf(row: Row): Pending {
  return {
    requestId: String(row.request_id),
    ...common(row),
    silent: Number(row.silent) === 1,
    isRepair: Number(row.is_repair) === 1,
    ts: Number(row.ts),
  };
}

function list(json: unknown): string[] {
  return typeof json === 'string' ? strings(JSON.parse(json)) : [];
}

function commonRow(row: Paired | Pending): Row {
  return {
    device_id: row.deviceId,
    public_key: row.publicKey,
    platform: row.platform,
    device_family: row.deviceFamily ?? null,
    client_id: row.clientId,
    client_mode: row.clientMode,
    role: row.role,
    roles_json: JSON.stringify(row.roles),
    scopes_json: JSON.stringify(row.scopes),
  };
}

function pairedRow(row: Paired): Row {
  return {
    ...commonRow(row),
    approved_scopes_json: JSON.stringify(row.approvedScopes),
    tokens_json: JSON.stringify(row.tokens),
    approved_via: 'silent',
    created_at_ms: row.createdAtMs,
    approved_at_ms: row.approvedAtMs,
    last_seen_at_ms: Date.now(),
    last_seen_reason: 'connect',
  };
}

function pendingRow(row: Pending): Row {
  return {
    request_id: row.requestId,
    ...commonRow(row),
    silent: row.silent ? 1 : 0,
    is_repair: row.isRepair ? 1 : 0,
    ts: row.ts,
  };
}
