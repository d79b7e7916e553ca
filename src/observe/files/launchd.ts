import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RestartPolicy } from '../../model/facts-service.js';
import { byCodeUnit } from '../../model/json.js';
import { type PlistDict, type PlistValue, parsePlist } from './plist.js';
import { readRegularFile } from './read-file.js';
import type { ServiceDefinition } from './service.js';

const maxBytes = 1024 * 1024;
const agentName = /^(?:ai\.openclaw\.(?!update\.)|com\.clawdbot\.|bot\.molt\.)[\w.-]+\.plist$/;

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
      dropIns: [],
      kind: name.startsWith('ai.openclaw.node') ? 'node' : 'gateway',
      legacy: !name.startsWith('ai.openclaw.'),
      policy: policyOf(plist),
      command,
      variables: variables(plist.get('EnvironmentVariables')),
      environmentFiles: command
        .filter((word) => word.startsWith('/') && word.endsWith('.env'))
        // The wrapper of 2026.5 goes on without it.
        .map((file) => ({ path: file, optional: true })),
      home,
      cwd: dir,
    });
  }
  return found;
}

/** launchd starts again at once, at most every ThrottleInterval (10 s unless it says otherwise). */
function policyOf(plist: PlistDict['entries']): RestartPolicy {
  const keepAlive = plist.get('KeepAlive');
  const throttle = plist.get('ThrottleInterval');
  const always = keepAlive === true;
  const conditional = typeof keepAlive === 'object';
  return {
    restart: always ? 'always' : conditional ? 'on-condition' : 'no',
    delayMs: typeof throttle === 'number' && throttle >= 0 ? throttle * 1000 : 10_000,
    preventExitStatus: [],
  };
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
