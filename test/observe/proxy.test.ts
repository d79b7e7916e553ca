import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { ProxyProbe } from '../../src/model/facts-probes.js';
import type { ProxyFileFacts, ProxyProcessFacts } from '../../src/model/facts-sandbox.js';
import { unsetMark } from '../../src/model/mark.js';
import { proxyProcessObserver, proxyScript } from '../../src/observe/host/proxy-process.js';
import { proxyBackendObserver } from '../../src/observe/wire/proxy-backend.js';
import { makeProxyProbeObserver } from '../../src/observe/wire/proxy-probe.js';
import { Vault } from '../../src/secrets/vault.js';
import { fact, liveContext, proxy } from './live-context.js';
import { closedPort, runScript, serve, serveRaw } from './local-servers.js';
import { temporaryHome } from './store-context.js';

const listening =
  "const s = require('node:net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port));";

function filesOf(port: number, more: Partial<ProxyFileFacts> = {}): ProxyFileFacts {
  const file = { path: '~/.nemoclaw/ollama-proxy-token', state: 'ok' } as const;
  return {
    root: file,
    token: file,
    mark: unsetMark('proxy-token'),
    pid: file,
    pidValid: more.pidValue !== undefined,
    port,
    portSource: 'default',
    backendPort: 11434,
    sandboxes: [],
    ...more,
  };
}

describe('proxy.process', () => {
  async function look(
    port: number,
    owner: number | undefined,
    files: Partial<ProxyFileFacts>,
    home?: string,
  ) {
    const target = proxy(port);
    const listeners =
      owner === undefined
        ? []
        : [{ address: '0.0.0.0', port, uid: 0, ...(owner ? { pid: owner } : {}) }];
    const context = liveContext(home ?? (await temporaryHome()), target, [
      fact('host.listeners', { listeners, ownersKnown: true }),
      fact('proxy.files', filesOf(port, files), target.id),
    ]);
    const result = await proxyProcessObserver.observe(context);
    if (result.state !== 'ok') throw new Error(result.reason);
    return { data: result.data, context };
  }

  async function child(token: string, home = '/nowhere'): Promise<{ pid: number; port: number }> {
    const path = `${await temporaryHome()}/ollama-auth-proxy.js`;
    const { pid, line } = await runScript(path, listening, {
      OLLAMA_PROXY_TOKEN: token,
      HOME: home,
    });
    return { pid, port: Number(line) };
  }

  it('marks the token that the running proxy was started with', async () => {
    const home = await temporaryHome();
    const { pid, port } = await child('a'.repeat(24) + 'b'.repeat(24), home);
    const other = await child('other', home);
    await child('of another home');
    const { data } = await look(port, pid, { pidValue: pid }, home);
    expect(data).toMatchObject({
      found: 'socket',
      pid,
      isProxy: true,
      script: 'ollama-auth-proxy.js',
      stopped: false,
      token: { state: 'set', kind: 'proxy-token' },
      environment: { state: 'ok' },
      pidFile: { pid, alive: true, isProxy: true, ownsPort: true },
    });
    expect(data.others).toEqual([other.pid]);
    expect(JSON.stringify(data)).not.toContain('aaaa');
  });

  it('sees that a proxy is stopped', async () => {
    const { pid, port } = await child('x');
    process.kill(pid, 'SIGSTOP');
    for (let i = 0; i < 50; i += 1) {
      const { data } = await look(port, pid, {});
      if (data.stopped) break;
      await sleep(20);
    }
    expect((await look(port, pid, {})).data.stopped).toBe(true);
  });

  it.each<
    [
      string,
      (pid: number) => [number | undefined, Partial<ProxyFileFacts>],
      Partial<ProxyProcessFacts>,
    ]
  >([
    [
      'a pid file of another program',
      () => [undefined, { pidValue: process.pid }],
      {
        found: 'none',
        pidFile: { pid: process.pid, alive: true, isProxy: false, ownsPort: false },
      },
    ],
    [
      'a dead pid',
      () => [undefined, { pidValue: 4_000_000 }],
      { found: 'none', pidFile: { pid: 4_000_000, alive: false } },
    ],
    [
      'a live proxy that does not listen',
      (pid) => [undefined, { pidValue: pid }],
      { found: 'pid-file', isProxy: true },
    ],
    [
      'a foreign owner of the port',
      () => [process.pid, {}],
      { found: 'socket', isProxy: false, token: unsetMark('proxy-token') },
    ],
    [
      'a hidden owner',
      () => [0, {}],
      {
        found: 'socket-without-owner',
        environment: { state: 'denied', reason: expect.stringMatching(/root/) as string },
      },
    ],
  ])('%s', async (_name, make, expected) => {
    const { pid, port } = await child('x');
    const [owner, files] = make(pid);
    expect((await look(port, owner, files)).data).toMatchObject(expected);
  });

  it.each([
    [['node', '/opt/x/ollama-auth-proxy.mts'], 'ollama-auth-proxy.mts'],
    [['node', 'ollama-auth-proxy.js'], 'ollama-auth-proxy.js'],
    [['vim', '/opt/ollama-auth-proxy.js.bak'], undefined],
    [[], undefined],
  ] as const)('%j runs %s', (argv, script) => {
    expect(proxyScript(argv)).toBe(script);
  });
});

