import { join, resolve } from 'node:path';
import { localHost } from './local-host.js';

/** Where archived runs are looked for: `--evidence-dir`, else clawdoctor's own state directory. */
export function evidenceDir(flags: { 'evidence-dir'?: string | undefined }): string {
  const host = localHost();
  const given = flags['evidence-dir'];
  return given === undefined ? join(host.ownStateDir, 'evidence') : resolve(host.cwd, given);
}
