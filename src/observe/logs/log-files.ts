import { opendir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, resolve } from 'node:path';
import { logProfileSegment } from '../../domain/openclaw/log-profile.js';
import type { FileFacts } from '../../model/facts-host.js';
import type { HostAccess } from '../../model/observer.js';
import { errorCode, failureState } from '../files/error-code.js';
import { attributes, tilde } from '../files/read-file.js';

/** OpenClaw keeps five rotated files (2026.5.18); the newest days of several are more than enough. */
const mostFiles = 20;
const mostEntries = 5000;

export interface LogFile {
  path: string;
  facts: FileFacts;
}

export interface LogPlace {
  home: string;
  stateDir: string;
  /** Owner of the state directory; a file of somebody else is not this gateway's. */
  uid?: number;
  /** Who looks: what is closed to the owner himself cannot hold this gateway's log. */
  ownUid?: number;
  /** `logging.file` of the config. */
  loggingFile?: string;
}

/**
 * The logs of one gateway that were written to since `sinceMs`, newest first, and the ones that
 * cannot be looked at. `logging.file` replaces the usual place (measured on 2026.5.18 and 2026.9.6).
 */
export async function logFiles(
  place: LogPlace,
  host: Pick<HostAccess, 'logDir' | 'tmpDir'>,
  sinceMs: number,
): Promise<LogFile[]> {
  const named = place.loggingFile;
  const found = named === undefined ? await usual(place, host) : await configured(place, named);
  const fresh = found.filter(
    ({ facts }) => facts.state !== 'ok' || (facts.mtimeMs ?? 0) >= sinceMs,
  );
  fresh.sort(
    (a, b) => (b.facts.mtimeMs ?? 0) - (a.facts.mtimeMs ?? 0) || (a.path < b.path ? 1 : -1),
  );
  return fresh.slice(0, mostFiles);
}

async function configured(place: LogPlace, named: string): Promise<LogFile[]> {
  const text = named.startsWith('~/') ? join(place.home, named.slice(2)) : named;
  const path = isAbsolute(text) ? text : resolve(place.home, text);
  const base = basename(path);
  const rolling = /^(openclaw(?:-[\w.-]+)?)-(?:\d{4}-\d\d-\d\d|YYYY-MM-DD)\.log$/.exec(base)?.[1];
  const ext = extname(base);
  const pattern =
    rolling === undefined
      ? new RegExp(
          `^${escaped(base.slice(0, base.length - ext.length))}(\\.[1-9])?${escaped(ext)}$`,
        )
      : dated(rolling);
  const found = await listed(dirname(path), pattern, place);
  if (rolling === undefined && !found.some((file) => file.path === path)) {
    found.push(await looked(path, place.home));
  }
  return found.filter(({ facts }) => facts.state !== 'absent');
}

/**
 * TMPDIR moves OpenClaw's log only where /tmp/openclaw belongs to somebody else; then it is in
 * `openclaw-<uid>`. The first directory with a file of this user is the one. One that is closed to us
 * is told of beside it, unless it is somebody else's and we are the gateway's user: then it is
 * closed to the gateway as well, which logs into the next one.
 */
async function usual(place: LogPlace, host: Pick<HostAccess, 'logDir' | 'tmpDir'>) {
  const { home, uid, stateDir } = place;
  const own = uid === undefined ? [] : [`openclaw-${uid}`];
  const directories =
    host.logDir === undefined
      ? [
          join(host.tmpDir, 'openclaw'),
          '/tmp/openclaw',
          ...own.flatMap((name) => [join(host.tmpDir, name), join('/tmp', name)]),
          ...own.map((name) => join(home, '.cache', name)),
        ]
      : [host.logDir];
  const profile = /^\.openclaw-([\w.-]{1,60})$/.exec(basename(stateDir))?.[1];
  const names = [
    'openclaw',
    ...(profile === undefined ? [] : [`openclaw-${escaped(logProfileSegment(profile))}`]),
  ];
  const closed: LogFile[] = [];
  for (const directory of new Set(directories)) {
    const found = await listed(directory, dated(`(?:${names.join('|')})`), place);
    const isClosed = found.length === 1 && found[0]?.path === directory;
    if (!isClosed && found.length > 0) return [...closed, ...found];
    if (isClosed && !(await isClosedToGateway(directory, place))) closed.push(...found);
  }
  return closed;
}

async function isClosedToGateway(directory: string, { uid, ownUid }: LogPlace): Promise<boolean> {
  if (uid === undefined || uid !== ownUid) return false;
  try {
    return (await stat(directory)).uid !== uid;
  } catch {
    return false;
  }
}

function dated(prefix: string): RegExp {
  return new RegExp(`^${prefix}-\\d{4}-\\d\\d-\\d\\d(\\.[1-9])?\\.log$`);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

async function listed(directory: string, pattern: RegExp, place: LogPlace): Promise<LogFile[]> {
  const names: string[] = [];
  try {
    let entries = 0;
    for await (const entry of await opendir(directory)) {
      entries += 1;
      if (pattern.test(entry.name)) names.push(entry.name);
      if (entries >= mostEntries) break;
    }
  } catch (error) {
    const code = errorCode(error);
    const state = failureState(code);
    if (state === 'absent') return [];
    const path = tilde(directory, place.home);
    return [{ path: directory, facts: { path, state, reason: code } }];
  }
  const files = await Promise.all(
    names.sort().map((name) => looked(join(directory, name), place.home)),
  );
  return files.filter(
    ({ facts }) => place.uid === undefined || (facts.uid ?? place.uid) === place.uid,
  );
}

/** A link to `/proc/self/mem` reads as an empty file. */
async function isOfKernel(path: string): Promise<boolean> {
  return /^\/(?:proc|sys)\//.test(await realpath(path));
}

async function looked(path: string, home: string): Promise<LogFile> {
  const facts: FileFacts = { path: tilde(path, home), state: 'ok' };
  try {
    const found = await stat(path);
    Object.assign(facts, attributes(found));
    return found.isFile() && (found.size > 0 || !(await isOfKernel(path)))
      ? { path, facts }
      : { path, facts: { ...facts, state: 'not-a-file', reason: 'not a regular file' } };
  } catch (error) {
    const code = errorCode(error);
    return { path, facts: { ...facts, state: failureState(code), reason: code } };
  }
}
