import type { Observer } from '../../model/observer.js';
import { readStateDatabase, stateDatabasePath } from '../sqlite/state-database.js';
import { directoryFacts, fileFacts } from './file-facts.js';
import { pairingFiles, pairingFromJson } from './pairing-json.js';
import { pairingFromTables } from './pairing-sqlite.js';
import { fileWitness, tilde } from './read-file.js';
import { closedDirectory, placeOf, rowsWitness } from './state-place.js';

/**
 * Device identity, paired devices and pending requests: four JSON files (2026.5), or tables of the
 * state database (2026.9). Where the database exists it alone is believed.
 */
export const pairingObserver: Observer<'gateway.pairing'> = {
  id: 'gateway.pairing',
  stage: 'doctor',
  deadlineMs: 5000,

  async observe(context) {
    const { stateDir, home } = placeOf(context);
    const source = tilde(stateDir, home);
    const closed = closedDirectory(await directoryFacts(stateDir, home));
    if (closed) return closed;

    const files = Object.values(pairingFiles(stateDir));
    const found = await Promise.all(files.map((path) => fileFacts(path, home)));
    const present = found.filter((file) => file.state !== 'absent').map((file) => file.path);
    const database = await fileFacts(stateDatabasePath(stateDir), home);
    if (database.state === 'absent') {
      const parts = await pairingFromJson(context, stateDir, home);
      const store = present.length > 0 ? 'json' : 'none';
      return { state: 'ok', source, data: { store, staleJson: [], ...parts } };
    }
    const read = await readStateDatabase(context, stateDir);
    if (read.state !== 'ok')
      return { state: read.state, source: database.path, reason: read.reason };
    const parts = pairingFromTables(read.tables, database.path, context.secrets);
    return {
      state: 'ok',
      source: database.path,
      data: { store: 'sqlite', staleJson: present, ...parts },
    };
  },

  async witness(context) {
    const { stateDir } = placeOf(context);
    const files = await fileWitness(Object.values(pairingFiles(stateDir)));
    const read = await readStateDatabase(context, stateDir);
    if (read.state !== 'ok') return `${files}\n${read.state}`;
    // A running gateway writes to its database all the time: only what is judged may count.
    const { identities, paired, pending, deviceTokens } = read.tables;
    const judged = [
      identities.rows,
      deviceTokens.rows,
      pending.rows,
      paired.rows.map(({ text, number }) => [{ ...text, tokens_json: '' }, number]),
    ];
    return `${files}\n${rowsWitness(judged)}`;
  },
};
