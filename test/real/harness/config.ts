import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { OpenClawLine } from './install.js';

export type Config = Record<string, unknown>;

export interface ConfigOptions {
  port: number;
  /** With 2026.9.6 its model catalogue is not fetched either; 5.18 refuses that key. */
  line?: OpenClawLine;
  token?: unknown;
  password?: unknown;
  mode?: 'none' | 'token' | 'password' | 'trusted-proxy';
  /** TMPDIR does not move OpenClaw's log out of /tmp/openclaw; this does. */
  logFile?: string;
  /** Merged over the rest, object by object. */
  extra?: Config;
}

/** The smallest config of a healthy local gateway that stays on loopback. */
export function configFor(options: ConfigOptions): Config {
  const { port, line, token, password, mode, logFile, extra = {} } = options;
  const auth = defined({ mode, token, password });
  const base = defined({
    gateway: {
      mode: 'local',
      bind: 'loopback',
      port,
      ...(Object.keys(auth).length > 0 && { auth }),
    },
    logging: logFile === undefined ? undefined : { file: logFile },
    update: { checkOnStart: false },
    models: line === '2026.9.6' ? { catalogRefresh: { enabled: false } } : undefined,
  });
  return merge(base, extra);
}

export function defined(object: Config): Config {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

function merge(base: Config, over: Config): Config {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isPlain(below) && isPlain(value) ? merge(below, value) : value;
  }
  return merged;
}

export function isPlain(value: unknown): value is Config {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Writes <home>/.openclaw/openclaw.json in place, as an editor would; also for edits while a gateway runs. */
export async function writeConfig(home: string, config: Config | string): Promise<string> {
  const file = path.join(home, '.openclaw', 'openclaw.json');
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const text = typeof config === 'string' ? config : `${JSON.stringify(config, null, 2)}\n`;
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

export function parse(text: string): Config {
  try {
    const value: unknown = JSON.parse(text);
    return isPlain(value) ? value : {};
  } catch {
    return {};
  }
}
