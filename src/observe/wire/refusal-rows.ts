import { member } from '../../domain/clean.js';
import { limiterKey } from '../../domain/limiter-key.js';
import { isOwnHost } from '../host/own-address.js';

/**
 * One refusal: which endpoint, of which value (a keyed text), and how long it may count. Endpoints
 * are kept as their limiter sees them (`limiterKey`), and so are those that were kept otherwise.
 */
export interface RefusalEntry {
  endpoint: string;
  match: string;
  atMs: number;
  windowMs: number;
  /** Written before the request was sent; its answer is not known (yet). */
  pending?: string;
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

const mostEntries = 500;
/** Log lines older than this are not read either. */
const forcedMs = 7 * 86_400_000;

/** How an endpoint is kept: as its limiter sees it. */
export function keyOf(endpoint: string): string {
  return limiterKey(endpoint, isOwnHost);
}

/** A clock that was set back must not keep an entry for ever: what lies ahead of now is dropped. */
export function currentRefusals(value: unknown, nowMs: number): Refusals {
  const rows = (key: string): unknown[] => {
    const list = member(value, key);
    return Array.isArray(list) ? list.slice(-mostEntries) : [];
  };
  return {
    refused: rows('refused').flatMap((row) => {
      const [endpoint, match] = [member(row, 'endpoint'), member(row, 'match')];
      const [atMs, windowMs] = [member(row, 'atMs'), member(row, 'windowMs')];
      if (!isEndpoint(endpoint) || !isMatch(match) || !isTime(atMs) || !isTime(windowMs)) return [];
      const pending = member(row, 'pending');
      const open = typeof pending === 'string' && /^[0-9a-f]{16}$/.test(pending) ? { pending } : {};
      const counts = atMs <= nowMs && atMs + windowMs > nowMs;
      return counts ? [{ endpoint: keyOf(endpoint), match, atMs, windowMs, ...open }] : [];
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
