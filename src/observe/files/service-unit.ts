import { lstat, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { byCodeUnit } from '../../model/json.js';
import { readRegularFile } from './read-file.js';
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
  const listed = await Promise.all(dirs.map(async (dir) => ({ dir, names: await namesIn(dir) })));
  const seen = new Set<string>();
  const found: ServiceDefinition[] = [];
  for (const { dir, names } of listed) {
    for (const name of names) {
      if (!unitName.test(name) || seen.has(name) || found.length >= maxUnits) continue;
      seen.add(name);
      const path = join(dir, name);
      const dropIns = await dropInsOf(name, listed);
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

type Listed = readonly { dir: string; names: readonly string[] }[];

/** `NAME.d/*.conf` of every directory, by file name; the first directory with a name wins. */
async function dropInsOf(name: string, listed: Listed): Promise<string[]> {
  const byName = new Map<string, string>();
  for (const { dir, names } of listed) {
    if (!names.includes(`${name}.d`)) continue;
    const folder = join(dir, `${name}.d`);
    for (const file of await namesIn(folder)) {
      if (file.endsWith('.conf') && !byName.has(file)) byName.set(file, join(folder, file));
    }
  }
  const sorted = [...byName].sort(([a], [b]) => byCodeUnit(a, b));
  return sorted.slice(0, maxDropIns).map(([, path]) => path);
}

/** Does a target start it? `systemctl enable` leaves a link in `TARGET.wants` or `.requires`. */
async function isWanted(name: string, listed: Listed): Promise<boolean> {
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
  dropIns: readonly string[],
  supervisor: 'systemd-user' | 'systemd-system',
  { home, uid, signal, passwd }: Look,
): Promise<UnitParts | undefined> {
  const paths = [path, ...dropIns];
  const texts = await Promise.all(paths.map((p) => textOf(p, home, signal)));
  if (texts[0] === undefined) return undefined;
  const readable = texts.filter((text) => text !== undefined);
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

async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort(byCodeUnit);
  } catch {
    return [];
  }
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
