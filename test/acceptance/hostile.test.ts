import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, chown, mkdir, open, readdir, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Children } from '../../src/lab/children.js';
import type { Report } from '../../src/model/report.js';
import { closedPort } from '../observe/local-servers.js';
import { put, temporaryHome } from '../observe/store-context.js';
import { clawdoctor, type Ran, reportOf } from './run-clawdoctor.js';

const schema = new URL('../../schemas/report.schema.json', import.meta.url);
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(
  JSON.parse(readFileSync(schema, 'utf8')) as object,
);

/** Somebody who may not read what is mode 000. */
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

interface Place {
  home: string;
  stateDir: string;
  port: number;
  env: Record<string, string>;
}

async function place(): Promise<Place> {
  const home = await temporaryHome();
  const stateDir = join(home, '.openclaw');
  await mkdir(stateDir, { mode: 0o700 });
  const env = { HOME: home, PATH: '/usr/bin:/bin', TMPDIR: home, LANG: 'C.UTF-8', TZ: 'UTC' };
  return { home, stateDir, port: await closedPort(), env };
}

const token = 'a-token-of-this-test-77c1';

function configOf({ port }: Place, more: Record<string, unknown> = {}): Record<string, unknown> {
  const gateway = { mode: 'local', port, bind: 'loopback', auth: { mode: 'token', token } };
  return { gateway, ...more };
}

const putConfig = (at: Place, content: unknown = configOf(at)) =>
  put(join(at.stateDir, 'openclaw.json'), content);

async function fifo(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  execFileSync('mkfifo', [path]);
}

interface Looked {
  report: Report;
  json: Ran;
  text: Ran;
}

/** Both forms of one diagnosis, and what holds for every one of them. */
async function look(
  at: Place,
  options: { argv?: string[]; uid?: number; preload?: string[]; withinMs?: number } = {},
): Promise<Looked> {
  const { argv = [], withinMs = 15_000, ...rest } = options;
  const to = { env: at.env, cwd: at.home, ...rest };
  const [json, text] = await Promise.all([
    clawdoctor(['run', '--json', ...argv], to),
    clawdoctor(['run', '--verbose', ...argv], to),
  ]);
  const report = reportOf(json);
  expect(validate(report), JSON.stringify(validate.errors)).toBe(true);
  expect(report.exitCode).toBe(json.code);
  expect(text.code).toBe(json.code);
  for (const ran of [json, text]) {
    expect(ran.stderr).not.toMatch(/^\s+at /m);
    expect(ran.stdout).not.toMatch(/^\s+at .*:\d+:\d+/m);
    expect(controls(ran.stdout + ran.stderr)).toEqual([]);
    expect(ran.wallMs).toBeLessThan(withinMs);
    expect(ran.stdout).not.toContain(token);
  }
  return { report, json, text };
}

function controls(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.match(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g) ?? [];
}

/** `outcome code: text` of the findings of one check. */
function said(report: Report, check: string): string {
  return report.findings
    .filter((f) => f.check === check)
    .map((f) => `${f.outcome} ${f.code}: ${f.text}`)
    .join('\n');
}

type Case = [name: string, stage: (at: Place) => Promise<unknown>, exit: number, ...Expected[]];
type Expected = [check: string, says: RegExp];

const deep = `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`;
const nemo = (at: Place, name: string) => join(at.home, '.nemoclaw', name);
const agent = (at: Place, name: string) => join(at.stateDir, 'agents', 'main', 'agent', name);

const configs: Case[] = [
  [
    'truncated',
    (at) => putConfig(at, '{"gateway": {"auth": {"token": "a-tok'),
    1,
    ['config/readable', /^fail syntax-error: .*openclaw\.json/m],
  ],
  ['empty', (at) => putConfig(at, ''), 1, ['config/readable', /^fail .*openclaw\.json/m]],
  [
    'a list',
    (at) => putConfig(at, '[]'),
    1,
    ['config/readable', /^fail not-an-object: .*openclaw\.json/m],
  ],
  [
    'nested 5000 deep',
    (at) => putConfig(at, deep),
    1,
    ['config/readable', /^fail too-deep: .*openclaw\.json/m],
  ],
  [
    'a FIFO',
    (at) => fifo(join(at.stateDir, 'openclaw.json')),
    1,
    ['config/readable', /^fail not-a-file: .*openclaw\.json/m],
  ],
  [
    'a directory',
    (at) => mkdir(join(at.stateDir, 'openclaw.json')),
    1,
    ['config/readable', /^fail not-a-file: .*openclaw\.json/m],
  ],
  [
    'a link to itself',
    (at) => symlink('openclaw.json', join(at.stateDir, 'openclaw.json')),
    1,
    ['config/readable', /^(fail|unknown) .*openclaw\.json/m],
  ],
  [
    '200 MB',
    (at) => large(join(at.stateDir, 'openclaw.json')),
    1,
    ['config/readable', /^fail too-large: .*openclaw\.json/m],
  ],
  [
    'binary',
    (at) => putConfig(at, Buffer.from(Array.from({ length: 70_000 }, (_, i) => (i * 7) % 256))),
    1,
    ['config/readable', /^fail syntax-error: /m],
  ],
  [
    'of wrong types everywhere',
    (at) =>
      putConfig(at, {
        gateway: { port: 'x', auth: [], mode: {}, bind: 7, remote: 'x', controlUi: 3 },
        hooks: [],
        models: { providers: [1] },
        agents: { list: 'x', defaults: 4 },
        channels: 9,
        secrets: 'x',
      }),
    1,
    ['process/gateway', /nothing-listens|18789/],
  ],
];

