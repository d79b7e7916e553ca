import { mkdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { GatewayProcessFacts, Listener } from '../../src/model/facts-host.js';
import { gatewayProcessObserver } from '../../src/observe/host/gateway-process.js';
import { ownPort } from '../../src/observe/host/lock-port.js';
import { readEnviron } from '../../src/observe/host/proc-environ.js';
import { readProcess, startedAt } from '../../src/observe/host/proc-process.js';
import { processEnvironment } from '../../src/observe/host/process-environment.js';
import { processKind } from '../../src/observe/host/process-kind.js';
import { Vault } from '../../src/secrets/vault.js';
import { configFacts, fact, gateway, liveContext, unset } from './live-context.js';
import { runScript } from './local-servers.js';
import { put, temporaryHome } from './store-context.js';

const server = (title: string): string => `
  ${title ? `process.title = ${JSON.stringify(title)};` : ''}
  const server = require('node:net').createServer().listen(0, '127.0.0.1', () =>
    console.log(server.address().port));`;

async function look(
  home: string,
  port: number,
  listener: Partial<Listener> | undefined,
  config = configFacts(),
): Promise<GatewayProcessFacts> {
  const stateDir = `${home}/.openclaw`;
  const target = gateway(port, { home, stateDir, configPath: `${stateDir}/openclaw.json`, uid: 0 });
  const listeners = listener ? [{ address: '127.0.0.1', port, uid: 0, ...listener }] : [];
  const context = liveContext(home, target, [
    fact('host.listeners', { listeners, ownersKnown: true }),
    fact('gateway.config', config, target.id),
  ]);
  const result = await gatewayProcessObserver.observe(context);
  if (result.state !== 'ok') throw new Error(result.reason);
  return result.data;
}

describe('gateway.process', () => {
  it('describes the owner of the socket: environment, start, config, line', async () => {
    const home = await temporaryHome();
    await put(`${home}/.openclaw/openclaw.json`, {});
    const env = {
      HOME: home,
      OPENCLAW_GATEWAY_TOKEN: ' token-of-the-process \n',
      MY_REF: 'x'.repeat(40),
    };
    const before = Date.now();
    const { pid, line } = await runScript(`${home}/g.cjs`, server('openclaw-gateway'), env);
    const ref = { source: 'env', form: 'object', provider: 'default', id: 'MY_REF' } as const;
    const found = await look(
      home,
      Number(line),
      { pid },
      configFacts({ token: { mark: unset, ref } }),
    );
    expect(found).toMatchObject({
      found: 'socket',
      pid,
      kind: 'openclaw',
      comm: 'openclaw-gatewa',
      lines: ['2026.3', '2026.9'],
      sameConfig: true,
      sameStateDir: true,
      configPath: '~/.openclaw/openclaw.json',
      environment: {
        state: 'ok',
        home: '~',
        token: { state: 'set', flags: ['outer-blank', 'newline'] },
      },
    });
    expect(found.environment.referenced).toMatchObject([
      { name: 'MY_REF', mark: { state: 'set' } },
    ]);
    expect(Math.abs((found.startedAtMs ?? 0) - before)).toBeLessThan(5000);
    expect(JSON.stringify(found)).not.toMatch(/token-of-the-process|xxxx/);
  });

  it('sees that another HOME means another config', async () => {
    const home = await temporaryHome();
    const other = await temporaryHome();
    await put(`${home}/.openclaw/openclaw.json`, {});
    await put(`${other}/.openclaw/openclaw.json`, {});
    const { pid, line } = await runScript(`${home}/g.cjs`, server('openclaw'), { HOME: other });
    const found = await look(home, Number(line), { pid });
    expect(found).toMatchObject({
      sameConfig: false,
      sameStateDir: false,
      lines: ['2026.5'],
    });
    expect(found.configPath).toBe(`${other}/.openclaw/openclaw.json`);
  });

  it('resolves a relative config path in the working directory of the process', async () => {
    const home = await temporaryHome();
    await put(`${home}/.openclaw/openclaw.json`, {});
    const env = { HOME: '/nowhere', OPENCLAW_CONFIG_PATH: 'x/openclaw.json' };
    const { pid, line } = await runScript(`${home}/g.cjs`, server('openclaw'), env);
    const found = await look(home, Number(line), { pid });
    expect(found.configPath).toBe(`${process.cwd()}/x/openclaw.json`);
  });

  it('reads no environment of a foreign program', async () => {
    const home = await temporaryHome();
    const env = { HOME: home, OPENCLAW_GATEWAY_TOKEN: 'not-for-us-at-all' };
    const { pid, line } = await runScript(`${home}/g.cjs`, server(''), env);
    const found = await look(home, Number(line), { pid });
    expect(found).toMatchObject({ kind: 'foreign', environment: { state: 'absent' } });
    expect(found.sameConfig).toBeUndefined();
  });

  it('believes the lock of the process over its environment (--profile leaves no trace)', async () => {
    const home = await temporaryHome();
    const config = await put(`${home}/.openclaw/openclaw.json`, {});
    const env = { HOME: await temporaryHome() };
    const { pid, line } = await runScript(`${home}/g.cjs`, server('openclaw'), env);
    await putLock(home, pid, config);
    const found = await look(home, Number(line), { pid });
    expect(found).toMatchObject({ sameConfig: true, lock: { alive: true, sameConfig: true } });
  });

  it('falls back to a valid lock where nothing listens', async () => {
    const home = await temporaryHome();
    const config = await put(`${home}/.openclaw/openclaw.json`, {});
    const { pid, line } = await runScript(`${home}/g.cjs`, server('openclaw-gateway'), {
      HOME: home,
    });
    await putLock(home, pid, config, { port: Number(line) });
    const found = await look(home, Number(line), undefined);
    expect(found).toMatchObject({ found: 'lock', pid, lock: { port: Number(line) } });
  });

  it('looks up where the holder of a lock without a port listens', async () => {
    const home = await temporaryHome();
    const config = await put(`${home}/.openclaw/openclaw.json`, {});
    const env = { HOME: home, OPENCLAW_GATEWAY_PORT: 'localhost:19005' };
    const { pid, line } = await runScript(`${home}/g.cjs`, server('openclaw'), env);
    await putLock(home, pid, config);
    const found = await look(home, 1, undefined);
    const port = Number(line);
    expect(found).toMatchObject({
      found: 'lock',
      pid,
      lock: { port },
      environment: { port: 19005 },
    });
    // Beside a listener whose owner is hidden, too: it is not that one.
    expect(await look(home, 1, {})).toMatchObject({ found: 'lock', lock: { port } });
  });

  it('takes no lock for a hidden listener whose holder listens nowhere', async () => {
    const home = await temporaryHome();
    const config = await put(`${home}/.openclaw/openclaw.json`, {});
    const idle = `process.title = 'openclaw'; setInterval(() => {}, 1000); console.log('up');`;
    const { pid } = await runScript(`${home}/g.cjs`, idle, { HOME: home });
    await putLock(home, pid, config);
    const hidden = await look(home, 1, {});
    expect(hidden).toMatchObject({
      found: 'socket-without-owner',
      environment: { state: 'denied' },
    });
    expect(hidden.lock).toBeUndefined();
    const silent = await look(home, 1, undefined);
    expect(silent).toMatchObject({ found: 'lock', pid, lock: { alive: true } });
    expect(silent.lock?.port).toBeUndefined();
  });

  it('takes a recycled pid for what it is', async () => {
    const home = await temporaryHome();
    const config = await put(`${home}/.openclaw/openclaw.json`, {});
    await putLock(home, process.pid, config, { startTime: 1 });
    const found = await look(home, 18789, undefined);
    expect(found).toMatchObject({ found: 'none', lock: { alive: false, sameConfig: true } });
    expect(found.pid).toBeUndefined();
  });

  it.each([
    ['no JSON', '{'],
    ['no pid', '{"configPath":"/x"}'],
    ['a pid of the wrong type', '{"pid":"1"}'],
    ['nothing', ''],
  ])('passes over a lock with %s', async (_name, text) => {
    const home = await temporaryHome();
    await put(`${home}/.openclaw/tmp/openclaw-0/gateway.state.lock`, text);
    expect(await look(home, 18789, undefined)).toMatchObject({ found: 'none' });
  });

  it('says what would make a hidden owner known', async () => {
    const found = await look(await temporaryHome(), 18789, { uid: 1001 });
    expect(found).toMatchObject({
      found: 'socket-without-owner',
      uid: 1001,
      kind: 'unknown',
      environment: { state: 'denied', token: { state: 'unreadable' } },
    });
    expect(found.environment.reason).toMatch(/as that user or as root/);
  });

  it('changes its witness when the process is another', async () => {
    const home = await temporaryHome();
    const { pid, line } = await runScript(`${home}/g.cjs`, server('openclaw'), { HOME: home });
    const port = Number(line);
    const witness = (listeners: Listener[]): Promise<string> | undefined =>
      gatewayProcessObserver.witness?.(
        liveContext(home, gateway(port), [
          fact('host.listeners', { listeners, ownersKnown: true }),
        ]),
      );
    const row = { address: '127.0.0.1', port, uid: 0 };
    expect(await witness([{ ...row, pid }])).toMatch(new RegExp(`^${pid}:\\d+$`));
    expect(await witness([{ ...row, pid: process.pid }])).toMatch(new RegExp(`^${process.pid}:`));
    expect(await witness([])).toBe('-');
  });
});

async function putLock(
  home: string,
  pid: number,
  configPath: string,
  more: { port?: number; startTime?: number } = {},
): Promise<void> {
  const startTime = (await readProcess('/proc', pid))?.startTicks;
  const folder = `${home}/.openclaw/tmp/openclaw-0`;
  await mkdir(folder, { recursive: true });
  const lock = { pid, createdAt: 'x', configPath, startTime, ...more };
  // 2026.9 pads its lock with blanks.
  await put(`${folder}/gateway.11e0b09c.lock`, `${JSON.stringify(lock)}\n\t \t\n`);
}

describe('ownPort', () => {
  it.each([
    ['the wanted one', [18789, 19000, 19002], 18789],
    ['the one with its browser control on port+2', [3978, 19000, 19002], 19000],
    ['the lowest', [19000, 19007], 19000],
    ['none', [], undefined],
  ])('%s', (_name, ports, port) => {
    expect(ownPort(ports, 18789)).toBe(port);
  });
});

describe('processKind', () => {
  it.each([
    ['openclaw', [], 'openclaw'],
    ['openclaw-gatewa', [], 'openclaw'],
    ['node', ['node', '/usr/lib/node_modules/openclaw/openclaw.mjs', 'gateway'], 'openclaw'],
    ['MainThread', ['/opt/node', '/usr/lib/node_modules/openclaw/dist/x.js'], 'openclaw'],
    ['node', ['node', '/srv/not-openclaw-at-all.js'], 'foreign'],
    ['vim', ['vim', '/etc/openclaw'], 'foreign'],
    ['ssh', ['ssh', '-L'], 'tunnel'],
    ['cloudflared', [], 'tunnel'],
    ['nginx', [], 'foreign'],
    ['docker-proxy', [], 'unknown'],
    [undefined, [], 'unknown'],
  ] as const)('%s %j is %s', (comm, argv, kind) => {
    expect(processKind(comm, argv)).toBe(kind);
  });
});

describe('what /proc tells of a process', () => {
  it('starts when the clock says', async () => {
    const own = await readProcess('/proc', process.pid);
    const started = own && (await startedAt('/proc', own));
    const real = Date.now() - process.uptime() * 1000;
    expect(Math.abs((started ?? 0) - real)).toBeLessThan(3000);
  });

  it('survives a name with parentheses and blanks', async () => {
    const root = await temporaryHome();
    const rest = `S 7 ${Array.from({ length: 17 }, () => '0').join(' ')} 4242 0`;
    await put(`${root}/12/stat`, `12 (a) b) ${rest}`);
    expect(await readProcess(root, 12)).toMatchObject({
      comm: 'a) b',
      parent: 7,
      startTicks: 4242,
    });
  });

  it('has no environment for a process that is gone', async () => {
    expect(await readEnviron('/proc', 99_999_999)).toMatchObject({ state: 'absent' });
  });

  it('makes every mark unreadable when the environment is denied', () => {
    const facts = processEnvironment(
      { state: 'denied', reason: 'r' },
      new Map([['X', 'token']]),
      new Vault(),
      '/home/a',
    );
    expect(facts).toMatchObject({ state: 'denied', token: { state: 'unreadable' } });
  });
});
