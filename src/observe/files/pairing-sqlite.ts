import type { Part } from '../../model/facts-pairing.js';
import type { SecretKeeper } from '../../model/observer.js';
import { maxRows, type Row, type TableRead } from '../sqlite/query.js';
import { type StateDatabase, type StateTable, tableName } from '../sqlite/state-database.js';
import type { PairingParts } from './pairing-json.js';
import { deviceTokenRow, identityRow, pairedRow, partOf, pendingRow } from './pairing-rows.js';
import { parseJson } from './read-json.js';

type Tables = Extract<StateDatabase, { state: 'ok' }>['tables'];

/** Pairing as 2026.9 keeps it: tables of `state/openclaw.sqlite`, which `source` names. */
export function pairingFromTables(
  tables: Tables,
  source: string,
  secrets: SecretKeeper,
): PairingParts {
  const part = <T>(name: StateTable, row: (row: Row) => T | undefined): Part<T> =>
    partFrom(tables[name], `${source}#${tableName(name)}`, row);
  const all = tables.identities.rows;
  const primary = all.filter((row) => row.text.identity_key === 'primary');
  const identities = { ...tables.identities, rows: primary.length > 0 ? primary : all };
  const identity = partFrom(
    identities,
    `${source}#${tableName('identities')}`,
    ({ text, number }) =>
      identityRow({
        deviceId: text.device_id,
        publicKeyPem: text.public_key_pem,
        createdAtMs: number.created_at_ms,
      }),
  );
  return {
    identity:
      identity.state === 'ok' && identity.rows.length === 0
        ? { ...identity, state: 'absent', reason: 'this host has no device identity yet' }
        : identity,
    deviceTokens: part('deviceTokens', ({ text, number }) => {
      const { device_id: deviceId, role, token } = text;
      const scopes = jsonColumn(text.scopes_json);
      if (deviceId === undefined || role === undefined || scopes === invalid) return undefined;
      const raw = { token, scopes, updatedAtMs: number.updated_at_ms };
      return deviceTokenRow(deviceId, role, raw, secrets);
    }),
    paired: part('paired', (row) => {
      const tokens = jsonColumn(row.text.tokens_json);
      const approvedScopes = jsonColumn(row.text.approved_scopes_json);
      const common = deviceColumns(row);
      if (common === undefined || tokens === invalid || approvedScopes === invalid)
        return undefined;
      const { created_at_ms: createdAtMs, approved_at_ms: approvedAtMs } = row.number;
      return pairedRow({ ...common, approvedScopes, tokens, createdAtMs, approvedAtMs }, secrets);
    }),
    pending: part('pending', (row) => {
      const common = deviceColumns(row);
      if (common === undefined) return undefined;
      const { silent, is_repair: isRepair, ts } = row.number;
      return pendingRow({ ...common, requestId: row.text.request_id, silent, isRepair, ts });
    }),
  };
}

const invalid = Symbol('not JSON');

function partFrom<T>(table: TableRead, source: string, row: (row: Row) => T | undefined): Part<T> {
  if (table.state === 'ok') {
    const part = partOf(source, table.rows.map(row));
    const isCut = table.rows.length >= maxRows && part.reason === undefined;
    // Its own devices are always among the rows that were read.
    return isCut ? { ...part, reason: `only ${table.rows.length} rows were read` } : part;
  }
  const reason = table.state === 'absent' ? 'no such table' : 'SQLite cannot read the table';
  return { state: table.state, source, reason, rows: [] };
}

function deviceColumns({ text }: Row): Record<string, unknown> | undefined {
  const roles = jsonColumn(text.roles_json);
  const scopes = jsonColumn(text.scopes_json);
  if (roles === invalid || scopes === invalid) return undefined;
  return {
    deviceId: text.device_id,
    clientId: text.client_id,
    clientMode: text.client_mode,
    platform: text.platform,
    role: text.role,
    roles,
    scopes,
  };
}

/** A column without a value is no fault; one whose text is no JSON spoils its row. */
function jsonColumn(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  const { value, fault } = parseJson(text);
  return fault === undefined ? value : invalid;
}
