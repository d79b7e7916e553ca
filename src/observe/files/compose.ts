import { dirname, join } from 'node:path';
import { cleanText } from '../../domain/clean.js';
import { resolvePath } from '../../domain/openclaw/paths.js';
import { portText } from '../../domain/openclaw/port.js';
import type { ComposeFacts, ServiceFile } from '../../model/facts-service.js';
import type { ObserverContext } from '../../model/observer.js';
import { isYamlMap, parseComposeYaml, type YamlValue, yamlMember } from './compose-yaml.js';
import { parseDotenv } from './dotenv.js';
import { readRegularFile } from './read-file.js';

/** A compose project as its files have it; raw values, observers only. */
export interface Compose {
  facts: ComposeFacts;
  /** `.env` of the project: it fills `${VAR}` in the compose file, and nothing else. */
  dotenv: ReadonlyMap<string, string>;
  /** What the container gets: `env_file` first, `environment` over it, `${VAR}` filled in. */
  variables: ReadonlyMap<string, string>;
  /** Absolute paths that decided this. */
  paths: string[];
}

const names = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];
const serviceName = 'openclaw-gateway';
const containerPort = 18789;
const maxBytes = 256 * 1024;
const maxFiles = 8;

/**
 * The compose project whose service `openclaw-gateway` mounts the target's state directory. Looked
 * for beside the state directory and in `~/openclaw`, where the set-up script of OpenClaw runs.
 */
export async function findCompose(context: ObserverContext): Promise<Compose | undefined> {
  const { target, host } = context;
  if (target.kind !== 'gateway' || target.place === 'remote') return undefined;
  const home = target.home ?? host.home;
  const stateDir = target.stateDir ?? join(home, '.openclaw');
  const folders = new Set([stateDir, dirname(stateDir), home, join(home, 'openclaw')]);
  for (const folder of folders) {
    for (const name of names) {
      const found = await readProject(join(folder, name), { home, stateDir }, context.signal);
      if (found) return found;
    }
  }
  return undefined;
}

interface Place {
  home: string;
  stateDir: string;
}

async function readProject(
  path: string,
  { home, stateDir }: Place,
  signal: AbortSignal,
): Promise<Compose | undefined> {
  const options = { maxBytes, home, signal };
  const { facts: file, bytes } = await readRegularFile(path, options);
  const top = bytes && parseComposeYaml(bytes.toString('utf8'));
  const service = yamlMember(yamlMember(top, 'services'), serviceName);
  if (!isYamlMap(service)) return undefined;
  const folder = dirname(path);
  const dotenvPath = join(folder, '.env');
  const own = await readRegularFile(dotenvPath, options);
  const dotenv = own.bytes ? parseDotenv(own.bytes.toString('utf8')) : new Map<string, string>();
  const fill = (text: string): string => interpolated(text, dotenv);
  if (!mounts(service, fill, { home, stateDir, folder })) return undefined;
  const files: ServiceFile[] = [];
  const paths = [path, dotenvPath];
  const variables = new Map<string, string>();
  for (const entry of envFiles(yamlMember(service, 'env_file')).slice(0, maxFiles)) {
    const at = resolvePath(fill(entry.path), home, folder);
    const read = await readRegularFile(at, options);
    files.push({ file: read.facts, optional: entry.optional });
    paths.push(at);
    const text = read.bytes?.toString('utf8');
    for (const [name, value] of text === undefined ? [] : parseDotenv(text))
      variables.set(name, value);
  }
  const environment = environmentOf(yamlMember(service, 'environment'));
  for (const [name, value] of environment) variables.set(name, fill(value ?? `\${${name}}`));
  return {
    facts: {
      file,
      ...restartOf(service, fill),
      dotenv: own.facts,
      environmentFiles: files,
      variables: environment.map(([name]) => cleanText(name, 100) ?? '').slice(0, 64),
      ports: portsOf(yamlMember(service, 'ports'), fill),
    },
    dotenv,
    variables,
    paths,
  };
}

/** False only when a volume for `.openclaw` names another directory of this host. */
function mounts(
  service: YamlValue,
  fill: (text: string) => string,
  { home, stateDir, folder }: Place & { folder: string },
): boolean {
  for (const volume of items(yamlMember(service, 'volumes'))) {
    const text = typeof volume === 'string' ? fill(volume) : '';
    const [source, destination] = isYamlMap(volume)
      ? [fill(textOf(volume.get('source'))), fill(textOf(volume.get('target')))]
      : text.split(':');
    if (!destination?.endsWith('/.openclaw') || !source || !/^[./~]/.test(source)) continue;
    return resolvePath(source, home, folder) === stateDir;
  }
  return true;
}

function restartOf(
  service: YamlValue,
  fill: (text: string) => string,
): Pick<ComposeFacts, 'restart' | 'maxAttempts'> {
  const policy = yamlMember(yamlMember(service, 'deploy'), 'restart_policy');
  const text = fill(textOf(yamlMember(service, 'restart'))) || 'no';
  const [, name, count] = /^([a-z-]+)(?::(\d{1,6}))?$/.exec(text) ?? [];
  const attempts = count ?? /^\d{1,6}$/.exec(textOf(yamlMember(policy, 'max_attempts')))?.[0];
  return {
    restart: name ?? 'other',
    ...(attempts === undefined ? {} : { maxAttempts: Number(attempts) }),
  };
}

function envFiles(value: YamlValue | undefined): { path: string; optional: boolean }[] {
  return items(value).flatMap((item) => {
    if (typeof item === 'string') return [{ path: item, optional: false }];
    const path = textOf(yamlMember(item, 'path'));
    return path ? [{ path, optional: yamlMember(item, 'required') === 'false' }] : [];
  });
}

/** Names with their values; a name without one is passed on from `.env` or the shell. */
function environmentOf(value: YamlValue | undefined): [string, string | undefined][] {
  const pairs: [string, string | undefined][] = [];
  if (isYamlMap(value)) {
    for (const [name, text] of value)
      pairs.push([name, typeof text === 'string' ? text : undefined]);
  }
  for (const item of Array.isArray(value) ? value : []) {
    const [, name, text] = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(textOf(item)) ?? [];
    if (name) pairs.push([name, text]);
  }
  return pairs;
}

/** The host ports of entries such as `127.0.0.1:18790:18789`. */
function portsOf(value: YamlValue | undefined, fill: (text: string) => string): number[] {
  const found = items(value).map((item) => {
    const [host, inner] = isYamlMap(item)
      ? [textOf(item.get('published')), textOf(item.get('target'))]
      : (fill(textOf(item)).split('/')[0]?.split(':').slice(-2) ?? []);
    return portText(inner ?? host) === containerPort ? portText(fill(host ?? '')) : undefined;
  });
  return found.filter((port) => port !== undefined);
}

function items(value: YamlValue | undefined): readonly YamlValue[] {
  if (value === undefined || value === '') return [];
  return Array.isArray(value) ? value : [value];
}

function textOf(value: YamlValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** `${VAR}`, `$VAR`, `${VAR:-default}`, `$$`; what the project's `.env` does not have is empty. */
function interpolated(text: string, dotenv: ReadonlyMap<string, string>): string {
  const pattern = /\$(?:(\$)|\{([A-Za-z_]\w*)(?::?[-?+]([^}]*))?\}|([A-Za-z_]\w*))/g;
  return text.replace(
    pattern,
    (_, dollar?: string, braced?: string, other?: string, bare?: string) => {
      if (dollar) return '$';
      const value = dotenv.get(braced ?? bare ?? '');
      return value === undefined || value === '' ? (other ?? '') : value;
    },
  );
}
