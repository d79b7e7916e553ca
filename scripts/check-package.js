// Packs, installs the tarball into an empty folder, and runs it there: what users get, not what is here.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'clawdoctor-package-'));
const npm = (args, cwd) => execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: 'pipe' });

try {
  const [packed] = JSON.parse(
    npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
  );
  const files = packed.files.map((file) => file.path);
  const foreign = files.filter(
    (path) =>
      !/^(bin\/run\.js|dist\/|schemas\/|oclif\.manifest\.json|package\.json|README\.md|LICENSE)/.test(
        path,
      ),
  );
  if (foreign.length > 0) throw new Error(`not meant to be packed: ${foreign.join(', ')}`);
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  npm(['install', '--no-audit', '--no-fund', join(folder, packed.filename)], folder);
  const bin = join(folder, 'node_modules', '.bin', 'clawdoctor');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const run = (args) =>
    execFileSync(bin, args, {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: join(folder, 'home') },
    });
  if (!run(['--version']).startsWith(`clawdoctor/${version} `))
    throw new Error('--version differs');
  const checks = JSON.parse(run(['checks', '--json']));
  if (!(checks.checks?.length > 20)) throw new Error('checks --json lists too few checks');
  console.log(`packed ${files.length} files; installed, ${checks.checks.length} checks listed`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
