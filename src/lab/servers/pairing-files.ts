import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord, readObject, strings, writeAtomically } from './json.js';
import type { Paired, PairingStore, Pending } from './pairing.js';

/** `devices/paired.json` and `devices/pending.json` of 2026.5. */
export function pairingFiles(stateDir: string): PairingStore {
  const directory = join(stateDir, 'devices');
  const files = {
    paired: join(directory, 'paired.json'),
    pending: join(directory, 'pending.json'),
  };
  const save = (file: string, rows: object) => {
    mkdirSync(directory, { recursive: true });
    chmodSync(directory, 0o755);
    writeAtomically(file, JSON.stringify(rows, null, 2));
  };
  return {
    paired: () => rowsOf<Paired>(files.paired),
    pending: () => rowsOf<Pending>(files.pending),
    savePaired: (rows) => save(files.paired, rows),
    savePending: (rows) => save(files.pending, rows),
  };
}

// The lab reads what the lab or a test wrote; a row of another shape is not there.
function rowsOf<T extends Paired | Pending>(file: string): Record<string, T> {
  const rows: Record<string, T> = {};
  for (const [key, row] of Object.entries(readObject(file))) {
    if (!isRecord(row) || typeof row.deviceId !== 'string') continue;
    rows[key] = { ...row, roles: strings(row.roles), scopes: strings(row.scopes) } as T;
  }
  return rows;
}
