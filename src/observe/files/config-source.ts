import { isRecord } from '../../domain/clean.js';
import type { ConfigFacts } from '../../model/facts-gateway.js';
import type { FileFacts } from '../../model/facts-host.js';
import type { ObserverContext } from '../../model/observer.js';
import { resolveIncludes } from './includes.js';
import { parseJsonText } from './json5-text.js';
import { readRegularFile } from './read-file.js';

const maxBytes = 8 * 1024 * 1024;
const deadlineMs = 3000;

/** openclaw.json with its includes, as raw values: it never leaves the observers. */
export interface LoadedConfig {
  facts: FileFacts;
  /** `invalid` as well when the file could not be read: `facts.state` says why. */
  parse: ConfigFacts['parse'];
  /** `{}` unless `parse` is `ok`. */
  value: Record<string, unknown>;
  errorAt?: { line: number; column: number };
  includes: ConfigFacts['includes'];
  /** Absolute paths that decided the value: the file and everything that it includes. */
  paths: string[];
}

export interface ConfigReadOptions {
  home: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

/** The config of the observer's gateway, read once a round whoever asks. */
export function loadConfig(context: ObserverContext): Promise<LoadedConfig> {
  const { target, host } = context;
  return context.once(`config:${target.id}`, () => {
    const home = target.home ?? host.home;
    const path = target.configPath ?? `${target.stateDir ?? `${home}/.openclaw`}/openclaw.json`;
    // Shared work must not end with the one caller that happened to start it.
    return readConfig(path, { home, env: host.env, signal: AbortSignal.timeout(deadlineMs) });
  });
}

/** Reads a config file by its path. Never throws; a file over 8 MiB is not read at all. */
export async function readConfig(path: string, options: ConfigReadOptions): Promise<LoadedConfig> {
  const { home, signal } = options;
  const { facts, bytes } = await readRegularFile(path, { maxBytes, home, signal });
  const nothing = { facts, value: {}, includes: [], paths: [path] };
  if (bytes === undefined) {
    return { ...nothing, parse: facts.state === 'too-large' ? 'too-large' : 'invalid' };
  }
  const parsed = await parseJsonText(bytes);
  if (parsed.parse !== 'ok') return { ...nothing, ...parsed };
  if (!isRecord(parsed.value)) return { ...nothing, parse: 'not-an-object' };
  const included = await resolveIncludes(parsed.value, { ...options, configPath: path });
  if (!isRecord(included.value)) {
    return { ...nothing, parse: 'not-an-object', includes: included.includes };
  }
  return {
    facts,
    parse: 'ok',
    value: included.value,
    includes: included.includes,
    paths: [path, ...included.paths],
  };
}

export { type Environments, loadEnvironments } from './environments.js';
export { secretField } from './secret-field.js';
