import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const bin = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'clawdoctor-streams-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function start(argv: string[], options: { full?: 'stdout' | 'stderr' } = {}) {
  const full = () => openSync('/dev/full', 'w');
  const child = spawn(process.execPath, [bin, ...argv], {
    env: { PATH: '/usr/bin:/bin', HOME: dir, TMPDIR: dir, XDG_STATE_HOME: join(dir, 'state') },
    stdio: [
      'ignore',
      options.full === 'stdout' ? full() : 'pipe',
      options.full === 'stderr' ? full() : 'pipe',
    ],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr?.on('data', (chunk) => (stderr += String(chunk)));
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((done) =>
    child.once('close', (code) => done({ code, stdout, stderr })),
  );
  return { child, ended };
}

describe.runIf(process.platform === 'linux')('a full disk', () => {
  it.each([['--version'], ['checks'], ['checks --json'], ['help'], ['run --nope --json']])(
    'at stdout of %s is one sentence on stderr',
    async (line) => {
      const { code, stderr } = await start(line.split(' '), { full: 'stdout' }).ended;
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: 'clawdoctor: cannot write to stdout (ENOSPC)\n',
      });
    },
  );

  it('at stderr is one sentence on stdout', async () => {
    const { code, stdout } = await start(['checks', '--nope'], { full: 'stderr' }).ended;
    expect({ code, stdout }).toEqual({
      code: 2,
      stdout: 'clawdoctor: cannot write to stderr (ENOSPC)\n',
    });
  });

  it('is nothing to a command that does not write there', async () => {
    const { code, stdout } = await start(['--version'], { full: 'stderr' }).ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^clawdoctor\//);
  });
});

it('a reader that goes away is no error', async () => {
  const { child, ended } = start(['checks']);
  child.stdout?.destroy();
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

describe('a signal during lab run', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s while it is staged leaves nothing behind', async (signal, code) => {
    const { child, ended } = start(['lab', 'run', 'healthy', '--json', '--no-evidence']);
    const staged = () => readdirSync(dir).some((name) => name.startsWith('clawdoctor-lab-'));
    while (!staged()) await new Promise((done) => setTimeout(done, 5));
    child.kill(signal);
    const end = await ended;
    expect({ code: end.code, left: staged() }).toEqual({ code, left: false });
    expect(JSON.parse(end.stdout)).toMatchObject({ exitCode: 130 });
  });
});