const elsewhere: Case[] = [
  [
    '.env is a FIFO',
    (at) => fifo(join(at.stateDir, '.env')),
    1,
    ['process/gateway', /nothing-listens/],
  ],
  [
    'auth-profiles.json is a FIFO',
    (at) => fifo(agent(at, 'auth-profiles.json')),
    1,
    ['profiles/store', /^(fail|unknown) .*auth-profiles\.json/m],
  ],
  [
    'auth-profiles.json is truncated',
    (at) => put(agent(at, 'auth-profiles.json'), '{"profiles": {"a'),
    1,
    ['profiles/store', /^fail .*auth-profiles\.json/m],
  ],
  [
    'paired.json is a FIFO',
    (at) => fifo(join(at.stateDir, 'devices', 'paired.json')),
    1,
    ['pairing/identity', /^(fail|unknown) .*paired\.json/m],
  ],
  [
    'pending.json is a directory',
    (at) => mkdir(join(at.stateDir, 'devices', 'pending.json'), { recursive: true }),
    1,
    ['scopes/pending', /^(fail|unknown) .*pending\.json/m],
  ],
  [
    'the state database is no database',
    (at) => put(join(at.stateDir, 'state', 'openclaw.sqlite'), 'x'.repeat(10_000)),
    1,
    ['pairing/identity', /^(fail|unknown) .*openclaw\.sqlite/m],
  ],
  [
    'the proxy token is a FIFO',
    (at) => fifo(nemo(at, 'ollama-proxy-token')),
    1,
    ['proxy/files', /^(fail|unknown) .*ollama-proxy-token/m],
  ],
  [
    'the pid file is a FIFO',
    async (at) => {
      await put(nemo(at, 'ollama-proxy-token'), 'proxy-token-of-the-test-1');
      await fifo(nemo(at, 'ollama-auth-proxy.pid'));
    },
    1,
    ['proxy/files', /^(fail|warn|unknown) .*ollama-auth-proxy\.pid/m],
  ],
  [
    'the pid file has words',
    async (at) => {
      await put(nemo(at, 'ollama-proxy-token'), 'proxy-token-of-the-test-1');
      await put(nemo(at, 'ollama-auth-proxy.pid'), 'not a pid');
    },
    1,
    ['proxy/files', /^(fail|warn|unknown) .*ollama-auth-proxy\.pid/m],
  ],
  [
    'the sandbox registry is truncated',
    (at) => put(nemo(at, 'sandboxes.json'), '{"sandboxes":'),
    1,
    ['sandbox/registry', /^fail .*sandboxes\.json/m],
  ],
  [
    'a unit has a line of 1 MB',
    (at) =>
      put(
        join(at.home, '.config/systemd/user/openclaw-gateway.service'),
        `[Service]\nExecStart=/bin/x ${'a'.repeat(1_000_000)}\n`,
      ),
    1,
    ['process/gateway', /nothing-listens/],
  ],
  [
    'a unit has 1 MB of continued lines',
    (at) =>
      put(
        join(at.home, '.config/systemd/user/openclaw-gateway.service'),
        `[Service]\nExecStart=/bin/x ${'\\\n'.repeat(400_000)}\n`,
      ),
    1,
    ['process/gateway', /nothing-listens/],
  ],
  [
    'clawdoctor.json is no JSON',
    (at) => put(join(at.home, 'clawdoctor.json'), '{'),
    1,
    ['identity/external', /^unknown expectations-unreadable: .*clawdoctor\.json/m],
  ],
];

