import { compileWasmQuickly } from '../quick-wasm.js';

/** A database that is open for reading, by whichever SQLite this Node has. */
export interface Reader {
  all(sql: string): Record<string, unknown>[];
  close(): void;
}

/** Opens a private copy of a database; undefined when this SQLite is not here. */
export type OpenReader = (path: string) => Promise<Reader | undefined>;

interface NodeSqlite {
  DatabaseSync: new (
    path: string,
    options: { readOnly: boolean },
  ) => {
    exec(sql: string): void;
    prepare(sql: string): { all(): unknown[] };
    close(): void;
  };
}

interface WasmSqlite {
  Database: new (
    path: string,
    options: { readOnly: boolean; fileMustExist: boolean },
  ) => {
    all(sql: string): unknown[];
    close(): void;
  };
}

/** Node's own SQLite: 22.13 and later without a flag. */
export const openWithNode: OpenReader = (path) => {
  const sqlite = withoutSqliteWarning(nodeSqlite);
  if (!sqlite) return Promise.resolve(undefined);
  const database = new sqlite.DatabaseSync(path, { readOnly: true });
  return Promise.resolve(
    prepared({
      all: (sql) => database.prepare(sql).all() as Record<string, unknown>[],
      close: () => database.close(),
    }),
  );
};

/** The optional package, for Node 20. */
export const openWithWasm: OpenReader = async (path) => {
  let sqlite: WasmSqlite;
  try {
    compileWasmQuickly();
    sqlite = (await import('node-sqlite3-wasm')).default;
  } catch {
    return undefined;
  }
  const database = new sqlite.Database(path, { readOnly: true, fileMustExist: true });
  return prepared({
    all: (sql) => database.all(sql) as Record<string, unknown>[],
    close: () => database.close(),
  });
};

/** The first SQLite that this Node has. Throws what SQLite throws when the file is no database. */
export const openReader: OpenReader = async (path) =>
  (await openWithNode(path)) ?? (await openWithWasm(path));

/**
 * The exclusive mode keeps the one lock on our copy for good, so that the copy can be unlinked
 * while it is open; the first query makes SQLite look at the file at all.
 */
function prepared(reader: Reader): Reader {
  try {
    reader.all('PRAGMA locking_mode=EXCLUSIVE');
    reader.all('PRAGMA trusted_schema=OFF');
    reader.all('SELECT count(*) FROM sqlite_schema');
    return reader;
  } catch (error) {
    reader.close();
    throw error;
  }
}

function nodeSqlite(): NodeSqlite | undefined {
  const found: object | undefined = process.getBuiltinModule('node:sqlite');
  return found && 'DatabaseSync' in found ? (found as NodeSqlite) : undefined;
}

/** Node 22 warns that its SQLite is experimental; that one warning is no news to the operator. */
function withoutSqliteWarning<T>(work: () => T): T {
  const original = Object.getOwnPropertyDescriptor(process, 'emitWarning');
  const emit = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (...args: unknown[]): void => {
    if (args[1] === 'ExperimentalWarning' && String(args[0]).includes('SQLite')) return;
    emit(...args);
  };
  try {
    return work();
  } finally {
    if (original) Object.defineProperty(process, 'emitWarning', original);
  }
}
