import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { explain } from '../../src/causes/explain.js';
import { observersFor } from '../../src/diagnose.js';
import { runEngine } from '../../src/engine/run.js';
import type { Mark, MarkFlag } from '../../src/model/mark.js';
import type { DiagnoseOptions, HostAccess } from '../../src/model/observer.js';
import { renderJson } from '../../src/render/json.js';
import { Vault } from '../../src/secrets/vault.js';
import { closedPort } from '../observe/local-servers.js';
import { put, temporaryHome } from '../observe/store-context.js';
import type { Canaries } from './canaries.js';
import { type Planted, plantedJson, plantedSqlite } from './planted-deployment.js';
import { clawdoctor, type Ran, reportOf } from './run-clawdoctor.js';
import { writtenBelow } from './written-files.js';

const spies = new URL('./no-children.mjs', import.meta.url).href;

/** Every way in which a user asks, the wrong ones too. */
const asked: readonly (readonly string[])[] = [
  ['run'],
  ['run', '--verbose'],
  ['run', '--json'],
  ['run', '--json', '--anonymize'],
  ['run', '--stop-on-fail'],
  ['doctor', '--verbose'],
  ['status', '--json'],
  ['probes', '--verbose'],
  ['evidence', 'list'],
  ['evidence', 'show', 'latest'],
  ['evidence', 'show', 'latest', '--json'],
  ['run', '--only', 'no/such-check'],
  ['run', '--format', 'xml', '--json'],
];

async function everything(planted: Planted): Promise<{ ran: Ran[]; found: string[] }> {
  const { canaries, env, home, root, caseKey } = planted;
  const at = { env, cwd: join(home, 'work') };
  const log = join(root, 'lib', 'children.log');
  const preload = [`${spies}?log=${encodeURIComponent(log)}`];
  const ran: Ran[] = [];
  const lines = [...asked, ['run', '--json', '--case-key', caseKey]];
  for (const argv of lines) ran.push(await clawdoctor(argv, { ...at, preload }));
  const url = `ws://user:${canaries.plant('--url userinfo')}@127.0.0.1:1/?t=${canaries.plant('--url query')}`;
  ran.push(await clawdoctor(['run', '--url', url], at));
  ran.push(await clawdoctor(['run', '--json', '--url', url], at));
  // By habit, from other tools: what they carry must not be repeated.
  for (const flag of ['--token', '--password']) {
    const secret = canaries.plant(`${flag} argument`);
    ran.push(await clawdoctor(['run', flag, secret], at));
    ran.push(await clawdoctor(['run', '--json', `${flag}=${secret}`], at));
    ran.push(await clawdoctor(['run', secret], at));
    ran.push(await clawdoctor(['run', '--json', secret], at));
    ran.push(await clawdoctor(['run', '--json', flag, secret, '--nope=1'], at));
  }
  expect(await readFile(log, 'utf8').catch(() => '')).toBe('');
  const own = (await writtenBelow(join(home, '.local', 'state'))).filter(
    (file) => !file.name.endsWith('fingerprint.key'),
  );
  expect(own.filter((file) => file.name.endsWith('.tar.gz')).length).toBeGreaterThan(4);
  const printed = ran.flatMap(({ stdout, stderr }, index) => [
    { name: `stdout of ${lines[index]?.join(' ') ?? '--url'}`, text: stdout },
    { name: `stderr of ${lines[index]?.join(' ') ?? '--url'}`, text: stderr },
  ]);
  const left = await writtenBelow(join(root, 'tmp'));
  return { ran, found: canaries.found([...printed, ...own, ...left]) };
}

describe('nothing that is planted leaves', () => {
  it.each([
    ['2026.5, JSON files, a service and the Ollama proxy', plantedJson],
    ['2026.9, SQLite, and a gateway that answers with canaries', plantedSqlite],
  ])('%s', { timeout: 120_000 }, async (_name, plant) => {
    const planted = await plant();
    const { ran, found } = await everything(planted);
    expect(found).toEqual([]);
    expect(ran.map((r) => r.code).filter((code) => code === 4)).toEqual([]);
    expect(ran.filter((r) => r.signal !== null)).toEqual([]);
    const report = reportOf(ran[2] as Ran);
    expect(report.credentials.length).toBeGreaterThan(0);
  });
});

