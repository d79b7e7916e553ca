import { basename } from 'node:path';
import { cleanText } from '../../domain/clean.js';
import { resolvePath, resolvePaths } from '../../domain/openclaw/paths.js';
import { portText } from '../../domain/openclaw/port.js';
import type { FileFacts } from '../../model/facts-host.js';
import type { Confinement, RestartPolicy, ServiceFacts } from '../../model/facts-service.js';
import type { ObserverContext } from '../../model/observer.js';
import { parseDotenv } from './dotenv.js';
import { fileFacts } from './file-facts.js';
import { launchdServices } from './launchd.js';
import { openclawVersion, versionText } from './package-version.js';
import { readRegularFile, tilde } from './read-file.js';
import { systemdServices } from './service-unit.js';
import { parseEnvironmentFile } from './systemd-unit.js';

/** A service definition as its file has it; raw values. */
export interface ServiceDefinition {
  supervisor: ServiceFacts['supervisor'];
  kind: 'gateway' | 'node';
  /** Of a predecessor of OpenClaw. */
  legacy: boolean;
  /** Does a target start it? Undefined where the files do not tell. */
  enabled?: boolean;
  unit: string;
  path: string;
  /** The definition and its drop-ins. */
  paths: string[];
  dropIns: string[];
  /** Parts of it that could not be read. */
  unread?: FileFacts[];
  /** The unit itself is one of them: which gateway it starts is a guess by its name. */
  unreadWhole?: boolean;
  command: string[];
  variables: ReadonlyMap<string, string>;
  environmentFiles: { path: string; optional: boolean }[];
  policy: RestartPolicy;
  confinement?: Confinement;
  user?: string;
  /** Home of the user that it runs as. */
  home?: string;
  cwd: string;
}

export interface Service {
  /** Without what only a secret keeper can tell (`holds`) and what `.env` has to be known for. */
  facts: ServiceFacts;
  variables: ReadonlyMap<string, string>;
  fileVariables: ReadonlyMap<string, string>;
  /** Environment files in order, each with its variables. */
  files: {
    facts: FileFacts;
    variables: ReadonlyMap<string, string>;
    path: string;
    optional: boolean;
  }[];
  /** A secret in the unit's command line (`--token`, `--password`), by slot. */
  arguments: { token?: string; password?: string };
  /** Absolute paths that decided this. */
  paths: string[];
}

const maxBytes = 1024 * 1024;
const maxFiles = 16;

/**
 * The definitions that concern this gateway: those whose state directory or config, by their own
 * environment, are the target's. What runs it stands first: enabled before not enabled, OpenClaw's
 * own before a predecessor's, a gateway before a node. Files only; systemctl and launchctl are
 * never asked.
 */
export async function findServices(context: ObserverContext): Promise<Service[]> {
  const { host, target, signal } = context;
  const uid = target.uid !== undefined && target.uid >= 0 ? target.uid : host.uid;
  const found = new Map<string, Service>();
  for (const home of new Set([target.home ?? host.home, host.home])) {
    const definitions = [
      ...(await systemdServices(home, uid, signal)),
      ...(await launchdServices(home, signal)),
    ];
    for (const definition of definitions) {
      if (found.has(definition.path)) continue;
      const service = await readService(definition, context);
      if (service) found.set(definition.path, service);
    }
  }
  return [...found.values()].sort((a, b) => rank(b.facts) - rank(a.facts));
}

function rank({ kind, legacy, enabled }: ServiceFacts): number {
  return (kind === 'node' ? 0 : 4) + (enabled === false ? 0 : 2) + (legacy === true ? 0 : 1);
}

async function readService(
  definition: ServiceDefinition,
  context: ObserverContext,
): Promise<Service | undefined> {
  const { target, host, signal } = context;
  const shownHome = target.home ?? host.home;
  const files = await readFiles(definition, shownHome, signal);
  const fileVariables = new Map(files.flatMap((file) => [...file.variables]));
  const all = new Map([...definition.variables, ...fileVariables]);
  const home = all.get('HOME') ?? definition.home;
  if (home === undefined) return undefined;
  const paths = resolvePaths({
    env: { ...Object.fromEntries(all), HOME: home },
    home,
    cwd: definition.cwd,
  });
  const concerns = definition.unreadWhole
    ? mayConcern(definition.unit, target.stateDir)
    : paths.stateDir === target.stateDir || paths.configPath === target.configPath;
  if (!concerns) return undefined;
  // launchd puts no variables into a command line.
  const command =
    definition.supervisor === 'launchd' ? definition.command : expanded(definition.command, all);
  const program = await programOf(command, home, signal);
  const known = program.version ?? versionText(all.get('OPENCLAW_SERVICE_VERSION'));
  const port = portText(option(command, '--port') ?? all.get('OPENCLAW_GATEWAY_PORT'));
  const token = option(command, '--token');
  const password = option(command, '--password');
  const { supervisor, kind, legacy, enabled, unit, user, policy, confinement, unread } = definition;
  const shown = (path: string): string => tilde(path, shownHome);
  return {
    facts: {
      supervisor,
      kind,
      legacy,
      ...(enabled === undefined ? {} : { enabled }),
      ...named('connectsTo', kind === 'node' ? option(command, '--host') : undefined),
      ...named('serviceKind', all.get('OPENCLAW_SERVICE_KIND')?.trim()),
      unit,
      path: shown(definition.path),
      ...(program.entry === undefined ? {} : { entry: shown(program.entry) }),
      ...(program.entryState === undefined ? {} : { entryState: program.entryState }),
      ...(program.node === undefined ? {} : { node: shown(program.node) }),
      ...(program.nodeState === undefined ? {} : { nodeState: program.nodeState }),
      ...(known === undefined ? {} : { version: known }),
      ...(port === undefined ? {} : { port }),
      stateDir: shown(paths.stateDir),
      configPath: shown(paths.configPath),
      home: shown(paths.home),
      ...(user === undefined ? {} : { user: cleanText(user, 64) ?? '' }),
      dropIns: definition.dropIns.map(shown),
      environmentFiles: files.map((file) => file.facts),
      embedded: secretNames(definition.variables),
      ...(unread === undefined
        ? { policy, ...(confinement === undefined ? {} : { confinement }) }
        : { unread }),
    },
    variables: definition.variables,
    fileVariables,
    files,
    arguments: {
      ...(token === undefined ? {} : { token }),
      ...(password === undefined ? {} : { password }),
    },
    paths: [...definition.paths, ...files.map((file) => file.path)],
  };
}

