import { lstat, readdir, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileFacts } from '../../model/facts-host.js';
import { byCodeUnit } from '../../model/json.js';
import { errorCode, failureState } from './error-code.js';
import { readRegularFile, tilde } from './read-file.js';
import type { ServiceDefinition } from './service.js';
import { parseUnit } from './systemd-unit.js';
import type { SpecifierContext } from './systemd-words.js';

const maxBytes = 1024 * 1024;
const maxUnits = 16;
const maxDropIns = 32;
const unitName = /^(?:openclaw|clawdbot)(?:-gateway|-node)?(?:[-@][\w.@-]+)?\.service$/;

/** Where systemd looks for units, first match first (systemd.unit, "Unit File Load Path"). */
export interface UnitRoots {
  user: readonly string[];
  system: readonly string[];
  passwd: string;
}

const hostRoots: UnitRoots = {
  user: ['/etc/systemd/user', '/usr/local/lib/systemd/user', '/usr/lib/systemd/user'],
  system: [
    '/etc/systemd/system.control',
    '/etc/systemd/system',
    '/usr/local/lib/systemd/system',
    '/usr/lib/systemd/system',
  ],
  passwd: '/etc/passwd',
};

/** Every OpenClaw unit of a home, then those of the system, each with its drop-ins. */
export async function systemdServices(
  home: string,
  uid: number,
  signal: AbortSignal,
  roots: UnitRoots = hostRoots,
): Promise<ServiceDefinition[]> {
  const config = join(home, '.config', 'systemd');
  const own = [
    join(config, 'user.control'),
    join(config, 'user'),
    ...roots.user,
    join(home, '.local', 'share', 'systemd', 'user'),
  ];
  const look = { home, uid, signal, passwd: roots.passwd };
  return [
    ...(await unitsIn(own, 'systemd-user', look)),
    ...(await unitsIn(roots.system, 'systemd-system', look)),
  ];
}

/** The directories of units that exist and may not be listed: what is in them is not known. */
export async function unreadUnitFolders(home: string): Promise<FileFacts[]> {
  const config = join(home, '.config', 'systemd');
  const dirs = [join(config, 'user.control'), join(config, 'user'), ...hostRoots.system];
  const folders = await Promise.all(dirs.map((dir) => folderAt(dir, home)));
  return folders.flatMap(({ unread }) => unread ?? []);
}

interface Look {
  home: string;
  uid: number;
  signal: AbortSignal;
  passwd: string;
}

async function unitsIn(
  dirs: readonly string[],
  supervisor: 'systemd-user' | 'systemd-system',
  look: Look,
): Promise<ServiceDefinition[]> {
  const listed = await Promise.all(dirs.map((dir) => folderAt(dir, look.home)));
  const seen = new Set<string>();
  const found: ServiceDefinition[] = [];
  for (const { dir, names } of listed) {
    for (const name of names) {
      if (!unitName.test(name) || seen.has(name) || found.length >= maxUnits) continue;
      seen.add(name);
      const path = join(dir, name);
      const dropIns = await dropInsOf(name, listed, look.home);
      const wanted = await isWanted(name, listed);
      const unit = await readUnit(path, dropIns, supervisor, look);
      if (unit) found.push({ ...unit, unit: name, ...kindOf(name), enabled: wanted });
    }
  }
  return found;
}

function kindOf(name: string): Pick<ServiceDefinition, 'kind' | 'legacy'> {
  return {
    kind: /^[a-z]+-node\b/.test(name) ? 'node' : 'gateway',
    legacy: name.startsWith('clawdbot'),
  };
}

interface DropIns {
  paths: string[];
  /** Folders of drop-ins that exist and could not be listed. */
  unread: FileFacts[];
}

/** `NAME.d/*.conf` of every directory, by file name; the first directory with a name wins. */
async function dropInsOf(name: string, listed: readonly Folder[], home: string): Promise<DropIns> {
  const byName = new Map<string, string>();
  const unread: FileFacts[] = [];
  for (const { dir, names } of listed) {
    if (!names.includes(`${name}.d`)) continue;
    const folder = await folderAt(join(dir, `${name}.d`), home);
    if (folder.unread) unread.push(folder.unread);
    for (const file of folder.names) {
      if (file.endsWith('.conf') && !byName.has(file)) byName.set(file, join(folder.dir, file));
    }
  }
  const sorted = [...byName].sort(([a], [b]) => byCodeUnit(a, b));
  return { paths: sorted.slice(0, maxDropIns).map(([, path]) => path), unread };
}

