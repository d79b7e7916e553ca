import { dirname, join } from 'node:path';
import { cleanText } from '../../domain/clean.js';
import { resolvePath } from '../../domain/openclaw/paths.js';
import { portText } from '../../domain/openclaw/port.js';
import type { FileFacts } from '../../model/facts-host.js';
import type { ComposeFacts, ServiceFile } from '../../model/facts-service.js';
import type { ObserverContext } from '../../model/observer.js';
import { interpolated } from './compose-text.js';
import {
  isUnclear,
  isYamlMap,
  mergeKey,
  parseComposeYaml,
  type Unclear,
  unclear,
  type YamlValue,
  yamlMember,
} from './compose-yaml.js';
import { parseDotenv } from './dotenv.js';
import { readRegularFile, tilde } from './read-file.js';

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
  let unread: Compose | undefined;
  for (const folder of folders) {
    for (const name of names) {
      const found = await readProject(join(folder, name), { home, stateDir }, context.signal);
      if (found?.facts.file.state === 'ok') return found;
      unread ??= found;
    }
  }
  return unread;
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
  // A file in a directory that may not be looked into need not be there at all.
  if (!bytes) return file.mode === undefined ? undefined : unreadProject(path, file);
  const service = yamlMember(yamlMember(top, 'services'), serviceName);
  if (isUnclear(service)) return unreadProject(path, file);
  if (!isYamlMap(service)) return undefined;
  const folder = dirname(path);
  const dotenvPath = join(folder, '.env');
  const filling = await readRegularFile(dotenvPath, options);
  const dotenv = filling.bytes
    ? parseDotenv(filling.bytes.toString('utf8'))
    : new Map<string, string>();
  const known = (text: string): string | undefined =>
    interpolated(text, (name) => dotenv.get(name));
  const fill = (text: string): string => known(text) ?? '';
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
  const environment = environmentOf(service);
  const notes = new Map<string, Note>();
  for (const [name, value] of environment) {
    const stated = value ?? `\${${name}}`;
    const text = typeof stated === 'string' ? known(stated) : undefined;
    if (text !== undefined) variables.set(name, text);
    else {
      variables.delete(name);
      notes.set(name, { reason: typeof stated === 'string' ? notFilled : unclearText });
    }
  }
  const own = new Set(environment.map(([name]) => name));
  const hidden = files.find((entry) => isHidden(entry.file))?.file;
  for (const name of secretNames) {
    if (own.has(name)) continue;
    // The file that could not be read, or what is taken over, may set it as well.
    const note: Note | undefined = isPartial(service)
      ? { reason: unclearText }
      : hidden && { reason: `${hidden.path}: ${hidden.reason ?? hidden.state}`, hidden: true };
    if (!note) continue;
    variables.delete(name);
    notes.set(name, note);
  }
  const unclearNames = [...notes].filter(([name]) => secretNames.includes(name));
  return {
    facts: {
      file,
      ...restartOf(service, fill),
      dotenv: filling.facts,
      environmentFiles: files,
      variables: environment.map(([name]) => cleanText(name, 100) ?? '').slice(0, 64),
      ports: portsOf(yamlMember(service, 'ports'), fill),
      ...(unclearNames.length === 0
        ? {}
        : { unclear: unclearNames.map(([name, note]) => ({ name, ...note })) }),
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
function environmentOf(service: YamlValue): [string, string | Unclear | undefined][] {
  const value = yamlMember(service, 'environment');
  const pairs: [string, string | Unclear | undefined][] = [];
  if (isYamlMap(value)) {
    for (const [name, text] of value)
      if (name !== mergeKey) pairs.push([name, typeof text === 'string' ? text : unclear]);
  }
  for (const item of Array.isArray(value) ? value : []) {
    const [, name, text] = /^([A-Za-z_]\w*)(?:=([\s\S]*))?$/.exec(textOf(item)) ?? [];
    if (name) pairs.push([name, text]);
  }
  return pairs;
}

const secretNames: readonly string[] = ['OPENCLAW_GATEWAY_TOKEN', 'OPENCLAW_GATEWAY_PASSWORD'];
type Note = Omit<NonNullable<ComposeFacts['unclear']>[number], 'name'>;
const unclearText = 'it is written in a part of YAML that is not followed';
const notFilled = 'the project has no value for a variable in it';

/** Can the service set a variable in a place that is not followed? */
function isPartial(service: YamlValue): boolean {
  const environment = yamlMember(service, 'environment');
  const files = yamlMember(service, 'env_file');
  const parts = [environment, files, ...items(environment), ...items(files)];
  const taken = isUnclear(yamlMember(service, mergeKey)) || yamlMember(service, 'extends');
  return Boolean(taken) || isUnclear(yamlMember(environment, mergeKey)) || parts.some(isUnclear);
}

function isHidden({ state }: FileFacts): boolean {
  return state !== 'ok' && state !== 'absent';
}

/** A project that is there and cannot be read: whose gateway it starts is not known. */
function unreadProject(path: string, file: FileFacts): Compose {
  const absent: FileFacts = { path: tilde(join(dirname(path), '.env'), ''), state: 'absent' };
  const facts: ComposeFacts = {
    file,
    restart: 'other',
    dotenv: absent,
    environmentFiles: [],
    variables: [],
    ports: [],
    ...(isHidden(file)
      ? {}
      : { unclear: secretNames.map((name) => ({ name, reason: unclearText })) }),
  };
  return { facts, dotenv: new Map(), variables: new Map(), paths: [path] };
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
