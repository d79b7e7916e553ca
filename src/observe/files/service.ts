import { basename } from 'node:path';
import { resolvePath, resolvePaths } from '../../domain/openclaw/paths.js';
import { portText } from '../../domain/openclaw/port.js';
import type { ServiceFacts } from '../../model/facts-gateway.js';
import type { FileFacts } from '../../model/facts-host.js';
import type { ObserverContext } from '../../model/observer.js';
import { parseDotenv } from './dotenv.js';
import { launchdServices } from './launchd.js';
import { openclawVersion, versionText } from './package-version.js';
import { readRegularFile, tilde } from './read-file.js';
import { systemdServices } from './service-unit.js';
import { parseEnvironmentFile } from './systemd-unit.js';

/** A service definition as its file has it; raw values. */
export interface ServiceDefinition {
  supervisor: ServiceFacts['supervisor'];
  unit: string;
  path: string;
  /** The definition and its drop-ins. */
  paths: string[];
  command: string[];
  variables: ReadonlyMap<string, string>;
  environmentFiles: string[];
  /** Home of the user that it runs as. */
  home?: string;
  cwd: string;
}

export interface Service {
  facts: ServiceFacts;
  variables: ReadonlyMap<string, string>;
  fileVariables: ReadonlyMap<string, string>;
  /** Environment files in order, each with its variables. */
  files: { facts: FileFacts; variables: ReadonlyMap<string, string> }[];
  /** A secret in the unit's command line (`--token`, `--password`), by slot. */
  arguments: { token?: string; password?: string };
  /** Absolute paths that decided this. */
  paths: string[];
}

const maxBytes = 1024 * 1024;

/**
 * The service that runs this gateway: the first whose state directory or config, by its own
 * environment, is the target's. Files only; systemctl and launchctl are never asked.
 */
export async function findService(context: ObserverContext): Promise<Service | undefined> {
  const { host, target, signal } = context;
  for (const home of new Set([target.home ?? host.home, host.home])) {
    const definitions = [
      ...(await systemdServices(home, signal)),
      ...(await launchdServices(home, signal)),
    ];
    for (const definition of definitions) {
      const service = await readService(definition, context);
      if (service) return service;
    }
  }
  return undefined;
}

async function readService(
  definition: ServiceDefinition,
  context: ObserverContext,
): Promise<Service | undefined> {
  const { target, host, signal } = context;
  const shownHome = target.home ?? host.home;
  const files: Service['files'] = [];
  for (const path of definition.environmentFiles.slice(0, 16)) {
    const { facts, bytes } = await readRegularFile(path, { maxBytes, home: shownHome, signal });
    const parse = definition.supervisor === 'launchd' ? parseDotenv : parseEnvironmentFile;
    files.push({ facts, variables: bytes ? parse(bytes.toString('utf8')) : new Map() });
  }
  const fileVariables = new Map(files.flatMap((file) => [...file.variables]));
  const all = new Map([...definition.variables, ...fileVariables]);
  const home = all.get('HOME') ?? definition.home;
  if (home === undefined) return undefined;
  const paths = resolvePaths({
    env: { ...Object.fromEntries(all), HOME: home },
    home,
    cwd: definition.cwd,
  });
  if (paths.stateDir !== target.stateDir && paths.configPath !== target.configPath) {
    return undefined;
  }
  const { entry, version } = await entryOf(definition.command, home, signal);
  const known = version ?? versionText(all.get('OPENCLAW_SERVICE_VERSION'));
  const port = portText(option(definition.command, '--port') ?? all.get('OPENCLAW_GATEWAY_PORT'));
  const token = option(definition.command, '--token');
  const password = option(definition.command, '--password');
  return {
    facts: {
      supervisor: definition.supervisor,
      unit: definition.unit,
      path: tilde(definition.path, shownHome),
      ...(entry === undefined ? {} : { entry: tilde(entry, shownHome) }),
      ...(known === undefined ? {} : { version: known }),
      ...(port === undefined ? {} : { port }),
      stateDir: tilde(paths.stateDir, shownHome),
      configPath: tilde(paths.configPath, shownHome),
      home: tilde(paths.home, shownHome),
      environmentFiles: files.map((file) => file.facts),
    },
    variables: definition.variables,
    fileVariables,
    files,
    arguments: {
      ...(token === undefined ? {} : { token }),
      ...(password === undefined ? {} : { password }),
    },
    paths: [...definition.paths, ...definition.environmentFiles],
  };
}

/** The OpenClaw program of a command line: a script, or something called `openclaw`. */
async function entryOf(
  command: readonly string[],
  home: string,
  signal: AbortSignal,
): Promise<{ entry?: string; version?: string }> {
  const word = command.find((w) => /\.[cm]?js$/.test(w) || basename(w) === 'openclaw');
  if (word === undefined) return {};
  const entry = resolvePath(word, home, '/');
  const { version } = await openclawVersion(entry, signal);
  return { entry, ...(version === undefined ? {} : { version }) };
}

/** The value of `--name value` or `--name=value`. */
function option(command: readonly string[], name: string): string | undefined {
  const joined = command.find((word) => word.startsWith(`${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 1);
  const at = command.indexOf(name);
  return at < 0 ? undefined : command[at + 1];
}
