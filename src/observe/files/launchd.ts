import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { byCodeUnit } from '../../model/json.js';
import { type PlistValue, parsePlist } from './plist.js';
import { readRegularFile } from './read-file.js';
import type { ServiceDefinition } from './service.js';

const maxBytes = 1024 * 1024;
const agentName = /^ai\.openclaw\.(?!node\.)(?!update\.)[\w.-]+\.plist$/;

/**
 * The launchd agents of a home (`ai.openclaw.gateway`, `ai.openclaw.<profile>`). 2026.5 starts the
 * gateway through a wrapper whose second argument is a file of variables in the state directory.
 */
export async function launchdServices(
  home: string,
  signal: AbortSignal,
): Promise<ServiceDefinition[]> {
  const dir = join(home, 'Library', 'LaunchAgents');
  const names = await readdir(dir).catch(() => []);
  const found: ServiceDefinition[] = [];
  for (const name of names
    .filter((n) => agentName.test(n))
    .sort(byCodeUnit)
    .slice(0, 16)) {
    const path = join(dir, name);
    const { bytes } = await readRegularFile(path, { maxBytes, home, signal });
    const plist = bytes && parsePlist(bytes.toString('utf8'))?.entries;
    if (!plist) continue;
    const command = texts(plist.get('ProgramArguments'));
    found.push({
      supervisor: 'launchd',
      unit: name.slice(0, -'.plist'.length),
      path,
      paths: [path],
      command,
      variables: variables(plist.get('EnvironmentVariables')),
      environmentFiles: command.filter((word) => word.startsWith('/') && word.endsWith('.env')),
      home,
      cwd: dir,
    });
  }
  return found;
}

function texts(value: PlistValue): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function variables(value: PlistValue): Map<string, string> {
  const found = new Map<string, string>();
  if (typeof value !== 'object' || Array.isArray(value)) return found;
  for (const [name, text] of value.entries) if (typeof text === 'string') found.set(name, text);
  return found;
}
