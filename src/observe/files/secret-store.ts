import { type SecretKind, unreadableMark } from '../../model/mark.js';
import type { ObserverContext } from '../../model/observer.js';
import { readTable } from '../sqlite/query.js';
import { openSnapshot } from '../sqlite/snapshot.js';
import { stateDatabasePath } from '../sqlite/state-database.js';
import { tilde } from './read-file.js';
import { markValue } from './secret-field.js';
import type { ResolvedRef } from './secret-refs.js';

const deadlineMs = 5000;
const query = {
  table: 'secret_store_entries',
  text: ['scope_kind', 'scope_id', 'name', 'value'],
  number: ['deleted_at_ms'],
};

type Entries =
  | { state: 'ok'; values: ReadonlyMap<string, string> }
  | { state: 'absent' | 'unreadable'; reason: string };

/** An entry of the built-in store of 2026.9 (`state/openclaw.sqlite`, scope `team`). */
export async function storedSecret(
  name: string,
  context: ObserverContext,
  kind: SecretKind,
): Promise<ResolvedRef> {
  const home = context.target.home ?? context.host.home;
  const path = stateDatabasePath(context.target.stateDir ?? `${home}/.openclaw`);
  const entries = await context.once(`secret-store:${path}`, () => readEntries(path));
  const shown = tilde(path, home);
  if (entries.state === 'unreadable') {
    return { mark: unreadableMark(kind), reason: `${shown}: ${entries.reason}` };
  }
  const value = entries.state === 'ok' ? entries.values.get(name) : undefined;
  if (value === undefined) {
    const reason = entries.state === 'ok' ? `no live entry ${name}` : entries.reason;
    return { mark: { state: 'unresolved-ref', kind, flags: [] }, reason: `${shown}: ${reason}` };
  }
  return { mark: markValue(value, kind, context.secrets) };
}

async function readEntries(path: string): Promise<Entries> {
  const database = await openSnapshot(path, AbortSignal.timeout(deadlineMs));
  if (database.state === 'absent') return { state: 'absent', reason: 'absent' };
  if (database.state !== 'ok') return { state: 'unreadable', reason: database.reason };
  try {
    const table = readTable(database, query);
    if (table.state === 'error') {
      return { state: 'unreadable', reason: 'secret_store_entries cannot be read' };
    }
    if (table.state === 'absent') return { state: 'absent', reason: 'no table of that name' };
    const live = table.rows.filter(
      ({ text, number }) =>
        text.scope_kind === 'team' && text.scope_id === '' && number.deleted_at_ms === undefined,
    );
    const values = new Map<string, string>();
    for (const { text } of live) {
      if (text.name !== undefined && text.value !== undefined) values.set(text.name, text.value);
    }
    return { state: 'ok', values };
  } finally {
    await database.close();
  }
}
