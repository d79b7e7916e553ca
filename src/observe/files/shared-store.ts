import { join } from 'node:path';
import { member } from '../../domain/clean.js';
import type { SharedStoreFacts } from '../../model/facts-models.js';
import type { Observer, ObserverContext, ObserverResult } from '../../model/observer.js';
import { readStateDatabase, stateDatabasePath } from '../sqlite/state-database.js';
import { agentCredentials, agentFiles } from './agent-credentials.js';
import { directoryFacts, fileFacts } from './file-facts.js';
import { followed, storedCells } from './profile-refs.js';
import { fileWitness } from './read-file.js';
import { parseJson } from './read-json.js';
import { closedDirectory, placeOf, rowsWitness } from './state-place.js';

/**
 * The store that every agent inherits from: cells of the state database once 2026.9 has moved it
 * there, else the main agent's own.
 */
export const sharedStoreObserver: Observer<'gateway.shared-store'> = {
  id: 'gateway.shared-store',
  stage: 'doctor',
  deadlineMs: 5000,

  async observe(context) {
    const { stateDir, home } = placeOf(context);
    const closed = closedDirectory(await directoryFacts(stateDir, home));
    if (closed) return closed;
    const database = await fileFacts(stateDatabasePath(stateDir), home);
    if (database.state === 'absent') return fromMainAgent(context);
    const read = await readStateDatabase(context, stateDir);
    const source = database.path;
    if (read.state !== 'ok') return { state: read.state, source, reason: read.reason };
    const { machineState } = read.tables;
    if (machineState.state === 'error') {
      return { state: 'error', source, reason: 'SQLite cannot read config_machine_state' };
    }
    const cell = (key: string) => {
      const row = machineState.rows.find(({ text }) => text.state_key === key);
      return row && (row.text.value_json ?? '');
    };
    const location = member(parseJson(cell('auth.sharedStore') ?? '').value, 'location');
    if (location !== 'state-db') return fromMainAgent(context);
    const parsed = storedCells(context, cell('authProfiles.store'), cell('authProfiles.state'));
    const contents = await followed(context, parsed);
    return { state: 'ok', source, data: { kind: 'state-db', source, ...contents } };
  },

  async witness(context) {
    const { stateDir } = placeOf(context);
    const files = await fileWitness([agentFiles(mainAgentDir(context)).profiles]);
    const read = await readStateDatabase(context, stateDir);
    if (read.state !== 'ok') return `${files}\n${read.state}`;
    // Usage is written with every run; the pointer and the credentials are what is judged.
    const judged = read.tables.machineState.rows.filter(
      ({ text }) => text.state_key !== 'authProfiles.state',
    );
    return `${files}\n${rowsWitness(judged)}`;
  },
};

function mainAgentDir(context: ObserverContext): string {
  return join(placeOf(context).stateDir, 'agents', 'main', 'agent');
}

async function fromMainAgent(context: ObserverContext): Promise<ObserverResult<SharedStoreFacts>> {
  const read = await agentCredentials(context, mainAgentDir(context));
  if (read.state !== 'ok') return { state: read.state, source: read.path, reason: read.reason };
  const { kind, file, contents } = read.credentials;
  const source = file.path;
  if (kind === 'none') return { state: 'ok', source, data: { kind: 'none', source } };
  if (contents === undefined) {
    const state = file.state === 'denied' ? 'denied' : 'error';
    return { state, source, reason: file.reason ?? file.state };
  }
  return { state: 'ok', source, data: { kind: 'main-agent', source, contents } };
}
