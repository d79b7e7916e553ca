import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { captureOutput } from '@oclif/test';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import EvidenceShow from '../../commands/evidence/show.js';
import LabRun from '../../commands/lab/run.js';
import Run from '../../commands/run.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const secret = 'kP3vQ8sL1xZ6tB9mW4nR';

let dir: string;
let stateHome: string | undefined;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'clawdoctor-runs-'));
  stateHome = process.env.XDG_STATE_HOME;
  process.env.XDG_STATE_HOME = join(dir, 'state');
});
afterEach(() => {
  if (stateHome === undefined) delete process.env.XDG_STATE_HOME;
  else process.env.XDG_STATE_HOME = stateHome;
  rmSync(dir, { recursive: true, force: true });
});

interface Runnable {
  run(argv: string[], options: { root: string }): Promise<unknown>;
}

async function output(command: Runnable, ...argv: string[]) {
  process.exitCode = undefined;
  const { stdout, stderr } = await captureOutput(() => command.run(argv, { root }));
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  return { stdout, stderr, code };
}

/** A home with a config on a port where nothing listens. */
function home(name: string): string {
  const state = join(dir, name, '.openclaw');
  mkdirSync(state, { recursive: true });
  const config = {
    gateway: { mode: 'local', port: 4, bind: 'loopback', auth: { mode: 'token', token: secret } },
  };
  writeFileSync(join(state, 'openclaw.json'), JSON.stringify(config), { mode: 0o600 });
  return join(dir, name);
}

describe('lab run', () => {
  it('archives the bytes of --json, and evidence show shows them again', async () => {
    const evidence = join(dir, 'evidence');
    const name = 'ollama-proxy-token-divergence';
    const run = await output(LabRun, name, '--json', '--evidence-dir', evidence);
    const report = JSON.parse(run.stdout) as { exitCode: number; incidents: { code: string }[] };
    expect(run.code).toBe(report.exitCode);
    expect(report.incidents[0]?.code).toBe('CLAW-101');
    expect(run.stderr).toMatch(/^clawdoctor: evidence .*\.tar\.gz\n$/);
    const [folder = ''] = readdirSync(evidence);
    expect(readFileSync(join(evidence, folder, 'report.json'), 'utf8')).toBe(run.stdout);
    const again = await output(EvidenceShow, '--evidence-dir', evidence, '--json');
    expect(again.stdout).toBe(run.stdout);
    const page = await output(EvidenceShow, '--evidence-dir', evidence);
    expect(page.stdout).toContain('CLAW-101');
  });

  it('stands under a banner, and archives nothing with --no-evidence', async () => {
    const { stdout, code } = await output(LabRun, 'healthy', '--no-evidence');
    const lines = stdout.split('\n');
    expect(lines[1]).toBe('LAB: this is a staged deployment, not your host.');
    expect(stdout).not.toContain('evidence');
    expect(code).toBe(0);
  });
});

describe('run', () => {
  it('archives in clawdoctor’s own state directory, never in the diagnosed one', async () => {
    const where = home('h');
    const { stdout, code } = await output(Run, '--home', where);
    expect(code).toBe(1);
    expect(stdout).not.toContain(secret.slice(0, 8));
    const names = readdirSync(join(dir, 'state', 'clawdoctor', 'evidence'));
    expect(names.filter((name) => name.endsWith('.tar.gz'))).toHaveLength(1);
    expect(readdirSync(join(where, '.openclaw'))).toEqual(['openclaw.json']);
    expect(readdirSync(where)).toEqual(['.openclaw']);
  });

  it.each([['text'], ['json']])('refuses to show a secret, as %s', async (format) => {
    // The secret is the name of a directory: it would stand in every path of the report.
    const { stdout, stderr, code } = await output(Run, '--home', home(secret), '--format', format);
    expect(code).toBe(4);
    expect(stdout + stderr).not.toContain(secret.slice(0, 8));
    expect(stdout).toContain('a secret would have left');
    if (format === 'json')
      expect(JSON.parse(stdout)).toMatchObject({ exitCode: 4, error: { kind: 'leak' } });
    expect(() => readdirSync(join(dir, 'state', 'clawdoctor', 'evidence'))).toThrow('ENOENT');
  });

  it('takes the names of home and user out with --anonymize', async () => {
    const where = home('h');
    const { stdout } = await output(Run, '--home', where, '--anonymize', '--json', '--no-evidence');
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1 });
    expect(stdout).not.toContain(where);
  });

  it('says in one sentence that an evidence directory cannot be used, before it looks', async () => {
    writeFileSync(join(dir, 'file'), '');
    const argv = ['--home', home('h'), '--evidence-dir', join(dir, 'file', 'x')];
    const { stdout, stderr, code } = await output(Run, ...argv);
    expect({ stdout, code }).toEqual({ stdout: '', code: 2 });
    expect(stderr).toContain('the evidence directory cannot be used (ENOTDIR)');
  });
});
