import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { DiscoveryFacts } from '../../src/model/facts-host.js';
import type { DiagnoseOptions, ObserverContext } from '../../src/model/observer.js';
import { discoveryObserver } from '../../src/observe/host/discovery.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

let home: string;
let listening: number[];
let isComplete: boolean | undefined;

beforeEach(async () => {
  home = await temporaryHome();
  listening = [];
});

/** A host of its own: temporary directory, /proc and listeners are those of the test. */
async function discover(
  options: Partial<DiagnoseOptions> = {},
  env: Record<string, string> = {},
  uid = 4711,
): Promise<DiscoveryFacts> {
  const rows = listening.map(
    (port) =>
      `  0: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A 0:0 0:0 0 4711 0 99 1`,
  );
  await put(join(home, 'proc/net/tcp'), ['header', ...rows].join('\n'));
  const base = gatewayContext(home, { env: { PATH: '', ...env } });
  const context: ObserverContext = {
    ...base,
    host: { ...base.host, uid, procRoot: join(home, 'proc'), tmpDir: join(home, 'tmp') },
    options: { ...base.options, ...options },
  };
  const result = await discoveryObserver.observe(context);
  if (result.state !== 'ok') throw new Error(result.reason);
  isComplete = result.complete;
  return result.data;
}

async function process(pid: number, startTicks: number): Promise<void> {
  const fields = ['S', '1', ...Array.from({ length: 17 }, () => '0'), String(startTicks), '0'];
  await put(join(home, `proc/${pid}/stat`), `${pid} (openclaw (x)) ${fields.join(' ')}`);
}

function config(dir: string, content: unknown = { gateway: { mode: 'local' } }): Promise<string> {
  return put(join(home, dir, 'openclaw.json'), content);
}

const ids = (facts: DiscoveryFacts): string[] => facts.targets.map((target) => target.id);
const find = (facts: DiscoveryFacts, id: string) =>
  facts.targets.find((target) => target.id === id);

