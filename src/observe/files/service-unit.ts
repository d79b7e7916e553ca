import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { byCodeUnit } from '../../model/json.js';
import { readRegularFile } from './read-file.js';
import type { ServiceDefinition } from './service.js';
import { parseUnit } from './systemd-unit.js';

const maxBytes = 1024 * 1024;
const maxUnits = 16;
const maxDropIns = 32;
/** Node units (`openclaw-node.service`) run another program. */
const unitName = /^(openclaw|clawdbot)(-gateway)?(-(?!node)[\w.-]+)?\.service$/;

const systemUnitDir = '/etc/systemd/system';

/** Every gateway unit of a home, then those of the system, each with its drop-ins. */
export async function systemdServices(
  home: string,
  signal: AbortSignal,
): Promise<ServiceDefinition[]> {
  const own = await unitsIn(join(home, '.config', 'systemd', 'user'), home, 'systemd-user', signal);
  return [...own, ...(await unitsIn(systemUnitDir, home, 'systemd-system', signal))];
}

async function unitsIn(
  dir: string,
  home: string,
  supervisor: 'systemd-user' | 'systemd-system',
  signal: AbortSignal,
): Promise<ServiceDefinition[]> {
  const names = (await namesIn(dir)).filter((name) => unitName.test(name)).slice(0, maxUnits);
  const found: ServiceDefinition[] = [];
  for (const name of names) {
    const path = join(dir, name);
    const dropIns = (await namesIn(`${path}.d`)).filter((n) => n.endsWith('.conf'));
    const paths = [path, ...dropIns.slice(0, maxDropIns).map((n) => join(`${path}.d`, n))];
    const texts = await Promise.all(paths.map((p) => textOf(p, home, signal)));
    if (texts[0] === undefined) continue;
    const readable = texts.filter((text) => text !== undefined);
    const first = parseUnit(readable, home);
    const runsAt =
      supervisor === 'systemd-user' ? home : await homeOf(first.user ?? 'root', signal);
    const unit = runsAt === home ? first : parseUnit(readable, runsAt ?? home);
    found.push({
      supervisor,
      unit: name,
      path,
      paths,
      command: unit.command,
      variables: unit.variables,
      environmentFiles: unit.environmentFiles.filter((file) => file.startsWith('/')),
      ...(runsAt === undefined ? {} : { home: runsAt }),
      cwd: dirname(path),
    });
  }
  return found;
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

/** The home directory of the user that a system unit names, from /etc/passwd. */
async function homeOf(user: string, signal: AbortSignal): Promise<string | undefined> {
  const passwd = await textOf('/etc/passwd', '', signal);
  for (const line of passwd?.split('\n') ?? []) {
    const fields = line.split(':');
    if (fields[0] === user || fields[2] === user) return fields[5] || undefined;
  }
  return undefined;
}
