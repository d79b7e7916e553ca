import { join } from 'node:path';
import type { ObserverContext } from '../../model/observer.js';
import { maxRows, readTable, type TableQuery, type TableRead } from './query.js';
import { openSnapshot } from './snapshot.js';

/** The tables of `state/openclaw.sqlite` (2026.9) that this product looks at. */
export type StateTable = keyof typeof stateTables;

/** One reading for all observers of a round; the rows still hold raw secrets. */
export type StateDatabase =
  | { state: 'ok'; tables: Readonly<Record<StateTable, TableRead>> }
  | { state: 'absent' | 'denied' | 'error' | 'unsupported'; reason: string };

/** Private keys are never asked for. */
const stateTables = {
  schema: { table: 'schema_meta', text: ['meta_key', 'app_version'], number: ['schema_version'] },
  identities: {
    table: 'device_identities',
    text: ['identity_key', 'device_id', 'public_key_pem'],
    number: ['created_at_ms'],
  },
  deviceTokens: {
    table: 'device_auth_tokens',
    text: ['device_id', 'role', 'token', 'scopes_json'],
    number: ['updated_at_ms'],
  },
  paired: {
    table: 'device_pairing_paired',
    text: [
      'device_id',
      'client_id',
      'client_mode',
      'platform',
      'role',
      'roles_json',
      'scopes_json',
      'approved_scopes_json',
      'tokens_json',
    ],
    number: ['created_at_ms', 'approved_at_ms'],
  },
  pending: {
    table: 'device_pairing_pending',
    text: [
      'request_id',
      'device_id',
      'client_id',
      'client_mode',
      'platform',
      'role',
      'roles_json',
      'scopes_json',
    ],
    number: ['silent', 'is_repair', 'ts'],
  },
  boots: {
    table: 'gateway_boot_lifecycle',
    text: ['outcome', 'startup_reason'],
    number: ['pid', 'started_at_ms', 'completed_at_ms'],
    newestBy: 'started_at_ms',
  },
  configHealth: { table: 'config_health_entries', text: ['config_path', 'last_known_good_json'] },
  machineState: {
    table: 'config_machine_state',
    text: ['state_key', 'value_json'],
    where: {
      column: 'state_key',
      in: ['auth.sharedStore', 'authProfiles.store', 'authProfiles.state'],
    },
  },
} as const satisfies Record<string, TableQuery>;

/** The name in the database, for the people who look there. */
export function tableName(name: StateTable): string {
  return stateTables[name].table;
}

/** Where 2026.9 keeps pairing, the shared credential store and its record of the config. */
export function stateDatabasePath(stateDir: string): string {
  return join(stateDir, 'state', 'openclaw.sqlite');
}

const deadlineMs = 5000;

/**
 * Every row that an observer of this round may need, in one opening, closed again at once. The work
 * has a deadline of its own: it is shared, so one caller's end must not cut it short for the others.
 */
export function readStateDatabase(
  context: Pick<ObserverContext, 'once'>,
  stateDir: string,
): Promise<StateDatabase> {
  const path = stateDatabasePath(stateDir);
  return context.once(`sqlite:${path}`, () => readAll(path, AbortSignal.timeout(deadlineMs)));
}

/** This host has one device and, after a restored backup, a few; a file may say anything. */
const mostOwn = 50;
const keys = { paired: 'device_id', pending: 'request_id' } as const;

/** Tables are read up to a limit: the rows of this host's own devices must be among them. */
function merged(first: TableRead, all: TableRead, key: string): TableRead {
  if (all.state !== 'ok') return all;
  const seen = new Set(first.rows.map(({ text }) => text[key]));
  return {
    state: 'ok',
    rows: [...first.rows, ...all.rows.filter(({ text }) => !seen.has(text[key]))],
  };
}

async function readAll(path: string, signal: AbortSignal): Promise<StateDatabase> {
  const database = await openSnapshot(path, signal);
  if (database.state !== 'ok') return database;
  try {
    const entries = Object.entries(stateTables).map(
      ([name, query]) => [name, readTable(database, query)] as const,
    );
    const tables = Object.fromEntries(entries) as Record<StateTable, TableRead>;
    const own = [...tables.identities.rows, ...tables.deviceTokens.rows].flatMap(
      ({ text }) => text.device_id ?? [],
    );
    const where = { column: 'device_id', in: [...new Set(own)].slice(0, mostOwn) };
    for (const name of ['paired', 'pending'] as const) {
      // What fits is complete already.
      if (tables[name].rows.length < maxRows) continue;
      const first = readTable(database, { ...stateTables[name], where });
      tables[name] = merged(first, tables[name], keys[name]);
    }
    return { state: 'ok', tables };
  } finally {
    await database.close();
  }
}