describe('the primary gateway', () => {
  it('is the default one', async () => {
    await config('.openclaw');
    const facts = await discover();
    expect(facts).toMatchObject({
      gateway: 'local',
      openclawState: true,
      nemoclawState: false,
      idle: [],
    });
    expect(facts.targets[0]).toMatchObject({
      id: 'gateway:18789',
      kind: 'gateway',
      primary: true,
      place: 'local',
      url: 'ws://127.0.0.1:18789',
      port: 18789,
      home,
      stateDir: join(home, '.openclaw'),
      configPath: join(home, '.openclaw/openclaw.json'),
      evidence: ['config', 'state'],
    });
    expect(facts.targets[0]?.uid).toBeGreaterThanOrEqual(0);
    expect(facts.targets.filter((target) => target.primary)).toHaveLength(1);
  });

  it.each([
    [
      'port and TLS',
      { port: 19001, tls: { enabled: true } },
      {},
      {},
      'wss://127.0.0.1:19001',
      'local',
    ],
    [
      'custom bind',
      { bind: 'custom', customBindHost: '10.9.8.7' },
      {},
      {},
      'ws://10.9.8.7:18789',
      'local',
    ],
    [
      'custom bind to all',
      { bind: 'custom', customBindHost: '0.0.0.0' },
      {},
      {},
      'ws://127.0.0.1:18789',
      'local',
    ],
    ['a port that is none', { port: 'x' }, {}, {}, 'ws://127.0.0.1:18789', 'local'],
    [
      'the variable, where the config is silent',
      {},
      {},
      { OPENCLAW_GATEWAY_PORT: '19005' },
      'ws://127.0.0.1:19005',
      'local',
    ],
    [
      'the variable before the config’s port',
      { port: 19001 },
      {},
      { OPENCLAW_GATEWAY_PORT: 'localhost:19005' },
      'ws://127.0.0.1:19005',
      'local',
    ],
    [
      'a variable that is no port',
      { port: 19001 },
      {},
      { OPENCLAW_GATEWAY_PORT: 'x' },
      'ws://127.0.0.1:19001',
      'local',
    ],
    [
      'remote mode before the variable',
      { mode: 'remote', remote: { url: 'wss://gw.example.com/' } },
      {},
      { OPENCLAW_GATEWAY_PORT: '19005' },
      'wss://gw.example.com',
      'remote',
    ],
    [
      'a URL variable changes nothing',
      {},
      {},
      { OPENCLAW_GATEWAY_URL: 'ws://10.0.0.1:1' },
      'ws://127.0.0.1:18789',
      'local',
    ],
    [
      'remote mode',
      { mode: 'remote', remote: { url: 'wss://u:p@gw.example.com/?t=1' } },
      {},
      {},
      'wss://gw.example.com',
      'remote',
    ],
    ['remote mode without a URL', { mode: 'remote' }, {}, {}, 'ws://127.0.0.1:18789', 'local'],
    [
      'a remote URL in local mode',
      { mode: 'local', remote: { url: 'wss://gw.example.com' } },
      {},
      {},
      'ws://127.0.0.1:18789',
      'local',
    ],
    [
      '--url of this host',
      { port: 19001 },
      { url: 'http://localhost:19009' },
      {},
      'ws://localhost:19009',
      'local',
    ],
    [
      '--url of another host',
      {},
      { url: 'https://gw.example.com:8443/x' },
      {},
      'wss://gw.example.com:8443/x',
      'remote',
    ],
  ])('%s', async (_, gateway, options, env, url, place) => {
    await config('.openclaw', { gateway });
    const facts = await discover(options, env);
    expect(facts.targets[0]).toMatchObject({ url, place, primary: true });
    expect(facts.gateway).toBe(place);
    expect(ids(facts).includes('agent:main')).toBe(place === 'local');
  });

  it.each([
    ['--state-dir', { stateDir: 's' }, {}],
    ['--config', { config: 's/openclaw.json' }, {}],
    ['OPENCLAW_STATE_DIR', {}, { OPENCLAW_STATE_DIR: 's' }],
    ['OPENCLAW_CONFIG_PATH', {}, { OPENCLAW_CONFIG_PATH: 's/openclaw.json' }],
  ])('%s leads to it, there or not', async (_, options, env) => {
    const missing = await discover(options, env);
    expect(missing).toMatchObject({ gateway: 'local', openclawState: false });
    await config('s', { gateway: { port: 19001 } });
    const facts = await discover(options, env);
    expect(facts.targets[0]).toMatchObject({
      id: 'gateway:19001',
      configPath: join(home, 's/openclaw.json'),
    });
  });

  it.each([
    ['.env gives the port', '.openclaw/.env', {}, 19006],
    ['so does gateway.env', '.config/openclaw/gateway.env', {}, 19006],
    ['the shell hides it', '.openclaw/.env', { OPENCLAW_GATEWAY_PORT: '19005' }, 19005],
    ['even with a blank', '.openclaw/.env', { OPENCLAW_GATEWAY_PORT: '' }, 19001],
    ['another profile’s does not', '.openclaw-b/.env', {}, 19001],
  ])('%s', async (_, file, env, port) => {
    await config('.openclaw', { gateway: { port: 19001 } });
    await put(join(home, file), 'OPENCLAW_GATEWAY_PORT=19006\n');
    expect((await discover({}, env)).targets[0]).toMatchObject({ id: `gateway:${port}`, port });
  });

  it('survives state without a config, and a config that cannot be parsed', async () => {
    await mkdir(join(home, '.openclaw/logs'), { recursive: true });
    expect((await discover()).targets[0]).toMatchObject({
      id: 'gateway:18789',
      evidence: ['state'],
    });
    await config('.openclaw', '{"gateway": {"port": 19001');
    expect((await discover()).targets[0]).toMatchObject({
      id: 'gateway:18789',
      evidence: ['config', 'state'],
    });
  });

  it('uses the old names where only they exist', async () => {
    await put(join(home, '.clawdbot/clawdbot.json'), { gateway: { port: 19003 } });
    expect((await discover()).targets[0]).toMatchObject({
      id: 'gateway:19003',
      stateDir: join(home, '.clawdbot'),
      configPath: join(home, '.clawdbot/clawdbot.json'),
    });
  });
});

