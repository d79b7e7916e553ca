import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { member } from '../../domain/clean.js';
import { limiterKey } from '../../domain/limiter-key.js';
import { makeDirectory } from '../files/make-directory.js';
import { readRegularFile } from '../files/read-file.js';
import { isOwnHost } from '../host/own-address.js';
import type { SecretSource } from './secret-source.js';

/**
 * One refusal: which endpoint, of which value (a keyed text), and how long it may count. Endpoints
 * are kept as their limiter sees them (`limiterKey`), and so are those that were kept otherwise.
 */
export interface RefusalEntry {
  endpoint: string;
  match: string;
  atMs: number;
  windowMs: number;
}

export interface LockEntry {
  endpoint: string;
  atMs: number;
  untilMs: number;
}

/** A request of ours with forwarded headers: its line in the gateway's log is ours too. */
export interface ForcedEntry {
  endpoint: string;
  atMs: number;
}

export interface Refusals {
  refused: RefusalEntry[];
  locked: LockEntry[];
  forced: ForcedEntry[];
}

const maxBytes = 256 * 1024;
const mostEntries = 500;
const name = 'refusals.json';
const mostForced = 50;
/** Log lines older than this are not read either. */
const forcedMs = 7 * 86_400_000;

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
      await write(folder, await this.read(folder, nowMs));
      return true;
    } catch {
      return false;
    }
  }

  /** What still counts at `nowMs`. */
  async read(folder: string, nowMs: number): Promise<Refusals> {
    const { signal } = new AbortController();
    const options = { maxBytes, home: '', signal, allowSymlink: false };
    const { bytes } = await readRegularFile(`${folder}/${name}`, options);
    return bytes ? current(parse(bytes), nowMs) : { refused: [], locked: [], forced: [] };
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
    this.#writing = this.#writing.then(async () => {
      const old = await this.read(folder, nowMs);
      const changed = change(old);
      if (JSON.stringify(changed) === JSON.stringify(old)) return;
      await write(folder, changed).catch(() => undefined);
    });
    return this.#writing;
  }
}

function keyOf(endpoint: string): string {
  return limiterKey(endpoint, isOwnHost);
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

/** A clock that was set back must not keep an entry for ever: what lies ahead of now is dropped. */
function current(value: unknown, nowMs: number): Refusals {
  const rows = (key: string): unknown[] => {
    const list = member(value, key);
    return Array.isArray(list) ? list.slice(-mostEntries) : [];
  };
  return {
    refused: rows('refused').flatMap((row) => {
      const [endpoint, match] = [member(row, 'endpoint'), member(row, 'match')];
      const [atMs, windowMs] = [member(row, 'atMs'), member(row, 'windowMs')];
      if (!isEndpoint(endpoint) || !isMatch(match) || !isTime(atMs) || !isTime(windowMs)) return [];
      const counts = atMs <= nowMs && atMs + windowMs > nowMs;
      return counts ? [{ endpoint: keyOf(endpoint), match, atMs, windowMs }] : [];
    }),
    locked: rows('locked').flatMap((row) => {
      const endpoint = member(row, 'endpoint');
      const [atMs, untilMs] = [member(row, 'atMs'), member(row, 'untilMs')];
      if (!isEndpoint(endpoint) || !isTime(atMs) || !isTime(untilMs)) return [];
      return atMs <= nowMs && untilMs > nowMs ? [{ endpoint: keyOf(endpoint), atMs, untilMs }] : [];
    }),
    forced: rows('forced').flatMap((row) => {
      const [endpoint, atMs] = [member(row, 'endpoint'), member(row, 'atMs')];
      if (!isForced(endpoint) || !isTime(atMs)) return [];
      return atMs <= nowMs && atMs + forcedMs > nowMs ? [{ endpoint, atMs }] : [];
    }),
  };
}

function isEndpoint(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    /^(GET|POST) https?:\/\/[\w.:[\]-]{1,260}\/[\w/.-]{0,100}$/.test(value)
  );
}

function isForced(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.endsWith(' (forwarded headers)') &&
    isEndpoint(value.slice(0, value.indexOf(' (')))
  );
}

function isMatch(value: unknown): value is string {
  return typeof value === 'string' && /^[\w:-]{4,100}$/.test(value);
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
