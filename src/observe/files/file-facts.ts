import type { Stats } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import type { FileFacts } from '../../model/facts-host.js';
import { errorCode, failureState } from './error-code.js';
import { attributes, tilde } from './read-file.js';

/**
 * What a file looks like without reading it: a mode that keeps us out is `denied`, with owner and
 * mode. Never throws.
 */
export async function fileFacts(path: string, home: string): Promise<FileFacts> {
  return look(path, home, {
    expected: (found) => found.isFile(),
    otherwise: 'not a regular file',
    right: constants.R_OK,
  });
}

/** The same for a directory whose entries are asked for by name: it has to let us pass. */
export async function directoryFacts(path: string, home: string): Promise<FileFacts> {
  return look(path, home, {
    expected: (found) => found.isDirectory(),
    otherwise: 'not a directory',
    right: constants.X_OK,
  });
}

async function look(
  path: string,
  home: string,
  want: { expected: (found: Stats) => boolean; otherwise: string; right: number },
): Promise<FileFacts> {
  const facts: FileFacts = { path: tilde(path, home), state: 'ok' };
  try {
    const found = await stat(path);
    Object.assign(facts, attributes(found));
    if (!want.expected(found)) return { ...facts, state: 'not-a-file', reason: want.otherwise };
    await access(path, want.right);
    return facts;
  } catch (error) {
    const code = errorCode(error);
    return { ...facts, state: failureState(code), reason: code };
  }
}