describe('no gateway', () => {
  it('nothing at all', async () => {
    expect(await discover()).toEqual({
      targets: [],
      gateway: 'none',
      openclawInstalled: expect.any(Boolean),
      openclawState: false,
      nemoclawState: false,
      nemoclawRoots: [],
      idle: [],
    });
  });

  it('only programs in ~/.openclaw', async () => {
    await mkdir(join(home, '.openclaw/bin'), { recursive: true });
    expect(await discover()).toMatchObject({ gateway: 'none', openclawState: false });
  });

  it('but something listens where it would', async () => {
    listening = [18789];
    expect(await discover()).toMatchObject({
      gateway: 'local',
      targets: [{ evidence: ['default'] }, {}],
    });
  });

  it('but NemoClaw: the default sandbox is primary', async () => {
    listening = [18789];
    await put(join(home, '.nemoclaw/sandboxes.json'), {
      defaultSandbox: 'beta',
      sandboxes: { alpha: { name: 'alpha', dashboardPort: 18789 }, beta: { name: 'beta' } },
    });
    const facts = await discover({ home });
    expect(facts).toMatchObject({
      gateway: 'none',
      nemoclawState: true,
      nemoclawRoots: ['~/.nemoclaw'],
    });
    expect(facts.targets.map((target) => [target.id, target.primary])).toEqual([
      ['sandbox:alpha', false],
      ['sandbox:beta', true],
    ]);
  });
});

describe('other gateways', () => {
  const lock = (folder: string, content: object, padding = '') =>
    put(join(home, folder, 'gateway.0a1b2c3d.lock'), `${JSON.stringify(content)}${padding}`);

  it('by a live lock of 2026.5 or 2026.9', async () => {
    await config('.openclaw');
    const five = await config('.openclaw-five', {
      gateway: { port: 19005, mode: 'remote', remote: { url: 'wss://x.example' } },
    });
    const nine = await config('elsewhere', { gateway: { port: 1 } });
    await process(50, 1000);
    await process(90, 2000);
    await lock('tmp/openclaw-4711', { pid: 50, configPath: five, startTime: 1000 });
    await lock(
      '.openclaw/tmp/openclaw-4711',
      {
        pid: 90,
        configPath: nine,
        stateDir: join(home, 'elsewhere'),
        port: 19009,
        startTime: 2000,
      },
      ' '.repeat(500),
    );
    const facts = await discover();
    expect(ids(facts)).toEqual([
      'gateway:18789',
      'gateway:19005',
      'gateway:19009',
      'agent:main',
      'agent:19005/main',
      'agent:19009/main',
    ]);
    expect(find(facts, 'gateway:19005')).toMatchObject({
      place: 'local',
      name: 'five',
      evidence: ['lock'],
      primary: false,
    });
    expect(find(facts, 'agent:19009/main')).toMatchObject({
      parent: 'gateway:19009',
      agentDir: join(home, 'elsewhere/agents/main/agent'),
    });
  });

  it.each([
    ['another start time', { pid: 50, startTime: 999 }],
    ['no such process', { pid: 51, startTime: 1000 }],
    ['no pid', { startTime: 1000 }],
    ['a relative path', { pid: 50, startTime: 1000, configPath: 'x/openclaw.json' }],
    ['an array', []],
    ['escape sequences', { pid: 50, startTime: 1000, configPath: '/x/\u001b[31m/openclaw.json' }],
  ])('not by a lock with %s', async (_, content) => {
    await config('.openclaw');
    const other = await config('other');
    await process(50, 1000);
    await lock(
      'tmp/openclaw-4711',
      Array.isArray(content) ? content : { configPath: other, ...content },
    );
    expect(ids(await discover())).toEqual(['gateway:18789', 'agent:main']);
  });

  it('root sees the locks of other users, others do not', async () => {
    await config('.openclaw');
    const other = await config('home/ann/.openclaw', { gateway: { port: 19001 } });
    await process(50, 1000);
    await lock('tmp/openclaw-1000', { pid: 50, configPath: other, startTime: 1000 });
    expect(ids(await discover({}, {}, 4711))).not.toContain('gateway:19001');
    expect(find(await discover({}, {}, 0), 'gateway:19001')).toMatchObject({
      home: join(home, 'home/ann'),
    });
  });

  it.each<[string, object, number, true | undefined]>([
    ['its lock names one', { port: 19001 }, 19001, undefined],
    ['nothing names one', { pid: 51 }, 18789, true],
  ])('the port of a config that does not parse, where %s', async (_, more, port, assumed) => {
    const own = await put(join(home, '.openclaw/openclaw.json'), '{"gateway":{"port":19001');
    await process(50, 1000);
    const content = { pid: 50, configPath: own, startTime: 1000, ...more };
    await lock('tmp/openclaw-4711', content);
    const [target] = (await discover()).targets;
    expect(target).toMatchObject({ port });
    expect(target?.portAssumed).toBe(assumed);
  });

  it('the variable names the port where the config does not parse', async () => {
    await put(join(home, '.openclaw/openclaw.json'), '{"gateway":{"port":19001');
    const [target] = (await discover({}, { OPENCLAW_GATEWAY_PORT: '19005' })).targets;
    expect(target).toMatchObject({ port: 19005 });
    expect(target?.portAssumed).toBeUndefined();
  });

  it('the primary’s own lock is no other gateway', async () => {
    const own = await config('.openclaw');
    await process(50, 1000);
    await lock('tmp/openclaw-4711', { pid: 50, configPath: own, startTime: 1000 });
    const facts = await discover();
    expect(ids(facts)).toEqual(['gateway:18789', 'agent:main']);
    expect(facts.targets[0]?.evidence).toEqual(['config', 'state', 'lock']);
  });

  it('profiles run when their port is listened on, else they are idle', async () => {
    await config('.openclaw');
    await config('.openclaw-run', { gateway: { port: 19001 } });
    await config('.openclaw-idle', { gateway: { port: 19002 } });
    await config('.openclaw-same');
    await mkdir(join(home, '.openclaw-empty'));
    listening = [18789, 19001];
    const facts = await discover();
    expect(ids(facts).filter((id) => id.startsWith('gateway'))).toEqual([
      'gateway:18789',
      'gateway:19001',
    ]);
    expect(facts.idle).toEqual([
      { stateDir: join(home, '.openclaw-idle'), port: 19002 },
      { stateDir: join(home, '.openclaw-same'), port: 18789 },
    ]);
  });

  it('have the port of their own .env, never of the operator’s variable', async () => {
    await config('.openclaw');
    const other = await config('.openclaw-b', { gateway: { port: 19001 } });
    await process(50, 1000);
    await lock('tmp/openclaw-4711', { pid: 50, configPath: other, startTime: 1000 });
    const env = { OPENCLAW_GATEWAY_PORT: '19005' };
    expect(ids(await discover({}, env))).toContain('gateway:19001');
    await put(join(home, '.openclaw-b/.env'), 'OPENCLAW_GATEWAY_PORT=19006\n');
    expect(ids(await discover({}, env))).toContain('gateway:19006');
  });

  it('two on one port have two ids', async () => {
    await config('.openclaw');
    const other = await config('.openclaw-b');
    await process(50, 1000);
    await lock('tmp/openclaw-4711', { pid: 50, configPath: other, startTime: 1000 });
    expect(ids(await discover())).toEqual([
      'gateway:18789',
      'gateway:18789@.openclaw-b',
      'agent:main',
      'agent:18789@.openclaw-b/main',
    ]);
  });
});