/** Does a target start it? `systemctl enable` leaves a link in `TARGET.wants` or `.requires`. */
async function isWanted(name: string, listed: readonly Folder[]): Promise<boolean> {
  for (const { dir, names } of listed) {
    const folders = names.filter((n) => /\.(?:wants|requires)$/.test(n)).slice(0, 64);
    for (const folder of folders) {
      const link = await lstat(join(dir, folder, name)).catch(() => undefined);
      if (link) return true;
    }
  }
  return false;
}

type UnitParts = Omit<ServiceDefinition, 'unit' | 'kind' | 'legacy' | 'enabled'>;

async function readUnit(
  path: string,
  { paths: dropIns, unread: folders }: DropIns,
  supervisor: 'systemd-user' | 'systemd-system',
  { home, uid, signal, passwd }: Look,
): Promise<UnitParts | undefined> {
  const paths = [path, ...dropIns];
  const read = await Promise.all(paths.map((p) => definitionFile(p, home, signal)));
  // A unit that is gone, or masked by a link to /dev/null, starts nothing.
  if (read[0]?.facts.state === 'absent') return undefined;
  const unread = [...read.map(({ facts }) => facts).filter(isUnread), ...folders];
  const readable = read.map(({ text }) => text).filter((text) => text !== undefined);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const own: SpecifierContext = { home, uid, unit: name, manager: 'user' };
  let unit = parseUnit(readable, own);
  let runsAt: string | undefined = home;
  if (supervisor === 'systemd-system') {
    const user = unit.user ?? 'root';
    const account = await accountOf(user, passwd, signal);
    runsAt = account?.home;
    unit = parseUnit(readable, {
      ...account,
      home: account?.home ?? '%h',
      user,
      unit: name,
      manager: 'system',
    });
  }
  const { command, variables, environmentFiles, policy, confinement, user } = unit;
  return {
    supervisor,
    path,
    paths,
    dropIns: [...dropIns],
    ...(unread.length === 0 ? {} : { unread, unreadWhole: read[0]?.text === undefined }),
    command,
    variables,
    environmentFiles: environmentFiles.filter((file) => file.path.startsWith('/')),
    policy,
    confinement,
    ...(user === undefined ? {} : { user }),
    ...(runsAt === undefined ? {} : { home: runsAt }),
    cwd: dirname(path),
  };
}

interface Folder {
  dir: string;
  names: readonly string[];
  /** Present when it exists and could not be listed. */
  unread?: FileFacts;
}

async function folderAt(dir: string, home: string): Promise<Folder> {
  try {
    return { dir, names: (await readdir(dir)).sort(byCodeUnit) };
  } catch (error) {
    const reason = errorCode(error);
    const state = failureState(reason);
    if (state === 'absent') return { dir, names: [] };
    return { dir, names: [], unread: { path: tilde(dir, home), state, reason } };
  }
}

function isUnread({ state }: FileFacts): boolean {
  return state !== 'ok' && state !== 'absent';
}

/** A unit or drop-in; a link to /dev/null masks what it stands for (systemctl mask). */
async function definitionFile(
  path: string,
  home: string,
  signal: AbortSignal,
): Promise<{ facts: FileFacts; text?: string }> {
  const { facts, bytes } = await readRegularFile(path, { maxBytes, home, signal });
  if (bytes) return { facts, text: bytes.toString('utf8') };
  const masked =
    facts.state === 'not-a-file' && (await realpath(path).catch(() => '')) === '/dev/null';
  return { facts: masked ? { ...facts, state: 'absent' } : facts };
}

async function textOf(
  path: string,
  home: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  return (await readRegularFile(path, { maxBytes, home, signal })).bytes?.toString('utf8');
}

/** Home and id of the user that a system unit names. */
async function accountOf(
  user: string,
  passwd: string,
  signal: AbortSignal,
): Promise<{ home: string; uid: number } | undefined> {
  const text = await textOf(passwd, '', signal);
  for (const line of text?.split('\n') ?? []) {
    const [name, , uid, , , home] = line.split(':');
    if ((name === user || uid === user) && home) return { home, uid: Number(uid) };
  }
  return undefined;
}
