import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { archiveRun } from '../../src/evidence/archive.js';
import { Scanner } from '../../src/evidence/scanner.js';
import { Children } from '../../src/lab/children.js';
import type { Observation } from '../../src/model/observation.js';
import type { Report } from '../../src/model/report.js';
import { closedPort } from '../observe/local-servers.js';
import { put, temporaryHome } from '../observe/store-context.js';
import { shellOf } from './deployment.js';
import { clawdoctor, errorOf, type Ran, reportOf } from './run-clawdoctor.js';
import { writtenBelow } from './written-files.js';

const esc = '\u001b';

async function emptyHost() {
  const home = await temporaryHome();
  const env = { HOME: home, PATH: '/usr/bin:/bin', TMPDIR: home, LANG: 'C.UTF-8' };
  const run = (...argv: string[]) => clawdoctor(argv, { env, cwd: home });
  return { home, env, run };
}

/** A host with a config whose gateway is not running: quick, and always a failure. */
async function stoppedGateway(port?: number) {
  const host = await emptyHost();
  const gateway = {
    mode: 'local',
    port: port ?? (await closedPort()),
    bind: 'loopback',
    auth: { mode: 'token', token: 'the-token-of-a-stopped-gateway-9' },
  };
  await put(join(host.home, '.openclaw', 'openclaw.json'), { gateway });
  return { ...host, port: gateway.port, evidence: join(host.home, 'evidence') };
}

describe('a wrong command line', () => {
  it.each([
    ['an unknown flag', ['run', '--nonsense'], /--nonsense/],
    ['an unknown check', ['run', '--only', 'token/process-enw'], /did you mean token\/process-env/],
    ['an unknown area', ['run', '--skip', 'tokn'], /did you mean token/],
    ['an unknown format', ['run', '--format', 'xml'], /--format.*text, json/],
    ['an unknown stage', ['run', '--through', 'nowhere'], /--through/],
    ['a budget that is none', ['run', '--budget', 'soon'], /budget/],
    ['an unknown command', ['rnu'], /no command "rnu"/],
    ['a URL with a user', ['run', '--url', 'ws://u:p@127.0.0.1:1'], /--url must not carry/],
    [
      'two flags that exclude each other',
      ['run', '--no-evidence', '--evidence-dir', 'x'],
      /evidence/,
    ],
    ['an unknown scenario', ['lab', 'run', 'healty'], /no scenario "healty"/],
    ['an unknown thing to explain', ['explain', 'CLAW-999'], /CLAW-999/],
  ])('%s: exit 2 and one sentence; with --json one document', async (_name, argv, says) => {
    const { run, home } = await emptyHost();
    const [text, json] = await Promise.all([run(...argv), run(...argv, '--json')]);
    expect(text).toMatchObject({ code: 2, stdout: '' });
    expect(text.stderr).toMatch(/^clawdoctor: /);
    expect(text.stderr).toMatch(says);
    expect(json).toMatchObject({ code: 2, stderr: '' });
    expect(errorOf(json)).toMatchObject({ schemaVersion: 1, exitCode: 2 });
    const { error } = errorOf(json);
    expect([error.message, ...error.suggestions].join('\n')).toMatch(says);
    expect(await readdir(home)).toEqual([]);
  });

  it('nothing to look at: one sentence, what to do, exit 2', async () => {
    const { run } = await emptyHost();
    const [text, json] = await Promise.all([run('run'), run('doctor', '--json')]);
    expect(text).toMatchObject({ code: 2, stdout: '' });
    expect(text.stderr).toMatch(/^clawdoctor: there is no OpenClaw and no NemoClaw on this host/);
    expect(text.stderr).toContain('clawdoctor lab list');
    expect(json.code).toBe(2);
    expect(errorOf(json)).toMatchObject({ exitCode: 2, error: { kind: 'usage' } });
  });
});

