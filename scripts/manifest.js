// Writes oclif.manifest.json from dist; CI fails when the committed one is stale.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const oclif = fileURLToPath(new URL('../node_modules/oclif/bin/run.js', import.meta.url));
execFileSync(process.execPath, [oclif, 'manifest', '.'], {
  cwd: root,
  // A build asks nobody whether there is a newer tool.
  env: { ...process.env, OCLIF_SKIP_NEW_VERSION_CHECK: 'true' },
  stdio: ['ignore', 'ignore', 'inherit'],
});

// oclif lists commands in the order in which the file system gives them, which differs between machines.
const path = fileURLToPath(new URL('../oclif.manifest.json', import.meta.url));
const manifest = JSON.parse(readFileSync(path, 'utf8'));
manifest.commands = Object.fromEntries(
  Object.entries(manifest.commands).sort(([one], [other]) => (one < other ? -1 : 1)),
);
writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
