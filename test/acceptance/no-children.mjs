// Loaded before the program (`node --import`): starting a process is recorded in the file that
// `?log=` names, and fails.
import { appendFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';

const log = new URL(import.meta.url).searchParams.get('log');
const childProcess = createRequire(import.meta.url)('node:child_process');

for (const name of ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork']) {
  childProcess[name] = (...given) => {
    appendFileSync(log, `${name} ${JSON.stringify(given)}\n`);
    throw new Error('a process was started');
  };
}
syncBuiltinESMExports();