describe('what a stopped gateway prints', () => {
  it('is one document with --json, and its exit code everywhere', async () => {
    const { run, evidence } = await stoppedGateway();
    const json = await run('run', '--json', '--evidence-dir', evidence);
    const report = reportOf(json);
    expect(json.code).toBe(1);
    expect(report).toMatchObject({ exitCode: 1, verdict: 'fail', closable: false });
    expect(json.stderr).toMatch(/^clawdoctor: evidence \S+\.tar\.gz\n$/);
    const archived = (await writtenBelow(evidence)).find((f) => f.name.endsWith('/report.json'));
    expect(archived?.text).toBe(Buffer.from(json.stdout, 'utf8').toString('latin1'));
  });

  it('has no escape when piped or with NO_COLOR, and colours with FORCE_COLOR', async () => {
    const { env, home } = await stoppedGateway();
    const argv = ['run', '--no-evidence'];
    const at = (more: Record<string, string>) =>
      clawdoctor(argv, { env: { ...env, ...more }, cwd: home });
    const [piped, forced, neither] = await Promise.all([
      at({}),
      at({ FORCE_COLOR: '1' }),
      at({ NO_COLOR: '1', TERM: 'xterm-256color' }),
    ]);
    expect(piped.stdout).not.toContain(esc);
    expect(neither.stdout).not.toContain(esc);
    expect(forced.stdout).toContain(esc);
    const plain = forced.stdout.replaceAll(new RegExp(`${esc}\\[[0-9;]*m`, 'g'), '');
    const timeless = (text: string) => text.replace(/\d+\.\d+ s/g, '').replace(/ +/g, ' ');
    expect(timeless(plain)).toBe(timeless(piped.stdout));
  });

  it('ends after the stage that was asked for', async () => {
    const { run } = await stoppedGateway();
    const shown = async (...argv: string[]) =>
      reportOf(await run(...argv, '--json', '--no-evidence'));
    const [through, status, stopped] = await Promise.all([
      shown('run', '--through', 'status'),
      shown('status'),
      shown('run', '--stop-on-fail'),
    ]);
    expect(through.run.through).toBe('status');
    expect(ran(through)).toContain('process/gateway');
    expect(
      ran(through).filter((id) => /^(probe|proxy\/credentials|scopes\/read)/.test(id)),
    ).toEqual([]);
    expect(through.attempts).toEqual([]);
    expect(new Set(status.checks.map((check) => check.stage))).toEqual(new Set(['status']));
    expect(stopped.stages.find((stage) => stage.stage === 'probes')?.complete).toBe(false);
    expect(stopped.closable).toBe(false);
  });

  it('--only and --skip select checks, areas and stages', async () => {
    const { run } = await stoppedGateway();
    const shown = async (...argv: string[]) =>
      reportOf(await run('run', ...argv, '--json', '--no-evidence'));
    const [one, area, without] = await Promise.all([
      shown('--only', 'token/sources'),
      shown('--only', 'token,bind/declared'),
      shown('--skip', 'probes', '--skip', 'process'),
    ]);
    expect(ran(one)).toEqual(['token/sources']);
    expect(one.exitCode).toBe(0);
    expect(one.closable).toBe(false);
    expect(ran(area).every((id) => /^(token\/|bind\/declared)/.test(id))).toBe(true);
    expect(ran(area)).toContain('token/applied');
    expect(ran(without).filter((id) => /^(probe|process)\//.test(id))).toEqual([]);
    expect(ran(without)).toContain('bind/listeners');
  });

  it('--fail-on warn makes a warning count', async () => {
    const { run, home } = await stoppedGateway();
    const config = JSON.parse(await readFile(join(home, '.openclaw', 'openclaw.json'), 'utf8')) as {
      gateway: object;
    };
    const gateway = { ...config.gateway, trustedProxys: [] };
    // A later OpenClaw may know the key, so it is a warning and no more.
    const meta = { lastTouchedVersion: '2026.11.1' };
    await put(join(home, '.openclaw', 'openclaw.json'), { meta, gateway });
    const argv = ['run', '--only', 'config/readable', '--no-evidence'];
    const [tolerant, strict] = await Promise.all([run(...argv), run(...argv, '--fail-on', 'warn')]);
    expect([tolerant.code, strict.code]).toEqual([0, 1]);
    expect(strict.stdout).toContain('trustedProxys');
  });
});

/** Checks that were chosen: the report lists the others as not selected. */
function ran(report: Report): string[] {
  const left = report.findings.filter((f) => f.skipReason === 'not-selected').map((f) => f.check);
  return report.checks.map((check) => check.id).filter((id) => !left.includes(id));
}

describe('evidence', () => {
  it('is private: folders 0700, files 0600', async () => {
    const { run, evidence, home } = await stoppedGateway();
    await run('run', '--evidence-dir', evidence);
    await run('run');
    const own = join(home, '.local', 'state', 'clawdoctor');
    for (const dir of [evidence, own, join(own, 'evidence')])
      expect((await stat(dir)).mode & 0o777).toBe(0o700);
    const files = [...(await writtenBelow(evidence)), ...(await writtenBelow(own))];
    expect(files.length).toBeGreaterThan(12);
    expect(files.filter((file) => file.mode !== 0o600).map((file) => file.name)).toEqual([]);
    for (const entry of await readdir(evidence, { withFileTypes: true })) {
      const { mode } = await stat(join(evidence, entry.name));
      expect(mode & 0o777).toBe(entry.isDirectory() ? 0o700 : 0o600);
    }
  });

  it('is listed, and shown by name and as latest', async () => {
    const { run, evidence } = await stoppedGateway();
    const at = ['--evidence-dir', evidence];
    await run('run', ...at);
    await sleep(1100);
    const json = await run('run', '--json', ...at);
    const list = await run('evidence', 'list', '--json', ...at);
    const names = (await readdir(evidence)).filter((name) => !name.endsWith('.tar.gz')).sort();
    expect(list.code).toBe(0);
    for (const name of names) expect(list.stdout).toContain(name);
    const shown = await run('evidence', 'show', 'latest', '--json', ...at);
    expect(shown.stdout).toBe(json.stdout);
    const text = await run('evidence', 'show', names[0] ?? '', ...at);
    expect(text).toMatchObject({ code: 0 });
    expect(text.stdout).toContain('nothing listens');
    const gone = await run('evidence', 'show', 'no-such-run', ...at);
    expect(gone.code).toBe(2);
  });

  it('--no-evidence writes no archive', async () => {
    const { run, home } = await stoppedGateway();
    await run('run', '--no-evidence');
    await run('status', '--no-evidence', '--json');
    const own = await writtenBelow(join(home, '.local'));
    expect(own.map((file) => file.name).filter((name) => name.includes('evidence'))).toEqual([]);
  });

  it('is the same bytes for the same run', async () => {
    const { run, evidence, home } = await stoppedGateway();
    const { stdout } = await run('run', '--json', '--evidence-dir', evidence);
    const members = await writtenBelow(evidence);
    const observations = ['doctor', 'status', 'probes'].flatMap((stage) => {
      const file = members.find((m) => m.name.endsWith(`/${stage}.json`) && !m.name.includes(':'));
      return (JSON.parse(file?.text ?? '{}') as { observations: Observation[] }).observations;
    });
    const again = async (dir: string): Promise<Buffer> => {
      const done = await archiveRun({
        report: JSON.parse(stdout) as Report,
        reportText: stdout,
        observations,
        scanner: new Scanner({ needles: [], ownText: () => '', recorded: [] }),
        dir: join(home, dir),
        now: Date.parse('2026-11-20T12:00:00Z'),
        uid: process.getuid?.() ?? 0,
        suffix: 'AAAA',
      });
      if ('refused' in done) throw new Error('refused');
      return readFile(done.archive);
    };
    const [first, second] = [await again('one'), await again('two')];
    expect(first.equals(second)).toBe(true);
    const ours = members.find((m) => m.name.endsWith('.tar.gz: headers'));
    expect(ours?.text).not.toContain('root');
  });
});

/** A gateway's port that accepts and says nothing. */
async function hanging() {
  const host = await stoppedGateway();
  const children = new Children();
  onTestFinished(() => children.stopAll());
  await children.start({
    script: fileURLToPath(new URL('./hostile-socket.mjs', import.meta.url)),
    args: [String(host.port), 'silent'],
    env: host.env,
    cwd: host.home,
  });
  return host;
}

describe('a gateway that does not answer', () => {
  const interrupted = async (...argv: string[]): Promise<{ ran: Ran; home: string }> => {
    const { env, home } = await hanging();
    let pid = 0;
    const running = clawdoctor(argv, { env, cwd: home, onStart: (started) => (pid = started) });
    await sleep(1500);
    process.kill(pid, 'SIGINT');
    return { ran: await running, home };
  };

  it('Ctrl-C gives what is known: 130, a partial report, no archive', async () => {
    const { ran: json, home } = await interrupted('run', '--json');
    expect(json).toMatchObject({ code: 130, signal: null });
    expect(json.wallMs).toBeLessThan(4000);
    const report = reportOf(json);
    expect(report).toMatchObject({ exitCode: 130, closable: false, run: { interrupted: true } });
    expect(report.checks.find((check) => check.id === 'config/readable')?.outcome).toBe('pass');
    expect(report.checks.find((check) => check.id === 'status/readiness')?.outcome).toBe('unknown');
    const files = await writtenBelow(join(home, '.local'));
    expect(files.filter((file) => file.name.endsWith('.tar.gz'))).toEqual([]);
  });

  it('Ctrl-C on the page says so', async () => {
    const { ran: text } = await interrupted('run');
    expect(text.code).toBe(130);
    expect(text.stdout).toMatch(/interrupted/i);
    expect(text.stderr).not.toMatch(/^\s+at /m);
  });

  it('--budget 5s ends it in time', async () => {
    const { run } = await hanging();
    const json = await run('run', '--json', '--budget', '5s');
    expect(json.wallMs).toBeLessThan(7500);
    expect(reportOf(json).run.budgetMs).toBe(5000);
    expect([1, 3]).toContain(json.code);
  });
});

describe('what there is to know', () => {
  it('checks, as a page and as one document', async () => {
    const { run } = await emptyHost();
    const [text, json] = await Promise.all([run('checks'), run('checks', '--json')]);
    expect([text.code, json.code]).toEqual([0, 0]);
    for (const id of ['config/readable', 'token/process-env', 'probe/credentials']) {
      expect(text.stdout).toContain(id);
      expect(json.stdout).toContain(`"${id}"`);
    }
    expect(() => JSON.parse(json.stdout) as unknown).not.toThrow();
  });

  it.each([
    ['pairing required', 'CLAW-105'],
    ['gateway token mismatch', 'CLAW-109'],
    ['No API key found for provider', 'CLAW-103'],
    ['CLAW-101', 'CLAW-101'],
    ['token/process-env', 'token/process-env'],
    ['claw-118', 'CLAW-118'],
  ])('explain "%s" finds %s', async (asked, says) => {
    const { run } = await emptyHost();
    const [text, json] = await Promise.all([
      run('explain', asked),
      run('explain', asked, '--json'),
    ]);
    expect([text.code, json.code]).toEqual([0, 0]);
    expect(text.stdout).toContain(says);
    expect(JSON.stringify(JSON.parse(json.stdout))).toContain(says);
  });

  it.each([
    [['--help']],
    [['help', 'run']],
    [['--version']],
    [['lab', 'list']],
    [['evidence', 'list']],
  ])('%j ends with 0', async (argv) => {
    const { run } = await emptyHost();
    const ran = await run(...argv);
    expect(ran.code).toBe(0);
    expect(ran.stdout + ran.stderr).not.toBe('');
  });

  it('lab run shows the deployment under a banner, and its exit code', async () => {
    const { run, home } = await emptyHost();
    const ran = await run('lab', 'run', 'shell-variable-shadows');
    expect(ran.code).toBe(1);
    expect(ran.stdout.split('\n')[1]).toMatch(/^LAB: this is a staged deployment/);
    expect(ran.stdout).toContain('CLAW-109');
    const own = await writtenBelow(join(home, '.local'));
    expect(own.some((file) => /clawdoctor\/lab\/.*\.tar\.gz$/.test(file.name))).toBe(true);
  });

  it('every exit of a healthy deployment is 0', async () => {
    const shell = await shellOf('healthy');
    for (const argv of [
      ['run'],
      ['doctor'],
      ['status'],
      ['probes'],
      ['run', '--fail-on', 'warn'],
    ]) {
      const ran = await shell.clawdoctor(...argv, '--no-evidence');
      expect({ argv, code: ran.code }).toEqual({ argv, code: 0 });
    }
    const report = reportOf(await shell.clawdoctor('run', '--json'));
    expect(report.verdict).toBe('ok');
  });
});
