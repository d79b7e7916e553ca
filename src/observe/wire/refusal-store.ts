import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { makeDirectory } from '../files/make-directory.js';
import { withOwnLock } from '../files/own-lock.js';
import { readRegularFile } from '../files/read-file.js';
import {
  currentRefusals,
  type ForcedEntry,
  keyOf,
  type LockEntry,
  type RefusalEntry,
  type Refusals,
} from './refusal-rows.js';
import type { SecretSource } from './secret-source.js';

/** May one try be sent, and under which id is it booked? */
export type Booking =
  | { sendable: true; id: string }
  | { sendable: false; why: 'spent' | 'unavailable' };

const maxBytes = 256 * 1024;
const name = 'refusals.json';
/** Held while the file is read and replaced: other clawdoctors do the same. */
const lockName = 'refusals.lock';
const lockWaitMs = 900;
const mostForced = 50;

/**
 * What gateways have refused of ours, in clawdoctor's own state directory (0700, the file 0600), so
 * that a run every minute can never lock anybody out. A broken file counts as empty and is written
 * anew; a link in its place is left alone and nothing is remembered.
 */
export class RefusalStore {
  readonly #secrets: Pick<SecretSource, 'refusalKey' | 'hasKey'>;
  #writing: Promise<void> = Promise.resolve();

  constructor(secrets: Pick<SecretSource, 'refusalKey' | 'hasKey'>) {
    this.#secrets = secrets;
  }

  /** The keyed text of a class; undefined when nothing can be remembered of it. */
  match(valueClass: number): string | undefined {
    return this.#secrets.refusalKey(valueClass);
  }

  /** Proved by writing: a full disk or a missing key shows before anything is sent, not after. */
  async canRemember(folder: string, nowMs: number): Promise<boolean> {
    if (!this.#secrets.hasKey) return false;
    try {
      await makeDirectory(folder, 0o700);
      const rewrite = async (): Promise<true> => {
        await write(folder, await this.read(folder, nowMs));
        return true;
      };
      return (await withOwnLock(`${folder}/${lockName}`, lockWaitMs, rewrite)) ?? false;
    } catch {
      return false;
    }
  }

  /**
   * Books one try against a limiter before it is sent, so that several clawdoctors at once cannot
   * spend one budget twice: every try has a row of its own, which counts until it is settled or its
   * window is over, also when the run is killed. Only with the row's id may it be sent: `spent` when
   * `most` are booked since `sinceMs`, `unavailable` when it could not be written down.
   */
  async book(
    folder: string,
    valueClass: number,
    entry: Omit<RefusalEntry, 'match' | 'pending'>,
    limit: { most: number; sinceMs: number },
  ): Promise<Booking> {
    const unavailable: Booking = { sendable: false, why: 'unavailable' };
    const match = this.match(valueClass);
    if (match === undefined) return unavailable;
    const endpoint = keyOf(entry.endpoint);
    const pending = randomBytes(8).toString('hex');
    await this.#writing;
    const add = async (): Promise<Booking> => {
      const { refused, ...rest } = await this.read(folder, entry.atMs);
      const counted = refused.filter((r) => r.endpoint === endpoint && r.atMs > limit.sinceMs);
      if (counted.length >= limit.most) return { sendable: false, why: 'spent' };
      await write(folder, {
        ...rest,
        refused: [...refused, { ...entry, endpoint, match, pending }],
      });
      return { sendable: true, id: pending };
    };
    const lock = `${folder}/${lockName}`;
    return (await withOwnLock(lock, lockWaitMs, add).catch(() => undefined)) ?? unavailable;
  }

  /** The try that was booked has been refused. */
  settle(folder: string, booked: string, nowMs: number): Promise<void> {
    return this.#update(folder, nowMs, ({ refused, ...rest }) => ({
      ...rest,
      refused: refused.map(({ pending, ...row }) =>
        pending === undefined || pending === booked ? row : { ...row, pending },
      ),
    }));
  }

  /** What still counts at `nowMs`. */
  async read(folder: string, nowMs: number): Promise<Refusals> {
    const { signal } = new AbortController();
    const options = { maxBytes, home: '', signal, allowSymlink: false };
    const { bytes } = await readRegularFile(`${folder}/${name}`, options);
    return bytes ? currentRefusals(parse(bytes), nowMs) : { refused: [], locked: [], forced: [] };
  }

  remember(folder: string, valueClass: number, entry: Omit<RefusalEntry, 'match'>): Promise<void> {
    const match = this.match(valueClass);
    if (match === undefined) return Promise.resolve();
    const endpoint = keyOf(entry.endpoint);
    return this.#update(folder, entry.atMs, ({ refused, ...rest }) => ({
      ...rest,
      refused: [...refused.filter((r) => !same(r, endpoint, match)), { ...entry, endpoint, match }],
    }));
  }

  /** An accepted value was refused by mistake or before a change: nothing of it is kept. */
  forget(folder: string, valueClass: number, endpoint: string, nowMs: number): Promise<void> {
    const match = this.match(valueClass);
    if (match === undefined) return Promise.resolve();
    const key = keyOf(endpoint);
    return this.#update(folder, nowMs, ({ refused, locked, ...rest }) => ({
      ...rest,
      refused: refused.filter((r) => !same(r, key, match)),
      locked: locked.filter((l) => l.endpoint !== key),
    }));
  }

  lock(folder: string, entry: LockEntry): Promise<void> {
    const endpoint = keyOf(entry.endpoint);
    return this.#update(folder, entry.atMs, ({ locked, ...rest }) => ({
      ...rest,
      locked: [...locked.filter((l) => l.endpoint !== endpoint), { ...entry, endpoint }],
    }));
  }

  forced(folder: string, entry: ForcedEntry): Promise<void> {
    return this.#update(folder, entry.atMs, ({ forced, ...rest }) => ({
      ...rest,
      forced: [...forced, entry].slice(-mostForced),
    }));
  }

  /** One change after the other; where the directory cannot be written, nothing is remembered. */
  #update(folder: string, nowMs: number, change: (old: Refusals) => Refusals): Promise<void> {
    const replace = async (): Promise<void> => {
      const old = await this.read(folder, nowMs);
      const changed = change(old);
      if (JSON.stringify(changed) === JSON.stringify(old)) return;
      await write(folder, changed);
    };
    this.#writing = this.#writing
      .then(async () => {
        await makeDirectory(folder, 0o700);
        await withOwnLock(`${folder}/${lockName}`, lockWaitMs, replace);
      })
      .catch(() => undefined);
    return this.#writing;
  }
}

function same(entry: RefusalEntry, endpoint: string, match: string): boolean {
  return entry.endpoint === endpoint && entry.match === match;
}

async function write(folder: string, refusals: Refusals): Promise<void> {
  await makeDirectory(folder, 0o700);
  const temporary = `${folder}/.${name}.${randomBytes(6).toString('hex')}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(`${JSON.stringify({ version: 1, ...refusals })}\n`);
    } finally {
      await handle.close();
    }
    await rename(temporary, `${folder}/${name}`);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}
