import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { ownStateDirectory } from '../evidence/evidence-directory.js';
import type { HostAccess } from '../model/observer.js';

/** This host as the operator's own process sees it; taken once, before anything changes it. */
export function localHost(): HostAccess {
  const env = { ...process.env };
  const home = homedir();
  return {
    env,
    home,
    uid: process.getuid?.() ?? -1,
    cwd: process.cwd(),
    platform: process.platform,
    procRoot: existsSync('/proc/self/stat') ? '/proc' : undefined,
    tmpDir: tmpdir(),
    ownStateDir: ownStateDirectory(env, home),
    now: () => Date.now(),
  };
}