it('the record of started processes would have shown one', async () => {
  const planted = await plantedSqlite();
  const log = join(planted.root, 'lib', 'children.log');
  const preload = [`${spies}?log=${encodeURIComponent(log)}`, starter];
  await clawdoctor(['--version'], { env: planted.env, preload });
  expect(await readFile(log, 'utf8')).toMatch(/^spawn \["true"\]/);
});

const starter = `data:text/javascript,${encodeURIComponent(
  'import { spawn } from "node:child_process"; try { spawn("true"); } catch {}',
)}`;

/** Marks that show what they should hide: the proof that each source is read and would be found. */
class LeakyVault extends Vault {
  override mark(raw: string, options: Parameters<Vault['mark']>[1]): Mark {
    const mark = super.mark(raw, options);
    return { ...mark, flags: [...mark.flags, raw as MarkFlag] };
  }
}

interface Switched {
  canaries: Canaries;
  /** Observations and report of a run whose marks leak. */
  text: string;
  needles: string[];
  count: Record<string, number>;
}

async function withMarksOff(planted: Planted): Promise<Switched> {
  const vault = new LeakyVault({ host: Buffer.alloc(32, 7) });
  const { env, home, root } = planted;
  const host: HostAccess = {
    env,
    home,
    uid: process.getuid?.() ?? 0,
    cwd: join(home, 'work'),
    platform: process.platform,
    procRoot: '/proc',
    tmpDir: join(root, 'tmp'),
    ownStateDir: join(root, 'lib', 'own-state'),
    now: () => Date.now(),
  };
  const options: DiagnoseOptions = {
    command: 'run',
    sandbox: [],
    through: 'probes',
    stopOnFail: false,
    only: [],
    skip: [],
    budgetMs: 20_000,
    failOn: 'fail',
    external: false,
    as: 'cli',
  };
  const signal = new AbortController().signal;
  const observers = observersFor(vault);
  const parts = { checks, observers, explain, secrets: vault, host, options, signal };
  const { report, observations } = await runEngine(parts);
  return {
    canaries: planted.canaries,
    text: JSON.stringify(observations) + renderJson(report),
    needles: vault.needles().map((needle) => needle.value),
    count: (await planted.count?.()) ?? {},
  };
}

/** Recorded as a mark, so a mark that leaks is seen. */
const marked = {
  json: [
    'config token',
    'config password',
    'hooks token',
    'remote token',
    'remote password',
    'provider key',
    'secret file',
    'last-good token',
    'shell token',
    'shell password',
    'shell provider key',
    '.env password',
    '.env provider key',
    'config env section',
    'unit argument',
    'unit environment',
    'unit environment file',
    'stored device token',
    'paired device token',
    'profile key',
    'oauth access token',
    'oauth access token signature',
    'models.json key',
    'gateway process token',
    'proxy file token',
    'proxy process token',
  ],
  sqlite: [
    'stored secret',
    'database device token',
    'database paired token',
    'shared store key',
    'agent database key',
  ],
} as const;

/** Read and told to the vault, so that the scan would find them; recorded in no form. */
const keptOnly = {
  json: [
    'device private key',
    'oauth refresh token',
    'oauth id token',
    'oauth id token signature',
    'unknown gateway key',
    'unknown nested key',
  ],
  sqlite: [],
} as const;

/** Parts of a URL whose host and port are recorded beside `hadSecretParts`. */
const urls = ['remote url', 'shell url', 'provider url', 'webhook url', 'gateway process url'];
const urlParts = [
  ...urls.flatMap((url) => [`${url} userinfo`, `${url} query`, `${url} fragment`]),
  'shell url path',
  'provider url path',
  'webhook url path',
  'gateway process url path',
  'models.json url',
  'clawdoctor.json identity',
  'allowed origin userinfo',
  'allowed origin query',
  'allowed origin fragment',
];

/** Beside what is read, in members and files that nothing asks for. */
const neverRead = {
  json: [
    'unknown root key',
    'config env vars',
    'channel bot token',
    'provider header',
    'exec provider argument',
    '.env other variable',
    'unit other variable',
    'shell other variable',
    'shell proxy url',
    'gateway process other variable',
    'paired row other member',
    'pending row token',
    'oauth other member',
    'auth-state.json',
    'session file',
    'cron file',
    'log file',
    'case key',
  ],
  sqlite: ['database private key', 'unused stored secret', 'database other cell', 'case key'],
} as const;

