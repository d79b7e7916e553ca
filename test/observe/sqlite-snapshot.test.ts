import {
  chmod,
  open,
  readdir,
  readFile,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { readTable } from '../../src/observe/sqlite/query.js';
import { openReader, openWithNode, openWithWasm } from '../../src/observe/sqlite/reader.js';
import { openSnapshot } from '../../src/observe/sqlite/snapshot.js';
import { liveDatabase, type Statements } from './sqlite-fixture.js';
import { put, temporaryHome } from './store-context.js';

const signal = AbortSignal.timeout(20_000);
const table = 'CREATE TABLE t(a INTEGER, b TEXT)';
const row = (a: number, b: string): Statements[number] => ['INSERT INTO t VALUES(?,?)', [a, b]];
const many = (from: number, to: number): Statements =>
  Array.from({ length: to - from }, (_, at) => row(from + at, 'x'.repeat(300)));

const engines = [
  ['the SQLite of this Node', openWithNode],
  ['the optional package', openWithWasm],
] as const;

describe.each(engines)('a snapshot read with %s', (_name, engine) => {
  it('has the rows of the main file and those that only the log holds', async (context) => {
    const path = join(await temporaryHome(), 'db.sqlite');
    await liveDatabase(path, {
      base: [table, row(1, 'base')],
      log: [row(2, 'log'), row(3, 'log')],
    });
    const read = await openSnapshot(path, signal, engine);
    if (read.state === 'unsupported') context.skip();
    if (read.state !== 'ok') throw new Error(read.reason);
    expect(read.rows('SELECT a, b FROM t ORDER BY a').map((r) => ({ ...r }))).toEqual([
      { a: 1, b: 'base' },
      { a: 2, b: 'log' },
      { a: 3, b: 'log' },
    ]);
    expect(read.rows('SELECT * FROM missing')).toEqual([]);
    expect(read.rows('PRAGMA integrity_check').map((r) => ({ ...r }))).toEqual([
      { integrity_check: 'ok' },
    ]);
    await read.close();
  });

  it('follows a log that grew and shrank the database', async (context) => {
    const path = join(await temporaryHome(), 'db.sqlite');
    await liveDatabase(path, {
      base: [table, ...many(0, 200)],
      log: [...many(200, 400), 'DELETE FROM t WHERE a >= 10', 'VACUUM', row(999, 'last')],
    });
    const read = await openSnapshot(path, signal, engine);
    if (read.state === 'unsupported') context.skip();
    if (read.state !== 'ok') throw new Error(read.reason);
    expect({ ...read.rows('SELECT count(*) n, max(a) m FROM t')[0] }).toEqual({ n: 11, m: 999 });
    expect({ ...read.rows('PRAGMA integrity_check')[0] }).toEqual({ integrity_check: 'ok' });
    await read.close();
  });
});

it('is read with something on every Node', async () => {
  const path = join(await temporaryHome(), 'db.sqlite');
  await liveDatabase(path, { base: [table] });
  expect((await openSnapshot(path, signal)).state).toBe('ok');
});

it('says unsupported, and what would help, where no SQLite is', async () => {
  const path = join(await temporaryHome(), 'db.sqlite');
  await liveDatabase(path, { base: [table] });
  const read = await openSnapshot(path, signal, async () => undefined);
  expect(read).toMatchObject({ state: 'unsupported' });
  expect(read.state !== 'ok' && read.reason).toContain('22.13');
});

it('leaves no trace beside the source, nor in the temporary directory', async () => {
  const home = await temporaryHome();
  const path = join(home, 'state', 'db.sqlite');
  await liveDatabase(path, { base: [table, row(1, 'x')], log: [row(2, 'y')] });
  const look = async () =>
    Promise.all(
      (await readdir(dirname(path))).sort().map(async (name) => {
        const file = join(dirname(path), name);
        const { mtimeMs, atimeMs, size, ino } = await stat(file);
        return { name, mtimeMs, atimeMs, size, ino, bytes: (await readFile(file)).toString('hex') };
      }),
    );
  await look();
  const before = await look();
  const ours = async () =>
    (await readdir(tmpdir())).filter((name) => /^clawdoctor-[^t]/.test(name));
  const temporary = new Set(await ours());
  const read = await openSnapshot(path, signal);
  // The private copy is unlinked while it is open: a kill would leave nothing.
  expect((await ours()).filter((name) => !temporary.has(name))).toEqual([]);
  expect(read.state === 'ok' && read.rows('SELECT * FROM t')).toHaveLength(2);
  if (read.state === 'ok') await read.close();
  expect((await look()).map(({ atimeMs: _a, ...rest }) => rest)).toEqual(
    before.map(({ atimeMs: _a, ...rest }) => rest),
  );
});

it('takes the log from beside the file at the end of a link', async () => {
  const home = await temporaryHome();
  await liveDatabase(join(home, 'real', 'db.sqlite'), { base: [table], log: [row(7, 'log')] });
  await symlink(join(home, 'real', 'db.sqlite'), join(home, 'link.sqlite'));
  const read = await openSnapshot(join(home, 'link.sqlite'), signal);
  expect(read.state === 'ok' && { ...read.rows('SELECT a FROM t')[0] }).toEqual({ a: 7 });
});

describe('a log', () => {
  const build = async () => {
    const path = join(await temporaryHome(), 'db.sqlite');
    const log = [row(2, 'log'), row(3, 'log')];
    await liveDatabase(path, { base: [table, row(1, 'base')], log });
    return path;
  };
  const numbers = async (path: string) => {
    const read = await openSnapshot(path, signal);
    if (read.state !== 'ok') return read.reason;
    return read.rows<{ a: number }>('SELECT a FROM t ORDER BY a').map(({ a }) => a);
  };
  const spoil = async (path: string, offset: number, bytes: Buffer) => {
    const file = await open(`${path}-wal`, 'r+');
    await file.write(bytes, 0, bytes.length, offset);
    await file.close();
  };
  /** A one-row transaction of this fixture is one frame. */
  const frame = 24 + 4096;

  it.each<[string, (path: string) => Promise<void>, number[] | string]>([
    ['whole', async () => undefined, [1, 2, 3]],
    ['cut in its last frame', (path) => truncate(`${path}-wal`, 32 + 2 * frame - 1), [1, 2]],
    ['cut to nothing', (path) => truncate(`${path}-wal`, 0), [1]],
    ['of zeros', (path) => writeFile(`${path}-wal`, Buffer.alloc(4096)), [1]],
    ['with a damaged last page', (path) => spoil(path, 32 + frame + 500, Buffer.from('?')), [1, 2]],
    ['with a damaged first page', (path) => spoil(path, 32 + 500, Buffer.from('?')), [1]],
    ['with frames of other salts', (path) => spoil(path, 32 + 8, Buffer.alloc(8, 1)), [1]],
    [
      'whose last transaction is not committed',
      // The commit mark is under the checksum, so the frame no longer counts either way.
      (path) => spoil(path, 32 + frame + 4, Buffer.alloc(4)),
      [1, 2],
    ],
    [
      'with a damaged header',
      (path) => spoil(path, 8, Buffer.from([1, 2, 3, 4])),
      'its write-ahead log is damaged',
    ],
  ])('%s', async (_name, change, expected) => {
    const path = await build();
    await change(path);
    expect(await numbers(path)).toEqual(expected);
  });
});

it('is one state of the database while a writer commits and checkpoints', async () => {
  const path = join(await temporaryHome(), 'db.sqlite');
  const writer = new Worker(
    `const { Database } = require('node-sqlite3-wasm');
     const { parentPort, workerData } = require('node:worker_threads');
     const d = new Database(workerData);
     for (const p of ['locking_mode=EXCLUSIVE', 'journal_mode=WAL', 'wal_autocheckpoint=30']) d.exec('PRAGMA ' + p);
     d.exec('CREATE TABLE t(a INTEGER, b TEXT)');
     d.exec('BEGIN');
     for (let i = 0; i < 1500; i++) d.run('INSERT INTO t VALUES(0,?)', ['x'.repeat(300)]);
     d.exec('COMMIT');
     // Every transaction touches every page, so that a mixture of two shows.
     const step = () => {
       d.exec('UPDATE t SET a = a + 1');
       setTimeout(step, 12);
     };
     parentPort.postMessage('ready');
     step();`,
    { eval: true, workerData: path },
  );
  try {
    await new Promise((resolve) => writer.once('message', resolve));
    const seen: number[] = [];
    const end = performance.now() + 10_000;
    while (seen.length < 15 && performance.now() < end) {
      const read = await openSnapshot(path, signal);
      // Five changes in a row are possible, and said.
      if (read.state !== 'ok') {
        expect(read.reason).toContain('changed');
        continue;
      }
      expect({ ...read.rows('PRAGMA integrity_check')[0] }).toEqual({ integrity_check: 'ok' });
      const found = read.rows<Record<string, number>>(
        'SELECT count(*) rows, min(a) low, max(a) high FROM t',
      )[0];
      await read.close();
      expect(found?.rows).toBe(1500);
      expect(found?.low).toBe(found?.high);
      seen.push(found?.high ?? 0);
    }
    expect(seen.length).toBeGreaterThan(1);
    expect(seen.at(-1)).toBeGreaterThan(seen[0] ?? 0);
  } finally {
    await writer.terminate();
  }
});

describe('no database', () => {
  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['nothing there', async () => undefined, 'absent'],
    ['an empty file', (path) => writeFile(path, ''), 'error'],
    ['a text', (path) => writeFile(path, 'hello'.repeat(1000)), 'error'],
    ['a directory', (path) => put(join(path, 'x'), ''), 'error'],
    ['only a header', (path) => writeFile(path, 'SQLite format 3\0'), 'error'],
    [
      'garbage behind a header',
      (path) =>
        writeFile(path, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8000, 7)])),
      'error',
    ],
    [
      'more than the cap',
      (path) => writeFile(path, 'SQLite format 3\0').then(() => truncate(path, 129 * 1024 * 1024)),
      'error',
    ],
    [
      'an open rollback journal',
      async (path) => {
        await liveDatabase(path, { base: [table] });
        await writeFile(`${path}-journal`, 'x');
      },
      'error',
    ],
  ])('%s', async (_name, make, state) => {
    const path = join(await temporaryHome(), 'db.sqlite');
    await make(path);
    const read = await openSnapshot(path, signal);
    expect(read.state).toBe(state);
    expect(read.state !== 'ok' && read.reason).toBeTruthy();
  });

  it.skipIf(process.getuid?.() === 0)('mode 000 is denied', async () => {
    const path = join(await temporaryHome(), 'db.sqlite');
    await liveDatabase(path, { base: [table] });
    await chmod(path, 0);
    expect(await openSnapshot(path, signal)).toEqual({ state: 'denied', reason: 'EACCES' });
  });

  it('ends at the signal', async () => {
    const path = join(await temporaryHome(), 'db.sqlite');
    await liveDatabase(path, { base: [table] });
    expect(await openSnapshot(path, AbortSignal.abort())).toMatchObject({ state: 'error' });
  });
});