/**
 * May a unit that nobody lets us read be this gateway's? `openclaw-gateway-NAME` is the unit of the
 * profile NAME; any unit can name a state directory that follows no profile.
 */
function mayConcern(unit: string, stateDir: string | undefined): boolean {
  const state = /^\.openclaw(?:-(.+))?$/.exec(basename(stateDir ?? ''));
  if (!state) return true;
  const profile = /^(?:openclaw|clawdbot)(?:-gateway|-node)?(?:[-@](.+))?\.service$/.exec(
    unit,
  )?.[1];
  return (state[1] ?? '') === (profile ?? '');
}

function named(key: 'connectsTo' | 'serviceKind', value: string | undefined) {
  return value ? { [key]: cleanText(value, 100) } : {};
}

async function readFiles(
  { environmentFiles, supervisor }: ServiceDefinition,
  home: string,
  signal: AbortSignal,
): Promise<Service['files']> {
  const files: Service['files'] = [];
  for (const { path, optional } of environmentFiles.slice(0, maxFiles)) {
    const { facts, bytes } = await readRegularFile(path, { maxBytes, home, signal });
    const parse = supervisor === 'launchd' ? parseDotenv : parseEnvironmentFile;
    const variables = bytes ? parse(bytes.toString('utf8')) : new Map<string, string>();
    files.push({ facts, variables, path, optional });
  }
  return files;
}

const secretName = /(?:TOKEN|PASSWORD|PASSWD|SECRET|API_?KEY|PRIVATE_KEY)$/i;

function secretNames(variables: ReadonlyMap<string, string>): string[] {
  return [...variables]
    .filter(([name, value]) => secretName.test(name) && name.length <= 100 && value.trim() !== '')
    .map(([name]) => name)
    .slice(0, 32);
}

/** `${NAME}` inside a word and `$NAME` as a whole one, as systemd puts them in. */
function expanded(command: readonly string[], variables: ReadonlyMap<string, string>): string[] {
  return command.flatMap((word) => {
    const whole = /^\$([A-Za-z_][A-Za-z0-9_]*)$/.exec(word)?.[1];
    if (whole !== undefined) return (variables.get(whole) ?? '').split(/\s+/).filter(Boolean);
    return word.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
      return variables.get(name) ?? '';
    });
  });
}

interface Program {
  entry?: string;
  entryState?: FileFacts['state'];
  version?: string;
  node?: string;
  nodeState?: FileFacts['state'];
}

/** The OpenClaw program of a command line (a script, or something called `openclaw`) and its Node. */
async function programOf(
  command: readonly string[],
  home: string,
  signal: AbortSignal,
): Promise<Program> {
  const at = command.findIndex((w) => /\.[cm]?js$/.test(w) || basename(w) === 'openclaw');
  const word = command[at];
  if (word === undefined) return {};
  const entry = resolvePath(word, home, '/');
  const { version } = await openclawVersion(entry, signal);
  const before = command[at - 1];
  const node = before?.startsWith('/') && basename(before).startsWith('node') ? before : undefined;
  return {
    entry,
    // A bare name is looked up on a PATH that is not ours.
    ...(word.includes('/') ? { entryState: (await fileFacts(entry, home)).state } : {}),
    ...(version === undefined ? {} : { version }),
    ...(node === undefined ? {} : { node, nodeState: (await fileFacts(node, home)).state }),
  };
}

/** The value of `--name value` or `--name=value`. */
function option(command: readonly string[], name: string): string | undefined {
  const joined = command.find((word) => word.startsWith(`${name}=`));
  if (joined !== undefined) return joined.slice(name.length + 1);
  const at = command.indexOf(name);
  return at < 0 ? undefined : command[at + 1];
}
