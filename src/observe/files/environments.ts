import { join } from 'node:path';
import type { FileFacts } from '../../model/facts-host.js';
import type { ObserverContext } from '../../model/observer.js';
import { type Compose, findCompose } from './compose.js';
import { parseDotenv } from './dotenv.js';
import { readRegularFile } from './read-file.js';
import { findServices, type Service } from './service.js';

/** Every environment that a reader of this gateway could have; raw values, observers only. */
export interface Environments {
  shell: ReadonlyMap<string, string>;
  /** `<state>/.env`, then `~/.config/openclaw/gateway.env`; the first file that has a name wins. */
  dotenv: ReadonlyMap<string, string>;
  dotenvFile: FileFacts;
  /** The same files one by one; the second only beside the default state directory. */
  dotenvFiles: { facts: FileFacts; path: string; variables: ReadonlyMap<string, string> }[];
  service?: Service;
  /** Every definition that concerns this gateway: `service` first, nodes last. */
  services: Service[];
  /** The compose project of this state directory, if there is one. */
  compose?: Compose;
  /** What the local CLI sees: the shell hides `.env`, even with a blank value. */
  cli: (name: string) => string | undefined;
  /** What a managed server sees: environment files, unit, then `.env`. */
  server: (name: string) => string | undefined;
}

/** OpenClaw reads no larger `.env` (2026.9.6). */
const maxBytes = 1024 * 1024;
const deadlineMs = 3000;

/** The environments of the observer's gateway, read once a round whoever asks. */
export function loadEnvironments(context: ObserverContext): Promise<Environments> {
  return context.once(`environments:${context.target.id}`, () =>
    // Shared work must not end with the one caller that happened to start it.
    read({ ...context, signal: AbortSignal.timeout(deadlineMs) }),
  );
}

async function read(context: ObserverContext): Promise<Environments> {
  const { host } = context;
  const shell = new Map<string, string>();
  for (const [name, value] of Object.entries(host.env)) {
    if (value !== undefined && isMeantFor(name, context)) shell.set(name, value);
  }
  const dotenvFiles = await Promise.all(dotenvPaths(context).map((path) => dotenv(path, context)));
  const merged = new Map<string, string>();
  for (const { variables } of dotenvFiles) {
    for (const [name, value] of variables) if (!merged.has(name)) merged.set(name, value);
  }
  const [services, compose] = await Promise.all([findServices(context), findCompose(context)]);
  const service = services.find((s) => s.facts.kind !== 'node');
  return {
    shell,
    dotenv: merged,
    dotenvFile: dotenvFiles[0]?.facts ?? { path: '', state: 'absent' },
    dotenvFiles,
    ...(service ? { service } : {}),
    services,
    ...(compose ? { compose } : {}),
    cli: (name) => (shell.has(name) ? shell.get(name) : merged.get(name)),
    server: (name) =>
      service?.fileVariables.get(name) ?? service?.variables.get(name) ?? merged.get(name),
  };
}

/**
 * The operator's own OPENCLAW_ variables are about the operator's own gateway: the clients of
 * another HOME's or of a sandbox's gateway have an environment of theirs.
 */
function isMeantFor(name: string, { target }: ObserverContext): boolean {
  return target.kind !== 'gateway' || target.primary || !name.startsWith('OPENCLAW_');
}

function dotenvPaths({ target, host }: ObserverContext): string[] {
  const home = target.home ?? host.home;
  const stateDir = target.stateDir ?? join(home, '.openclaw');
  const own = join(stateDir, '.env');
  return stateDir === join(home, '.openclaw')
    ? [own, join(home, '.config', 'openclaw', 'gateway.env')]
    : [own];
}

async function dotenv(path: string, context: ObserverContext) {
  const home = context.target.home ?? context.host.home;
  const { facts, bytes } = await readRegularFile(path, { maxBytes, home, signal: context.signal });
  const variables: ReadonlyMap<string, string> = bytes
    ? parseDotenv(bytes.toString('utf8'))
    : new Map();
  return { facts, path, variables };
}
