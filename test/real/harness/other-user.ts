import { execFile, execFileSync } from 'node:child_process';
import { chmod, cp, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { launcher } from './clawdoctor.js';
import { makeHome } from './home.js';
import { cacheRoot, ensureOpenClaw, type OpenClawLine } from './install.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What keeps this host from running two users; undefined when nothing does. */
export function noOtherUsers(): string | undefined {
  const sentence = (why: string) => `the lane with two users did not run: ${why}`;
  if (process.platform !== 'linux') return sentence('it needs Linux');
  if (process.getuid?.() !== 0) return sentence('it needs root, to start processes of other users');
  try {
    execFileSync('setpriv', ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return sentence('it needs setpriv (util-linux)');
  }
}

async function canRead(uid: number, file: string): Promise<boolean> {
  const argv = [`--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', 'test', '-r', file];
  return run('setpriv', argv, { cwd: '/' }).then(
    () => true,
    () => false,
  );
}

async function openDirectory(): Promise<string> {
  const dir = await makeHome('clawdoctor-shared-');
  await chmod(dir, 0o755);
  return dir;
}

/** A cache root whose OpenClaw that user can run: ours, or a copy of hard links when ours is closed to others. */
export async function cacheFor(uid: number, line: OpenClawLine): Promise<string> {
  const { entry, node } = await ensureOpenClaw(line);
  if ((await canRead(uid, entry)) && (await canRead(uid, node))) return cacheRoot();
  const dir = await openDirectory();
  const major = path.relative(cacheRoot(), node).split(path.sep)[0] ?? '';
  for (const name of [`openclaw-${line}`, major]) {
    const [from, to] = [path.join(cacheRoot(), name), path.join(dir, name)];
    await run('cp', ['-al', from, to]).catch(() => run('cp', ['-a', from, to]));
  }
  return dir;
}

/** A launcher that this user can start: the clone's own, or one of a copy with its production dependencies. */
export async function launcherFor(uid: number): Promise<string> {
  if (await canRead(uid, launcher)) return launcher;
  const dir = await openDirectory();
  const { stdout } = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: root });
  const packages = stdout.split('\n').map((at) => path.relative(root, at));
  const wanted = packages.filter(
    (at) => at.startsWith('node_modules') && !/.node_modules/.test(at),
  );
  const own = ['bin', 'dist', 'schemas', 'package.json', 'oclif.manifest.json'];
  for (const name of [...own, ...wanted]) {
    await mkdir(path.dirname(path.join(dir, name)), { recursive: true });
    await cp(path.join(root, name), path.join(dir, name), { recursive: true });
  }
  return path.join(dir, 'bin', 'run.js');
}
