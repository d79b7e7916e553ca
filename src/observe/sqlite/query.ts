import type { SqliteRead } from './snapshot.js';

type OpenSnapshot = Extract<SqliteRead, { state: 'ok' }>;

/** A row with text and numbers only; a value of another type, or no value, is absent. */
export interface Row {
  text: Readonly<Record<string, string | undefined>>;
  number: Readonly<Record<string, number | undefined>>;
}

export interface TableQuery {
  table: string;
  text: readonly string[];
  number?: readonly string[];
  /** One exact match: column and value. */
  where?: { column: string; in: readonly string[] };
  /** Where there are more rows than the limit: those with the highest value of this column. */
  newestBy?: string;
}

/** `absent`: no such table in this version. `error`: SQLite cannot read it. */
export type TableRead = { state: 'ok' | 'absent' | 'error'; rows: Row[] };

export const maxRows = 1000;
export const maxTextLength = 4 * 1024 * 1024;

/**
 * Reads the columns of a table that this version of it has. Bounded whatever the file holds: only
 * real tables (a view can run for ever), rows and text cut at a limit, numbers as doubles.
 */
export function readTable(database: OpenSnapshot, query: TableQuery): TableRead {
  try {
    const kind = database.rows<{ sql?: unknown }>(
      `SELECT sql FROM sqlite_schema WHERE type='table' AND name=${quoted(query.table, "'")}`,
    )[0]?.sql;
    if (kind === undefined) return { state: 'absent', rows: [] };
    if (typeof kind !== 'string' || /^CREATE\s+VIRTUAL/i.test(kind))
      return { state: 'error', rows: [] };
    const name = quoted(query.table, '"');
    const columns = new Set(
      database.rows<{ name?: unknown }>(`PRAGMA table_info(${name})`).map((column) => column.name),
    );
    const wanted = [
      ...query.text.filter((column) => columns.has(column)).map(textColumn),
      ...(query.number ?? []).filter((column) => columns.has(column)).map(numberColumn),
    ];
    // SQLite may take a quoted name that is no column for a text, so it is looked up first.
    const known = query.where === undefined || columns.has(query.where.column);
    if (wanted.length === 0 || !known) return { state: 'error', rows: [] };
    const where = query.where
      ? ` WHERE ${quoted(query.where.column, '"')} IN (${query.where.in.map((value) => quoted(value, "'")).join(',')})`
      : '';
    const newest = query.newestBy !== undefined && columns.has(query.newestBy);
    const order = newest ? ` ORDER BY ${quoted(query.newestBy ?? '', '"')} DESC` : '';
    const select = `SELECT ${wanted.join(',')} FROM ${name}${where}${order} LIMIT ${maxRows}`;
    const rows = database.rows(select);
    return { state: 'ok', rows: rows.map((row) => typed(row, query)) };
  } catch {
    return { state: 'error', rows: [] };
  }
}

function textColumn(column: string): string {
  const name = quoted(column, '"');
  return `iif(typeof(${name})='text',substr(${name},1,${maxTextLength}),NULL) AS ${name}`;
}

function numberColumn(column: string): string {
  const name = quoted(column, '"');
  return `iif(typeof(${name}) IN ('integer','real'),CAST(${name} AS REAL),NULL) AS ${name}`;
}

function quoted(name: string, mark: '"' | "'"): string {
  return mark + name.replaceAll(mark, mark + mark) + mark;
}

function typed(row: Record<string, unknown>, query: TableQuery): Row {
  const text: Record<string, string> = {};
  const number: Record<string, number> = {};
  for (const column of query.text) {
    const value = row[column];
    if (typeof value === 'string') text[column] = value;
  }
  for (const column of query.number ?? []) {
    const value = row[column];
    if (typeof value === 'number' && Number.isFinite(value)) number[column] = value;
  }
  return { text, number };
}