async function large(path: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  await file.write('{"gateway": {');
  await file.truncate(200 * 1024 * 1024);
  await file.close();
}

describe.each([
  ['openclaw.json', configs],
  ['another file', elsewhere],
] as const)('%s', (_title, cases) => {
  it.each(cases)('%s', async (_name, stage, exit, ...expected) => {
    const at = await place();
    if (cases !== configs) await putConfig(at);
    await stage(at);
    const { report } = await look(at);
    for (const [check, says] of expected) expect(said(report, check)).toMatch(says);
    expect(report.exitCode).toBe(exit);
    expect(report.checks.filter((check) => check.summary.includes('threw'))).toEqual([]);
  });
});

describe('what may not be read', () => {
  const uid = isRoot ? nobody : undefined;
  const own = async (at: Place): Promise<void> => {
    if (!isRoot) return;
    await chown(at.home, nobody, nobody);
    for (const entry of await readdir(at.home, { recursive: true }))
      await chown(join(at.home, entry), nobody, nobody);
  };
  const as = uid === undefined ? {} : { uid };

  it.each([
    [
      'the config',
      '.openclaw/openclaw.json',
      'config/readable',
      /^(fail|unknown) .*openclaw\.json/m,
    ],
    ['the state directory', '.openclaw', 'config/readable', /^(fail|unknown) .*\.openclaw/m],
    [
      'a credential store',
      '.openclaw/agents/main/agent/auth-profiles.json',
      'profiles/store',
      /^fail .*auth-profiles\.json/m,
    ],
    [
      'a pairing store',
      '.openclaw/devices/paired.json',
      'pairing/identity',
      /^unknown .*paired\.json/m,
    ],
    [
      'the proxy token',
      '.nemoclaw/ollama-proxy-token',
      'proxy/files',
      /^(fail|unknown) .*ollama-proxy-token/m,
    ],
  ])('%s with mode 000', async (_name, file, check, says) => {
    const at = await place();
    await putConfig(at);
    await put(agent(at, 'auth-profiles.json'), { version: 1, profiles: {} });
    await put(join(at.stateDir, 'devices', 'paired.json'), {});
    await put(nemo(at, 'ollama-proxy-token'), 'proxy-token-of-the-test-1');
    await own(at);
    await chmod(join(at.home, file), 0o000);
    onTestFinished(() => chmod(join(at.home, file), 0o700));
    const { report } = await look(at, as);
    expect(said(report, check)).toMatch(says);
    expect([1, 3]).toContain(report.exitCode);
  });
});

describe('nothing to look at', () => {
  it('a state directory without a config', async () => {
    const at = await place();
    await put(join(at.stateDir, 'devices', 'paired.json'), {});
    const { report } = await look(at);
    expect(said(report, 'config/readable')).toMatch(/^fail absent: .*openclaw\.json/);
    expect(report.exitCode).toBe(1);
  });

  it('a missing state directory is one sentence and exit 2', async () => {
    const home = await temporaryHome();
    const env = { HOME: home, PATH: '/usr/bin:/bin', TMPDIR: home };
    const ran = await clawdoctor(['run'], { env, cwd: home });
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr.split('\n')[0]).toMatch(/^clawdoctor: there is no OpenClaw/);
  });

  it('a state directory that was named and is missing', async () => {
    const at = await place();
    const gone = join(at.home, 'gone');
    const ran = await clawdoctor(['run', '--state-dir', gone], { env: at.env, cwd: at.home });
    expect([1, 2]).toContain(ran.code);
    expect(ran.stdout + ran.stderr).toContain('gone');
  });
});

/** Something that is named like a gateway, has this HOME and owns the port. */
async function answering(mode: string): Promise<Place> {
  const at = await place();
  await putConfig(at);
  const children = new Children();
  onTestFinished(() => children.stopAll());
  await children.start({
    script: fileURLToPath(new URL('./hostile-socket.mjs', import.meta.url)),
    args: [String(at.port), mode],
    env: at.env,
    cwd: at.home,
  });
  return at;
}