describe('agents', () => {
  it('come from both shapes of the config and from directories', async () => {
    await config('.openclaw', {
      agents: {
        list: [{ id: 'Ops', agentDir: '~/ops' }, { id: '../../etc' }, { id: 7 }, null],
        entries: { home: { agentDir: '/srv/home' }, main: {} },
      },
    });
    await mkdir(join(home, '.openclaw/agents/zed'), { recursive: true });
    await mkdir(join(home, '.openclaw/agents/ops'), { recursive: true });
    await put(join(home, '.openclaw/agents/file'), '');
    const facts = await discover();
    const agents = facts.targets.filter((target) => target.kind === 'agent');
    expect(agents.map(({ id, agentDir }) => [id, agentDir])).toEqual([
      ['agent:main', join(home, '.openclaw/agents/main/agent')],
      ['agent:ops', join(home, 'ops')],
      ['agent:home', '/srv/home'],
      ['agent:zed', join(home, '.openclaw/agents/zed/agent')],
    ]);
    expect(agents[1]).toMatchObject({
      name: 'ops',
      parent: 'gateway:18789',
      evidence: ['config', 'agents-dir'],
    });
  });

  it.each([
    [70, true],
    [1000, true],
    [1001, false],
  ])('that a config names, %i of them: complete is %s', async (count, complete) => {
    await config('.openclaw', {
      agents: { list: Array.from({ length: count }, (_, n) => ({ id: `a${n}` })) },
    });
    const facts = await discover();
    expect(find(facts, `agent:a${Math.min(count, 1000) - 1}`)).toBeDefined();
    expect(find(facts, 'agent:a1000')).toBeUndefined();
    expect(isComplete).toBe(complete);
  });

  it('that only have a directory are cut too, and said to be', async () => {
    await config('.openclaw', {
      agents: { list: Array.from({ length: 999 }, (_, n) => ({ id: `a${n}` })) },
    });
    await mkdir(join(home, '.openclaw/agents/a7'), { recursive: true });
    await mkdir(join(home, '.openclaw/agents/not an agent'), { recursive: true });
    await discover();
    expect(isComplete).toBe(true);
    await mkdir(join(home, '.openclaw/agents/zed'), { recursive: true });
    expect(find(await discover(), 'agent:zed')).toBeUndefined();
    expect(isComplete).toBe(false);
  });
});

