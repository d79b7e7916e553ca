import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { isRecord, type Json } from './json.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Paths {
  home: string;
  stateDir: string;
  configPath: string;
}

/** Path selection of both lines (OPENCLAW_HOME, OPENCLAW_STATE_DIR, OPENCLAW_CONFIG_PATH). */
export function pathsOf(env: Environment): Paths {
  const home = given(env.OPENCLAW_HOME) ?? given(env.HOME) ?? homedir();
  const stateDir = resolve(given(env.OPENCLAW_STATE_DIR) ?? join(home, '.openclaw'));
  const configPath = resolve(given(env.OPENCLAW_CONFIG_PATH) ?? join(stateDir, 'openclaw.json'));
  return { home, stateDir, configPath };
}

function given(value: string | undefined): string | undefined {
  const text = value?.trim();
  return text === undefined || ['', 'undefined', 'null'].includes(text) ? undefined : text;
}

/** `<state>/.env` under the process's own environment: it never overrides a variable. */
export function environmentOf(env: Environment, stateDir: string): Environment {
  let text = '';
  try {
    text = readFileSync(join(stateDir, '.env'), 'utf8');
  } catch {
    return env;
  }
  const merged: Record<string, string | undefined> = { ...env };
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    const [, name, value] = match ?? [];
    if (name === undefined || value === undefined || merged[name] !== undefined) continue;
    merged[name] = value.replace(/^(['"])(.*)\1$/, '$2');
  }
  return merged;
}

/** The config as JSON5; `undefined` when there is no file; throws for text that does not parse. */
export async function readConfig(file: string): Promise<{ text: string; value: Json } | undefined> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  return { text, value: objectOf(await parse(text)) };
}

// JSON5 is loaded only for text that needs it.
async function parse(text: string): Promise<unknown> {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    const { default: json5 } = await import('json5');
    return json5.parse(text);
  }
}

function objectOf(value: unknown): Json {
  if (!isRecord(value)) throw new Error('the config is not an object');
  return value;
}