describe('the gateway’s port', () => {
  it('is closed', async () => {
    const at = await place();
    await putConfig(at);
    const { report, text } = await look(at, { withinMs: 5000 });
    expect(report.exitCode).toBe(1);
    expect(said(report, 'process/gateway')).toMatch(`fail nothing-listens: `);
    expect(said(report, 'process/gateway')).toContain(String(at.port));
    expect(text.stdout).toContain(String(at.port));
  });

  it.each([
    ['accepts and never answers', 'silent', /^(fail|unknown) no-answer: /m],
    ['sends one byte now and then', 'slow', /^(fail|unknown) /m],
    ['answers garbage', 'garbage', /^fail not-a-gateway: /m],
    ['answers with escapes', 'escapes', /^fail not-a-gateway: /m],
    ['sends headers for ever', 'headers', /^fail /m],
    ['sends a body for ever', 'body', /^fail /m],
    ['resets every connection', 'reset', /^fail /m],
  ])('%s', { timeout: 60_000 }, async (_name, mode, says) => {
    const at = await answering(mode);
    const { report } = await look(at, { withinMs: 22_000 });
    expect(said(report, 'status/readiness')).toMatch(says);
    expect(said(report, 'status/readiness')).toContain(String(at.port));
    expect([1, 3]).toContain(report.exitCode);
  });

  it('stays within a small budget', { timeout: 60_000 }, async () => {
    const at = await answering('silent');
    const { report } = await look(at, { argv: ['--budget', '5s'], withinMs: 8500 });
    expect(report.run.durationMs).toBeLessThan(6000);
    expect([1, 3]).toContain(report.exitCode);
  });
});

describe('escapes and strange names', () => {
  const esc = '\u001b[31mred\u001b]0;title\u0007\u202e';

  it('never reach the terminal', async () => {
    // A secret of its own: one that is also a name would be refused by the scan.
    const secret = `\u001b[1m${token}\u001b[0m`;
    const at = await place();
    const strange = {
      gateway: {
        [esc]: 1,
        remote: { url: `ws://${esc}/` },
        mode: 'local',
        port: at.port,
        bind: esc,
        auth: { mode: 'token', token: secret },
      },
    };
    await putConfig(at, {
      ...strange,
      agents: { list: [{ id: esc, default: true, model: `${esc}/${esc}` }, { id: `x${esc}` }] },
      models: {
        providers: { [esc]: { baseUrl: `http://${esc}:1`, apiKey: secret, models: [{ id: esc }] } },
      },
      channels: { googlechat: { audienceType: esc, audience: esc } },
    });
    await put(join(at.stateDir, 'devices', 'paired.json'), {
      d: {
        deviceId: esc,
        clientId: esc,
        role: esc,
        scopes: [esc],
        tokens: { [esc]: { token: secret, role: esc } },
      },
    });
    await put(join(at.stateDir, 'devices', 'pending.json'), {
      r: { requestId: esc, deviceId: esc, clientId: esc, role: esc, scopes: [esc], ts: 1 },
    });
    await put(agent(at, 'auth-profiles.json'), {
      version: 1,
      profiles: { [esc]: { type: 'api_key', provider: esc, key: secret } },
    });
    await put(nemo(at, 'sandboxes.json'), {
      defaultSandbox: esc,
      sandboxes: { [esc]: { name: esc, dashboardPort: 1, provider: esc, model: esc } },
    });
    const { report } = await look(at);
    expect(report.exitCode).toBe(1);
  });

  it('prototype keys change nothing, and are refused where OpenClaw refuses them', async () => {
    const at = await place();
    const text = JSON.stringify(configOf(at));
    const bad = '{"polluted": true, "port": 1, "auth": {"token": "x"}}';
    await putConfig(
      at,
      `{"__proto__": ${bad}, "constructor": {"prototype": ${bad}}, ${text.slice(1)}`,
    );
    await put(join(at.stateDir, 'devices', 'paired.json'), '{"__proto__": {"deviceId": "x"}}');
    await put(
      agent(at, 'auth-profiles.json'),
      '{"version": 1, "profiles": {"__proto__": {"type": "api_key"}}}',
    );
    await put(nemo(at, 'sandboxes.json'), '{"sandboxes": {"__proto__": {"name": "x"}}}');
    const { report } = await look(at);
    expect(report.targets.find((target) => target.kind === 'gateway')?.port).toBe(at.port);
    // `__proto__` is no key to OpenClaw; `constructor` is one that it refuses (both versions).
    expect(said(report, 'config/readable')).toMatch(/^fail refused-key: constructor is no key/);
    expect(said(report, 'config/readable')).not.toContain('__proto__');
  });
});

it('a clock far in the future is no fault of the program', async () => {
  const at = await place();
  await putConfig(at);
  await put(join(at.stateDir, 'devices', 'paired.json'), {});
  const later = 'const d = Date.now; Date.now = () => d() + 80 * 31_557_600_000;';
  const preload = [`data:text/javascript,${encodeURIComponent(later)}`];
  const { report } = await look(at, { preload });
  expect(said(report, 'process/gateway')).toContain('nothing-listens');
  expect(Number(report.run.startedAt.slice(0, 4))).toBeGreaterThan(2090);
});