describe('proxy.probe', () => {
  interface Case {
    /** What the server takes; undefined: it asks nobody. */
    right?: string;
    file?: string;
    environ?: string;
    backend?: 'down';
    foreign?: boolean;
  }

  async function probe(c: Case): Promise<{ data: ProxyProbe; seen: (string | undefined)[] }> {
    const seen: (string | undefined)[] = [];
    const port = await serve((request, response) => {
      seen.push(request.headers.authorization);
      const ok = c.right === undefined || request.headers.authorization === `Bearer ${c.right}`;
      if (!ok) return response.writeHead(401, { 'content-type': 'text/plain' }).end('Unauthorized');
      if (c.backend === 'down') {
        const text = 'Ollama backend error: connect ECONNREFUSED 127.0.0.1:11434';
        return response.writeHead(502, { 'content-type': 'text/plain' }).end(text);
      }
      return response
        .writeHead(200, { 'content-type': 'application/json' })
        .end('{"object":"list","data":[]}');
    });
    const vault = new Vault();
    const mark = (raw: string | undefined) =>
      raw === undefined ? unsetMark('proxy-token') : vault.mark(raw, { kind: 'proxy-token' });
    const target = proxy(port);
    const [files, running] = vault.seal([
      filesOf(port, { mark: mark(c.file) }),
      {
        found: 'socket',
        pid: 1,
        isProxy: !c.foreign,
        token: mark(c.environ),
        environment: { state: 'ok' },
        pidFile: {},
        others: [],
      } satisfies ProxyProcessFacts,
    ] as const);
    const facts = [
      fact('proxy.files', files, target.id),
      fact('proxy.process', running, target.id),
    ];
    const context = liveContext(await temporaryHome(), target, facts, { vault });
    const result = await makeProxyProbeObserver(vault).observe(context);
    if (result.state !== 'ok') throw new Error(result.reason);
    return { data: result.data, seen };
  }

  const [a, b] = ['a'.repeat(48), 'b'.repeat(48)];

  it.each<[string, Case, Partial<ProxyProbe>, string[], number]>([
    ['the file is right', { right: b, file: b, environ: b }, {}, ['file accepted'], 2],
    [
      '#2553: the file is refused, the process has the old one',
      { right: a, file: b, environ: a },
      {},
      ['file refused', 'environ accepted'],
      3,
    ],
    [
      'a dead backend is no token fault',
      { right: a, file: a, backend: 'down' },
      {},
      ['file backend-down'],
      2,
    ],
    ['no token is known', { right: a }, { notTried: 'no-token' }, [], 1],
    ['it asks nobody', { file: a }, { notTried: 'open' }, [], 1],
    [
      'another program on the port gets no token',
      { right: a, file: a, foreign: true },
      { notTried: 'owner-not-proved' },
      [],
      1,
    ],
  ])('%s', async (_name, c, expected, attempts, requests) => {
    const { data, seen } = await probe(c);
    expect(data).toMatchObject(expected);
    expect(data.attempts.map((t) => `${t.source} ${t.outcome}`)).toEqual(attempts);
    expect(seen).toHaveLength(requests);
    expect(seen[0]).toBeUndefined();
    expect(JSON.stringify(data)).not.toMatch(/aaaa|bbbb/);
  });

  it('sends nothing to a stranger that answers 401 in its own way', async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error":"login"}');
    });
    const vault = new Vault();
    const target = proxy(port);
    const files = vault.seal(filesOf(port, { mark: vault.mark(a, { kind: 'proxy-token' }) }));
    const context = liveContext(
      await temporaryHome(),
      target,
      [fact('proxy.files', files, target.id)],
      { vault },
    );
    const result = await makeProxyProbeObserver(vault).observe(context);
    expect(result).toMatchObject({ data: { notTried: 'owner-not-proved', attempts: [] } });
    expect(seen).toEqual([undefined]);
  });

  it('gives up on a proxy that accepts and never answers', async () => {
    const port = await serveRaw(() => undefined);
    const target = proxy(port);
    const context = liveContext(await temporaryHome(), target, [
      fact('proxy.files', filesOf(port), target.id),
    ]);
    const result = await makeProxyProbeObserver(new Vault()).observe(context);
    expect(result).toMatchObject({ data: { anonymous: { kind: 'timeout' }, attempts: [] } });
  });
});

describe('proxy.backend', () => {
  async function look(backendPort: number) {
    const target = proxy(1);
    const listeners = [{ address: '0.0.0.0', port: backendPort, uid: 0 }];
    const context = liveContext(await temporaryHome(), target, [
      fact('proxy.files', filesOf(1, { backendPort }), target.id),
      fact('host.listeners', { listeners, ownersKnown: false }),
    ]);
    const result = await proxyBackendObserver.observe(context);
    if (result.state !== 'ok') throw new Error(result.reason);
    return result.data;
  }

  it.each([
    ['/api/version', '{"version":"0.9.1"}', true],
    ['/api/tags', '{"models":[]}', true],
    ['/elsewhere', '{}', false],
  ])('a server with %s', async (path, body, isOllama) => {
    const port = await serve((request, response) => {
      const found = request.url === path;
      response.writeHead(found ? 200 : 404, { 'content-type': 'application/json' });
      response.end(found ? body : '{}');
    });
    expect(await look(port)).toMatchObject({ isOllama, listens: ['0.0.0.0'] });
  });

  it('is down', async () => {
    expect(await look(await closedPort())).toMatchObject({
      isOllama: false,
      answer: { kind: 'refused', status: 0 },
    });
  });
});
