import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ensureNode } from './install.js';

const run = promisify(execFile);

export interface Entry {
  size: number;
  mtimeMs: number;
  mode: number;
  /** Of a file's bytes or a symlink's target; '' for directories and sockets. */
  sha256: string;
}

/** Every path below `dir` (and '.' for itself), for comparisons before and after. Nothing is followed or changed. */
export async function inventory(dir: string): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  const names = (await readdir(dir, { recursive: true })).sort();
  for (const name of ['.', ...names]) {
    const at = path.join(dir, name);
    try {
      const info = await lstat(at);
      const bytes = info.isFile()
        ? await readFile(at)
        : info.isSymbolicLink()
          ? await readlink(at)
          : undefined;
      const sha256 = bytes === undefined ? '' : createHash('sha256').update(bytes).digest('hex');
      entries.set(name, {
        size: info.size,
        mtimeMs: info.mtimeMs,
        mode: info.mode & 0o7777,
        sha256,
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error; // gone since readdir
    }
  }
  return entries;
}

/** One line a difference, such as `openclaw.json: sha256, mtimeMs`; [] when nothing differs. */
export function differences(before: Map<string, Entry>, after: Map<string, Entry>): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (!old || !now) return [`${name}: ${old ? 'gone' : 'new'}`];
    const keys = (['sha256', 'size', 'mode', 'mtimeMs'] as const).filter(
      (key) => old[key] !== now[key],
    );
    return keys.length > 0 ? [`${name}: ${keys.join(', ')}`] : [];
  });
}

const countScript = `
  const { DatabaseSync } = require('node:sqlite')
  const [file, ...tables] = process.argv.slice(1)
  const db = new DatabaseSync(file, { readOnly: true })
  db.exec('PRAGMA busy_timeout = 2000')
  const count = (name) => db.prepare('SELECT count(*) AS n FROM "' + name.replaceAll('"', '""') + '"').get().n
  console.log(JSON.stringify(Object.fromEntries(tables.map((name) => [name, count(name)]))))`;

/** Rows of these tables. Only while a gateway has the database open: without its -shm a WAL reader would create one. */
export async function sqliteCounts(
  file: string,
  tables: string[],
): Promise<Record<string, number>> {
  await stat(`${file}-shm`);
  const node = await ensureNode('24');
  const { stdout } = await run(node, ['--no-warnings', '-e', countScript, file, ...tables]);
  return JSON.parse(stdout) as Record<string, number>;
}
