import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelConfigObserver } from '../../src/observe/files/model-config.js';
import { readProcess } from '../../src/observe/host/proc-process.js';
import { configFacts, fact, gateway, liveContext } from './live-context.js';
import { runScript } from './local-servers.js';
import { put, temporaryHome } from './store-context.js';

const canary = 'sk-canary-4c1d7e9a02bb';
const model = { agents: { defaults: { model: 'anthropic/claude-sonnet-4-5' } } };

const server = (title: string): string => `
  process.title = ${JSON.stringify(title)};
  require('node:net').createServer().listen(0, '127.0.0.1', function () {
    console.log(this.address().port);
  });`;

interface Run {
  config?: object;
  env?: Record<string, string>;
  title?: string;
  /** Where the process really reads its config: its HOME. */
  ownHome?: string;
  lock?: boolean;
  /** The configured port is the one that the process listens on. */
  samePort?: boolean;
  place?: 'local' | 'remote';
  idle?: boolean;
  dotenv?: string;
  shell?: Record<string, string>;
}

async function processRows(run: Run): Promise<string[]> {
  const home = await temporaryHome();
  const stateDir = join(home, '.openclaw');
  const configPath = await put(join(stateDir, 'openclaw.json'), run.config ?? model);
  if (run.dotenv !== undefined) await put(join(stateDir, '.env'), run.dotenv);
  let port = 1;
  if (!run.idle) {
    const env = { HOME: run.ownHome ?? home, ...run.env };
    const { pid, line } = await runScript(`${home}/g.cjs`, server(run.title ?? 'openclaw'), env);
    if (run.samePort ?? true) port = Number(line);
    if (run.lock) await putLock(home, pid, configPath);
  }
  const place = run.place ?? 'local';
  const target = gateway(port, { home, stateDir, configPath, place });
  const facts = [fact('gateway.config', configFacts({ port }), target.id)];
  const context = liveContext(home, target, facts, { env: run.shell ?? {} });
  const result = await modelConfigObserver.observe(context);
  if (result.state !== 'ok') throw new Error(result.reason);
  expect(JSON.stringify(result)).not.toContain(canary);
  return result.data.environment
    .filter((row) => row.where === 'process')
    .map((row) => `${row.name} ${row.provider} ${row.mark.state}`);
}

/** As 2026.5 writes it, below TMPDIR. */
async function putLock(home: string, pid: number, configPath: string): Promise<void> {
  const folder = `${home}/tmp/openclaw-${process.getuid?.() ?? 0}`;
  await mkdir(folder, { recursive: true });
  const startTime = (await readProcess('/proc', pid))?.startTicks;
  await put(`${folder}/gateway.a1b2.lock`, { pid, configPath, startTime, createdAt: 'x' });
}

const held = { ANTHROPIC_API_KEY: canary, UNRELATED_API_KEY: canary };
const rows = (state: string): string[] => [
  'ANTHROPIC_OAUTH_TOKEN anthropic unset',
  `ANTHROPIC_API_KEY anthropic ${state}`,
  'OPENAI_API_KEY openai unset',
];
const nothingKnown = rows('unreadable').map((row) => row.replace(/unset$/, 'unreadable'));

describe('gateway.models: variables of the running gateway', () => {
  it.each<[string, Run, string[]]>([
    ['by its lock, on another port', { env: held, lock: true, samePort: false }, rows('set')],
    ['by its socket, without a lock', { env: held }, rows('set')],
    ['without the variable', {}, rows('unset')],
    ['with a blank one', { env: { ANTHROPIC_API_KEY: ' ' } }, rows('unset')],
    ['what only this shell has is not its own', { shell: held }, rows('unset')],
    [
      'with a lock, beside a foreign program',
      { env: held, lock: true, title: 'nginx' },
      rows('set'),
    ],
    ['that imports from a login shell', { env: { OPENCLAW_LOAD_SHELL_ENV: '1' } }, nothingKnown],
    [
      'that imports from a login shell by its config',
      { config: { ...model, env: { shellEnv: { enabled: true } } } },
      nothingKnown,
    ],
    ['is a foreign program', { env: held, title: 'nginx' }, []],
    ['reads another config', { env: held, ownHome: '/nowhere' }, []],
    ['is on another host', { env: held, place: 'remote' }, []],
    ['does not run', { idle: true }, []],
    ['is not asked when no path names a model', { env: held, config: {} }, []],
  ])('%s', async (_, run, expected) => {
    expect(await processRows(run)).toEqual(expected);
  });

  it.each<[string, Run, string]>([
    ['held', { env: { MY_KEY: canary } }, 'set'],
    ['in .env', { dotenv: `MY_KEY=${canary}\n` }, 'set'],
    ['lacking', {}, 'unset'],
  ])('a variable that a key refers to: %s', async (_, run, state) => {
    const apiKey = { source: 'env', provider: 'default', id: 'MY_KEY' };
    const config = { ...model, models: { providers: { anthropic: { apiKey } } } };
    expect(await processRows({ ...run, config })).toEqual([
      ...rows('unset'),
      `MY_KEY anthropic ${state}`,
    ]);
  });

  it('does not give a reference what its allowlist keeps from it', async () => {
    const apiKey = { source: 'env', provider: 'few', id: 'MY_KEY' };
    const config = {
      ...model,
      secrets: { providers: { few: { source: 'env', allowlist: ['OTHER'] } } },
      models: { providers: { anthropic: { apiKey } } },
    };
    const found = await processRows({ config, env: { MY_KEY: canary } });
    expect(found.at(-1)).toBe('MY_KEY anthropic unset');
  });

  it('is hidden when its environment may not be read, or there is no /proc', async () => {
    const home = await temporaryHome();
    const stateDir = join(home, '.openclaw');
    const configPath = await put(join(stateDir, 'openclaw.json'), model);
    const procRoot = join(home, 'proc');
    const rest = `S 1 ${Array.from({ length: 17 }, () => '0').join(' ')} 4242 0`;
    await put(join(procRoot, '77', 'stat'), `77 (openclaw) ${rest}`);
    // Reading a directory fails for root, too.
    await mkdir(join(procRoot, '77', 'environ'));
    const folder = `${home}/tmp/openclaw-${process.getuid?.() ?? 0}`;
    await put(`${folder}/gateway.a1b2.lock`, { pid: 77, configPath, startTime: 4242 });
    const base = liveContext(home, gateway(1, { home, stateDir, configPath }));
    for (const root of [procRoot, undefined]) {
      const context = { ...base, host: { ...base.host, procRoot: root } };
      const result = await modelConfigObserver.observe(context);
      const found = result.state === 'ok' ? result.data.environment : [];
      expect(found.map((row) => `${row.name} ${row.provider} ${row.mark.state}`)).toEqual(
        nothingKnown,
      );
    }
  });
});
