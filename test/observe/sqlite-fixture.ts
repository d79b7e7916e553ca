import { copyFile, mkdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';

const { Database } = createRequire(import.meta.url)(
  'node-sqlite3-wasm',
) as typeof import('node-sqlite3-wasm');

/** Statements with values, run one after the other. */
export type Statements = (string | [sql: string, values: (string | number | null)[]])[];

interface Fixture {
  /** Checkpointed: in the main file. */
  base: Statements;
  /** Committed, and still only in the write-ahead log. */
  log?: Statements;
}

/**
 * A database as a live writer leaves it: copied while the writer has it open, so that `log` is in
 * `<path>-wal` alone. The writer works elsewhere; `path` has no lock and no shared memory.
 */
export async function liveDatabase(path: string, fixture: Fixture): Promise<void> {
  const original = `${path}.writer`;
  await mkdir(dirname(path), { recursive: true });
  await rm(original, { force: true });
  const database = new Database(original);
  const run = (statements: Statements): void => {
    for (const statement of statements) {
      if (typeof statement === 'string') database.exec(statement);
      else database.run(statement[0], statement[1]);
    }
  };
  database.exec('PRAGMA locking_mode=EXCLUSIVE');
  database.exec('PRAGMA journal_mode=WAL');
  database.exec('PRAGMA wal_autocheckpoint=0');
  run(fixture.base);
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  run(fixture.log ?? []);
  await copyFile(original, path);
  if (fixture.log) await copyFile(`${original}-wal`, `${path}-wal`);
  database.close();
}
