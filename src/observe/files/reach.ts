import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readRegularFile } from './read-file.js';

export type Reach = 'owner' | 'group' | 'everybody';

const maxBytes = 4 * 1024 * 1024;
const read = 4;
const write = 2;
const pass = 1;
const sticky = 0o1000;

/** Who besides the owner (and root) gets at files, judged by modes and local groups alone. */
export class ReachReader {
  readonly #directories = new Map<string, Promise<Stats | undefined>>();
  #accounts: Promise<Accounts> | undefined;

  constructor(
    readonly root: string,
    readonly signal: AbortSignal,
  ) {}

  /** Who can open the file and read it. `path` has no links in it. */
  async readers(path: string, found: Stats): Promise<Reach> {
    const may = await this.#limit(path, pass);
    return this.#widest(found, read, may);
  }

  /** Who can write to the file, or rename another one over it. */
  async writers(path: string, found: Stats): Promise<Reach> {
    const may = await this.#limit(path, pass);
    const direct = await this.#widest(found, write, may);
    const parent = await this.#directory(dirname(path));
    if (parent === undefined || (parent.mode & sticky) !== 0) return direct;
    const above = await this.#limit(dirname(path), pass);
    return wider(direct, await this.#widest(parent, write | pass, above));
  }

  async #widest(found: Stats, right: number, may: Limit): Promise<Reach> {
    if (may.everybody && has(found.mode, right)) return 'everybody';
    const shared = has(found.mode >> 3, right) && may.passes(found.gid);
    return shared && (await this.#isShared(found)) ? 'group' : 'owner';
  }

  /** What the directories above a path let through. */
  async #limit(path: string, right: number): Promise<Limit> {
    let everybody = true;
    const groups: (number | 'nobody')[] = [];
    for (let dir = dirname(path); ; dir = dirname(dir)) {
      const found = await this.#directory(dir);
      if (found !== undefined && !has(found.mode, right)) {
        everybody = false;
        groups.push(has(found.mode >> 3, right) ? found.gid : 'nobody');
      }
      if (dir === dirname(dir)) break;
    }
    return { everybody, passes: (gid) => groups.every((group) => group === gid) };
  }

  #directory(dir: string): Promise<Stats | undefined> {
    const known = this.#directories.get(dir) ?? stat(dir).catch(() => undefined);
    this.#directories.set(dir, known);
    return known;
  }

  /** Is there anybody but the owner in the file's group? An unknown group counts as shared. */
  async #isShared({ uid, gid }: Stats): Promise<boolean> {
    this.#accounts ??= readAccounts(this.root, this.signal);
    const { users, groups } = await this.#accounts;
    const members = groups.get(gid);
    if (members === undefined) return true;
    const primary = users.filter((user) => user.gid === gid).map((user) => user.name);
    const owners = users.filter((user) => user.uid === uid).map((user) => user.name);
    return [...members, ...primary].some((name) => !owners.includes(name) && name !== 'root');
  }
}

interface Limit {
  everybody: boolean;
  /** May a member of this group pass every directory above? */
  passes(gid: number): boolean;
}

interface Accounts {
  users: { name: string; uid: number; gid: number }[];
  groups: ReadonlyMap<number, string[]>;
}

async function readAccounts(root: string, signal: AbortSignal): Promise<Accounts> {
  const rows = async (name: string): Promise<string[][]> => {
    const { bytes } = await readRegularFile(`${root}etc/${name}`, { maxBytes, home: '', signal });
    return (bytes?.toString('utf8') ?? '').split('\n').map((line) => line.split(':'));
  };
  const [passwd, group] = await Promise.all([rows('passwd'), rows('group')]);
  return {
    users: passwd
      .filter((row) => row.length > 3)
      .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) })),
    groups: new Map(
      group
        .filter((row) => row.length > 3)
        .map(([, , gid, members = '']) => [Number(gid), members.split(',').filter(Boolean)]),
    ),
  };
}

function has(mode: number, right: number): boolean {
  return (mode & right) === right;
}

const order: readonly Reach[] = ['owner', 'group', 'everybody'];

function wider(a: Reach, b: Reach): Reach {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}
