import { lstat, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errorCode, UserError } from '../model/errors.js';
import { makeDirectory } from './make-directory.js';

/**
 * The directory that archives go to, made when it is missing (0700). A symbolic link is followed
 * only when it is the operator's own or root's; a directory of somebody else is refused.
 */
export async function evidenceDirectory(path: string, uid: number): Promise<string> {
  try {
    const wanted = resolve(path);
    await makeDirectory(wanted, 0o700);
    const link = await lstat(wanted);
    const trusted = (owner: number): boolean => owner === uid || owner === 0;
    if (!trusted(link.uid)) throw new UserError('the evidence directory belongs to another user');
    const real = await realpath(wanted);
    const target = await lstat(real);
    if (!trusted(target.uid)) throw new UserError('the evidence directory belongs to another user');
    return real;
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`the evidence directory cannot be used (${errorCode(error)})`, [
      '--evidence-dir DIR   archive somewhere else',
      '--no-evidence        archive nothing',
    ]);
  }
}

/** clawdoctor's own state directory (XDG Base Directory 0.8: a relative value is ignored). */
export function ownStateDirectory(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  const given = env.XDG_STATE_HOME;
  const base = given?.startsWith('/') ? given : `${home}/.local/state`;
  return `${base}/clawdoctor`;
}