describe('readTable', () => {
  const read = async (base: Statements, query: Parameters<typeof readTable>[1]) => {
    const path = join(await temporaryHome(), 'db.sqlite');
    await liveDatabase(path, { base });
    const database = await openSnapshot(path, signal, openReader);
    if (database.state !== 'ok') throw new Error(database.reason);
    return readTable(database, query);
  };

  it('gives the columns that are there, and only values of the right type', async () => {
    const found = await read(
      [
        'CREATE TABLE t(a, b, n)',
        "INSERT INTO t VALUES('x', 9, 9223372036854775807),(1, x'00', 'y')",
      ],
      { table: 't', text: ['a', 'b', 'gone'], number: ['n', 'gone2'] },
    );
    expect(found).toEqual({
      state: 'ok',
      rows: [
        { text: { a: 'x' }, number: { n: 2 ** 63 } },
        { text: {}, number: {} },
      ],
    });
  });

  it.each<[string, Statements, string]>([
    ['a missing table', ['CREATE TABLE u(a)'], 'absent'],
    // A view can run for ever.
    ['a view of that name', ['CREATE VIEW t AS SELECT 1 AS a'], 'absent'],
    ['a table without the columns', ['CREATE TABLE t(z)'], 'error'],
  ])('%s', async (_name, base, state) => {
    expect(await read(base, { table: 't', text: ['a'] })).toEqual({ state, rows: [] });
  });

  it('does not take a missing column for a text', async () => {
    const query = { table: 't', text: ['a'], where: { column: 'k', in: ['k'] } };
    expect((await read(['CREATE TABLE t(a)', "INSERT INTO t VALUES('x')"], query)).state).toBe(
      'error',
    );
  });

  it('cuts rows and text at their limits', async () => {
    const endless = `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM c WHERE n < 1500)
      INSERT INTO t SELECT 'x' FROM c`;
    const rows = await read(['CREATE TABLE t(a)', endless], { table: 't', text: ['a'] });
    expect(rows.rows).toHaveLength(1000);
    const long = ['CREATE TABLE t(a)', 'INSERT INTO t VALUES(hex(zeroblob(3000000)))'];
    const text = await read(long, { table: 't', text: ['a'] });
    expect(text.rows[0]?.text.a).toHaveLength(4 * 1024 * 1024);
  });
});