describe('NemoClaw', () => {
  it('has sandboxes and proxies of every root', async () => {
    await config('.openclaw');
    const registry = (sandboxes: object) => ({ sandboxes });
    await put(
      join(home, '.nemoclaw/sandboxes.json'),
      registry({
        alpha: { name: 'alpha', dashboardPort: 18790 },
        reserved: { name: 'reserved', pendingRouteReservation: true },
        'esc\u001b[31m': { name: 'x' },
      }),
    );
    await put(join(home, '.nemoclaw/ollama-proxy-token'), 'x');
    await put(
      join(home, '.nemoclaw/gateways/8990/sandboxes.json'),
      registry({ alpha: { name: 'alpha', dashboardPort: 18791 } }),
    );
    await put(join(home, '.nemoclaw/gateways/8990/ollama-auth-proxy.pid'), '1');
    await put(join(home, '.nemoclaw/gateways/9000/sandboxes.json'), '{');
    await mkdir(join(home, '.nemoclaw/gateways/not-a-port'), { recursive: true });
    const facts = await discover();
    const rest = facts.targets.filter((t) => t.kind === 'sandbox' || t.kind === 'proxy');
    expect(rest.map(({ id, root, port }) => [id, root, port])).toEqual([
      ['sandbox:alpha', '~/.nemoclaw', 18790],
      ['sandbox:esc\ufffd[31m', '~/.nemoclaw', undefined],
      ['sandbox:alpha@nemoclaw-8990', '~/.nemoclaw/gateways/8990', 18791],
      ['proxy:nemoclaw', '~/.nemoclaw', undefined],
      ['proxy:nemoclaw-8990', '~/.nemoclaw/gateways/8990', undefined],
    ]);
    expect(facts.nemoclawRoots).toEqual([
      '~/.nemoclaw',
      '~/.nemoclaw/gateways/8990',
      '~/.nemoclaw/gateways/9000',
    ]);
    expect(facts.targets[0]).toMatchObject({ id: 'gateway:18789', primary: true });
  });

  it('names the gateway of a sandbox', async () => {
    await config('.openclaw');
    const other = await config('sandboxed', { gateway: { port: 18790 } });
    await put(join(home, '.nemoclaw/sandboxes.json'), {
      sandboxes: { alpha: { name: 'alpha', dashboardPort: 18790 } },
    });
    await process(50, 1000);
    await put(join(home, 'tmp/openclaw-4711/gateway.x.lock'), {
      pid: 50,
      configPath: other,
      startTime: 1000,
    });
    expect(find(await discover(), 'gateway:18790')?.name).toBe('alpha');
  });
});

it('survives hostile shapes', async () => {
  for (const wrong of [1, 'x', null, [[]], { a: 1 }]) {
    await config('.openclaw', {
      gateway: { remote: wrong, tls: wrong, bind: 'custom', customBindHost: wrong, mode: 'remote' },
      agents: { list: wrong, entries: wrong },
    });
    await put(join(home, '.nemoclaw/sandboxes.json'), { sandboxes: wrong });
    expect((await discover()).targets[0]?.id).toBe('gateway:18789');
  }
});