/** What the hostile gateway says; its own count proves that it was asked. */
const served = [
  'HTTP body',
  'HTTP header',
  'HTTP media type',
  'WebSocket frame',
  'WebSocket close reason',
];

describe('with marks switched off', { timeout: 60_000 }, () => {
  const each = (switched: Switched, sources: readonly string[], leaks: boolean, kept: boolean) =>
    expect(
      sources.map((source) => ({
        source,
        leaks: switched.canaries.isIn(source, switched.text),
        kept: switched.needles.some((needle) => switched.canaries.isIn(source, needle)),
      })),
    ).toEqual(sources.map((source) => ({ source, leaks, kept })));

  it('each source of 2026.5 is seen to leak, or is proved to be read in another way', async () => {
    const switched = await withMarksOff(await plantedJson());
    each(switched, marked.json, true, true);
    each(switched, keptOnly.json, false, true);
    each(switched, urlParts, false, false);
    each(switched, neverRead.json, false, false);
    expect(switched.text.match(/"hadSecretParts":true/g)?.length).toBeGreaterThanOrEqual(5);
    const listed = [...marked.json, ...keptOnly.json, ...urlParts, ...neverRead.json];
    expect([...switched.canaries.sources].sort()).toEqual(listed.sort());
  });

  it('each source of 2026.9 and of the wire', async () => {
    const switched = await withMarksOff(await plantedSqlite());
    each(switched, marked.sqlite, true, true);
    each(switched, keptOnly.sqlite, false, true);
    each(switched, served, false, false);
    each(switched, neverRead.sqlite, false, false);
    expect(switched.count).toMatchObject({ accepted: 1, sockets: 1, calls: 1 });
    expect(switched.count.anonymous).toBeGreaterThan(0);
    const listed = [...marked.sqlite, ...keptOnly.sqlite, ...served, ...neverRead.sqlite];
    expect([...switched.canaries.sources].sort()).toEqual(listed.sort());
  });
});

describe('a secret that stands where names are recorded', () => {
  const providers = (token: string) => ({
    models: { providers: { [token]: { baseUrl: 'http://127.0.0.1:9/v1', models: [] } } },
  });
  const agents = (token: string) => ({ agents: { list: [{ id: token, default: true }] } });
  const fallbacks = (token: string) => ({
    agents: { defaults: { model: { primary: `openai/${token}`, fallbacks: [] } } },
  });
  const unknown = (token: string) => ({ gateway: { [token]: true } });
  const secrets = (token: string) => ({
    secrets: { providers: { [token]: { source: 'env' } } },
  });

  it.each([
    ['provider id', providers],
    ['agent id', agents],
    ['model id', fallbacks],
    ['unknown key', unknown],
    ['secret provider', secrets],
  ])('%s: exit 4, nothing archived, ids and codes alone', async (_name, rest) => {
    const { home, env, token, port } = await refusable(rest);
    const evidence = join(home, 'evidence');
    for (const argv of [['run'], ['run', '--json'], ['doctor', '--verbose']]) {
      const ran = await clawdoctor([...argv, '--evidence-dir', evidence], { env, cwd: home });
      expect({ argv, code: ran.code }).toEqual({ argv, code: 4 });
      expect(ran.stdout + ran.stderr).not.toContain(token);
      expect(ran.stdout.toLowerCase()).not.toContain(token.toLowerCase());
      if (argv[0] === 'run') expect(ran.stdout).toContain('process/gateway');
      if (argv.includes('--json')) expect(JSON.parse(ran.stdout)).toMatchObject({ exitCode: 4 });
    }
    expect(await writtenBelow(evidence)).toEqual([]);
    expect(port).toBeGreaterThan(0);
  });
});

/** A config of a gateway that does not run, whose token stands in another member, too. */
async function refusable(rest: (token: string) => object) {
  const home = await temporaryHome();
  const token = `tok${randomBytes(16).toString('hex')}`;
  const port = await closedPort();
  const more = rest(token) as { gateway?: object };
  const gateway = { mode: 'local', port, auth: { mode: 'token', token }, ...more.gateway };
  await put(join(home, '.openclaw', 'openclaw.json'), { ...more, gateway });
  const env = { HOME: home, PATH: '/usr/bin:/bin', TMPDIR: home, LANG: 'C.UTF-8' };
  return { home, env, token, port };
}
