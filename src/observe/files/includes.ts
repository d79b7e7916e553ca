import { realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join, normalize, sep } from 'node:path';
import { isRecord } from '../../domain/clean.js';
import { resolvePath } from '../../domain/openclaw/paths.js';
import type { ConfigFacts } from '../../model/facts-gateway.js';
import { errorCode } from './error-code.js';
import { parseJsonText } from './json5-text.js';
import { readRegularFile, tilde } from './read-file.js';

/** `$include` as OpenClaw 2026.5.18 resolves it: at any level, ten files deep, 2 MiB each. */
const maxDepth = 10;
const maxBytes = 2 * 1024 * 1024;
const maxFiles = 64;
/** Of all files together: parsing cannot be interrupted. */
const maxTotalBytes = 8 * 1024 * 1024;
const blockedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

export interface IncludeOptions {
  configPath: string;
  home: string;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
}

export interface Included {
  value: unknown;
  includes: ConfigFacts['includes'];
  /** Absolute paths that were looked at. */
  paths: string[];
}

interface Walk extends IncludeOptions {
  roots: string[];
  realRoots: string[];
  includes: ConfigFacts['includes'];
  paths: string[];
  bytes: number;
}

/** Replaces every `$include` by the contents of its files; siblings of the key win. */
export async function resolveIncludes(value: unknown, options: IncludeOptions): Promise<Included> {
  if (!mentionsInclude(value)) return { value, includes: [], paths: [] };
  const roots = [dirname(options.configPath), ...extraRoots(options)];
  const walk: Walk = {
    ...options,
    roots: roots.map((root) => normalize(root)),
    realRoots: await Promise.all(roots.map((root) => realpath(root).catch(() => root))),
    includes: [],
    paths: [],
    bytes: 0,
  };
  const resolved = await process(value, options.configPath, [options.configPath], walk);
  return { value: resolved, includes: walk.includes, paths: walk.paths };
}

/** Directories that OPENCLAW_INCLUDE_ROOTS allows beside the config's own. */
function extraRoots({ env, home }: IncludeOptions): string[] {
  const entries = (env.OPENCLAW_INCLUDE_ROOTS ?? '').split(delimiter);
  return entries
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && (isAbsolute(entry) || entry.startsWith('~')))
    .map((entry) => resolvePath(entry, home, '/'));
}

function mentionsInclude(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(mentionsInclude);
  if (!isRecord(value)) return false;
  return Object.hasOwn(value, '$include') || Object.values(value).some(mentionsInclude);
}

async function process(
  value: unknown,
  file: string,
  chain: readonly string[],
  walk: Walk,
): Promise<unknown> {
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) items.push(await process(item, file, chain, walk));
    return items;
  }
  if (!isRecord(value)) return value;
  const own: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === '$include' || blockedKeys.has(key)) continue;
    own[key] = await process(item, file, chain, walk);
  }
  if (!Object.hasOwn(value, '$include')) return own;
  const wanted = value.$include;
  let merged: unknown = {};
  for (const name of Array.isArray(wanted) ? wanted : [wanted]) {
    merged = merge(merged, await load(name, file, chain, walk));
  }
  return Object.keys(own).length === 0 ? merged : merge(merged, own);
}

async function load(
  name: unknown,
  file: string,
  chain: readonly string[],
  walk: Walk,
): Promise<unknown> {
  const note = (path: string, state: ConfigFacts['includes'][number]['state']): unknown => {
    walk.includes.push({ path, state });
    return {};
  };
  if (typeof name !== 'string' || name === '') return note('(not a path)', 'invalid');
  const path = normalize(isAbsolute(name) ? name : join(dirname(file), name));
  const shown = tilde(path, walk.home);
  if (walk.includes.length >= maxFiles) return {};
  if (!within(walk.roots, path)) return note(shown, 'outside');
  if (chain.includes(path) || chain.length > maxDepth) return note(shown, 'invalid');
  walk.paths.push(path);
  try {
    if (!within(walk.realRoots, await realpath(path))) return note(shown, 'outside');
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return note(shown, 'absent');
    return note(shown, code === 'EACCES' ? 'denied' : 'invalid');
  }
  const read = await readRegularFile(path, { maxBytes, home: walk.home, signal: walk.signal });
  if (read.bytes === undefined) {
    const { state } = read.facts;
    return note(shown, state === 'absent' || state === 'denied' ? state : 'invalid');
  }
  walk.bytes += read.bytes.length;
  if (walk.bytes > maxTotalBytes || walk.signal.aborted) return note(shown, 'invalid');
  const parsed = await parseJsonText(read.bytes);
  if (parsed.parse !== 'ok') return note(shown, 'invalid');
  note(shown, 'ok');
  return process(parsed.value, path, [...chain, path], walk);
}

function within(roots: readonly string[], path: string): boolean {
  return roots.some((root) => path === root || path.startsWith(root === sep ? sep : root + sep));
}

/** OpenClaw's merge: objects member by member, arrays end to end, else the later value. */
function merge(target: unknown, source: unknown): unknown {
  if (Array.isArray(target) && Array.isArray(source)) return target.concat(source) as unknown[];
  if (!isRecord(target) || !isRecord(source)) return source;
  const result: Record<string, unknown> = { ...target };
  for (const [key, value] of Object.entries(source)) {
    if (blockedKeys.has(key)) continue;
    result[key] = Object.hasOwn(result, key) ? merge(result[key], value) : value;
  }
  return result;
}
