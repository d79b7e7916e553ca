import { dirname, isAbsolute, join, normalize } from 'node:path';
import { readHead } from './read-head.js';

/** What a program called `openclaw` starts, read from its first bytes. */
export interface Launcher {
  /** The JavaScript that a shell wrapper starts; absent for the JavaScript itself. */
  entry?: string;
  /** An absolute path of a Node that it starts; absent when PATH decides. */
  node?: string;
}

const headBytes = 8 * 1024;
const entryWord = /[^\s"'=]*\/openclaw\/(?:openclaw\.mjs|bin\/[\w.-]+|dist\/[\w.-]+\.[cm]?js)/;
const nodeWord =
  /(?:^|[\s"'])((?:\/|\$basedir\/|\$\{basedir\}\/|~\/|\$HOME\/)[^\s"']*\/?node)["']?(?=\s)/;

/**
 * Follows a shebang (`#!/usr/bin/env node`, `#!/opt/node/bin/node`) or a wrapper written by pnpm,
 * Homebrew or OpenClaw's installer (`exec "$basedir/node" "$basedir/.../openclaw.mjs" "$@"`). The
 * wrapper is read, never run; what it computes in other ways stays unknown.
 */
export async function launcherOf(
  program: string,
  home: string,
  exists: (path: string) => Promise<boolean>,
  signal: AbortSignal,
): Promise<Launcher> {
  const text = await readHead(program, headBytes, signal);
  const shebang = /^#!\s*(\S+)(?:\s+(.*))?/.exec(text);
  if (!shebang) return {};
  const interpreter = shebang[1] ?? '';
  if (/\/node(js)?$/.test(interpreter)) return { node: interpreter };
  if (!/\/(env|sh|bash|dash|zsh)$/.test(interpreter)) return {};
  if (/\/env$/.test(interpreter) && !/\b(sh|bash)\b/.test(shebang[2] ?? '')) return {};
  const place = (word: string): string | undefined => {
    const path = word
      .replace(/^\$\{?basedir\}?\//, `${dirname(program)}/`)
      .replace(/^(\$HOME|~)\//, `${home}/`);
    return isAbsolute(path) && !path.includes('$') ? normalize(path) : undefined;
  };
  const result: Launcher = {};
  for (const line of text.split('\n')) {
    const command = /^\s*(?:exec\s+)(.*)$/.exec(line)?.[1];
    const entry = command && place(entryWord.exec(command)?.[0] ?? '');
    if (!command || !entry) continue;
    result.entry ??= entry;
    const node = place(nodeWord.exec(` ${command}`)?.[1] ?? '');
    if (node !== undefined && (await exists(node))) result.node ??= node;
  }
  // A shim of pnpm takes the Node beside it when there is one.
  const beside = join(dirname(program), 'node');
  if (result.entry && !result.node && text.includes('$basedir/node') && (await exists(beside))) {
    result.node = beside;
  }
  return result;
}
