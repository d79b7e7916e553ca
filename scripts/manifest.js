// Writes oclif.manifest.json from dist; CI fails when the committed one is stale.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const oclif = fileURLToPath(new URL('../node_modules/oclif/bin/run.js', import.meta.url));
execFileSync(process.execPath, [oclif, 'manifest', '.'], {
  cwd: root,
  stdio: ['ignore', 'ignore', 'inherit'],
});
