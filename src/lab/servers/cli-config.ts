import { copyFileSync, existsSync } from 'node:fs';
import json5 from 'json5';
import type { Cli } from './cli-context.js';
import { isRecord, type Json, writeAtomically } from './json.js';
import { releases } from './line.js';

/** `openclaw config get|set|unset PATH [VALUE]`; a value is JSON5, else a string. */
export function config(cli: Cli, verb: string, path: string, value: string | undefined): number {
  const keys = keysOf(path);
  if (verb === 'get') {
    const found = keys.reduce<unknown>((at, key) => child(at, key), cli.config);
    if (found === undefined) {
      cli.err(`Config path not found: ${path}`);
      return 1;
    }
    cli.out(typeof found === 'object' ? JSON.stringify(found, null, 2) : String(found));
    return 0;
  }
  if (keys.length === 0 || (verb === 'set' && value === undefined)) {
    cli.err('usage: openclaw config set <path> <value>');
    return 1;
  }
  const edited = structuredClone(cli.config);
  if (verb === 'set') write(edited, keys, parsed(value ?? ''));
  else remove(edited, keys);
  save(cli, edited);
  cli.out(`${verb === 'set' ? 'Updated' : 'Removed'} ${path}. Restart the gateway to apply.`);
  return 0;
}

/** `a.b[0]["x.y"]` */
function keysOf(path: string): string[] {
  const parts = path.matchAll(/\["([^"]+)"\]|\['([^']+)'\]|\[(\d+)\]|([^.[\]]+)/g);
  const keys = [...parts].map(
    ([, double, single, index, plain]) => double ?? single ?? index ?? plain,
  );
  return keys.filter(
    (key) => key !== undefined && !['__proto__', 'constructor'].includes(key),
  ) as string[];
}

function child(at: unknown, key: string): unknown {
  if (Array.isArray(at)) return at[Number(key)];
  return isRecord(at) && Object.hasOwn(at, key) ? at[key] : undefined;
}

function parsed(text: string): unknown {
  try {
    return json5.parse<unknown>(text);
  } catch {
    return text;
  }
}

function write(root: Json, keys: readonly string[], value: unknown): void {
  const last = keys.at(-1) ?? '';
  let at: unknown = root;
  for (const [index, key] of keys.slice(0, -1).entries()) {
    let next = child(at, key);
    if (typeof next !== 'object' || next === null) {
      next = /^\d+$/.test(keys[index + 1] ?? '') ? [] : {};
      assign(at, key, next);
    }
    at = next;
  }
  assign(at, last, value);
}

function assign(at: unknown, key: string, value: unknown): void {
  if (Array.isArray(at)) at[Number(key)] = value;
  else if (isRecord(at)) at[key] = value;
}

function remove(root: Json, keys: readonly string[]): void {
  const parent = keys.slice(0, -1).reduce<unknown>((at, key) => child(at, key), root);
  const last = keys.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isRecord(parent)) Reflect.deleteProperty(parent, last);
}

function save(cli: Cli, edited: Json): void {
  const { configPath } = cli.paths;
  if (existsSync(configPath)) copyFileSync(configPath, `${configPath}.bak`);
  const meta = {
    lastTouchedVersion: releases[cli.line],
    lastTouchedAt: new Date().toISOString(),
  };
  writeAtomically(configPath, `${JSON.stringify({ ...edited, meta }, null, 2)}\n`);
}
