// Writes oclif.manifest.json from dist; CI fails when the committed one is stale.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const oclif = fileURLToPath(new URL('../node_modules/oclif/bin/run.js', import.meta.url));
execFileSync(process.execPath, [oclif, 'manifest', '.'], {
  cwd: root,
  // A build asks nobody whether there is a newer tool.
  env: { ...process.env, OCLIF_SKIP_NEW_VERSION_CHECK: 'true' },
  stdio: ['ignore', 'ignore', 'inherit'],
});
