import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { splitUrl } from '../../src/domain/openclaw/url.js';
import type { ConfigFacts } from '../../src/model/facts-gateway.js';
import type { CredentialProbe } from '../../src/model/facts-probes.js';
import { makeAnonymousObserver } from '../../src/observe/wire/anonymous.js';
import { makeCredentialsObserver } from '../../src/observe/wire/credentials.js';
import { RefusalStore } from '../../src/observe/wire/refusal-store.js';
import { makeRefusalsObserver } from '../../src/observe/wire/refusals.js';
import { Vault } from '../../src/secrets/vault.js';
import {
  configFacts,
  fact,
  gateway,
  liveContext,
  nowMs,
  processFacts,
  runFacts,
} from './live-context.js';
import { closedPort, fakeGateway, serve } from './local-servers.js';
import { put, temporaryHome } from './store-context.js';

const endpoint = 'POST http://127.0.0.1:18789/tools/invoke';
const keys = { refusalKey: (value: number) => `key-${value}`, hasKey: true };

describe('the refusal store', () => {
  it('remembers for the window, privately, and forgets what was accepted', async () => {
    const folder = `${await temporaryHome()}/state/own`;
    const store = new RefusalStore(keys);
    await Promise.all([
      store.remember(folder, 1, { endpoint, atMs: 1000, windowMs: 60_000 }),
      store.remember(folder, 2, { endpoint, atMs: 1000, windowMs: 60_000 }),
      store.lock(folder, { endpoint, atMs: 1000, untilMs: 9000 }),
    ]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(`${folder}/refusals.json`)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['refusals.json']);
    const seen = await new RefusalStore(keys).read(folder, 2000);
    expect(seen.refused.map((r) => r.match)).toEqual(['key-1', 'key-2']);
    expect(seen.locked).toEqual([{ endpoint, atMs: 1000, untilMs: 9000 }]);
    await store.forget(folder, 1, endpoint, 2000);
    expect(await store.read(folder, 3000)).toMatchObject({
      refused: [{ match: 'key-2' }],
      locked: [],
    });
    expect((await store.read(folder, 61_001)).refused).toEqual([]);
  });

  it('drops what lies in the future, so that a clock set back frees us', async () => {
    const folder = await temporaryHome();
    const store = new RefusalStore(keys);
    await store.remember(folder, 1, { endpoint, atMs: 50_000, windowMs: 60_000 });
    expect((await store.read(folder, 40_000)).refused).toEqual([]);
  });

  it.each([
    ['garbage', '{{{'],
    ['another shape', '{"refused":{"a":1},"locked":7}'],
    ['hostile rows', '{"refused":[null,{"endpoint":"x\\u001b","match":"y","atMs":"1"}]}'],
    ['nothing', ''],
  ])('takes a file with %s for an empty one and writes it anew', async (_name, text) => {
    const folder = await temporaryHome();
    await put(`${folder}/refusals.json`, text);
    const store = new RefusalStore(keys);
    expect(await store.read(folder, 2000)).toEqual({ refused: [], locked: [], forced: [] });
    await store.remember(folder, 1, { endpoint, atMs: 1000, windowMs: 60_000 });
    expect((await store.read(folder, 2000)).refused).toHaveLength(1);
  });

  it('keeps when we forced headers, and nothing that is no such request', async () => {
    const folder = await temporaryHome();
    const store = new RefusalStore(keys);
    const own = `${endpoint} (forwarded headers)`;
    await store.forced(folder, { endpoint: own, atMs: 1000 });
    await store.forced(folder, { endpoint: `${endpoint}\u001b[31m`, atMs: 1000 });
    await store.remember(folder, 1, { endpoint, atMs: 1000, windowMs: 60_000 });
    const seen = await store.read(folder, 2000);
    expect(seen.forced).toEqual([{ endpoint: own, atMs: 1000 }]);
    expect(seen.refused).toHaveLength(1);
    expect((await store.read(folder, 8 * 86_400_000)).forced).toEqual([]);
  });

  it('books no more tries than a limiter bears, whoever asks at the same time', async () => {
    const folder = `${await temporaryHome()}/own`;
    const entry = { endpoint, atMs: 1000, windowMs: 60_000 };
    const stores = Array.from({ length: 12 }, () => new RefusalStore(keys));
    const able = await Promise.all(stores.map((store) => store.canRemember(folder, 1000)));
    expect(able).not.toContain(false);
    const limit = { most: 3, sinceMs: 0 };
    const booked = await Promise.all(stores.map((store) => store.book(folder, 1, entry, limit)));
    const ids = booked.flatMap((one) => (one.sendable ? [one.id] : []));
    expect(ids).toHaveLength(3);
    expect(await readdir(folder)).toEqual(['refusals.json']);
    const store = new RefusalStore(keys);
    const seen = await store.read(folder, 2000);
    expect(seen.refused.map((row) => row.pending).sort()).toEqual([...ids].sort());
    await store.settle(folder, ids[0] ?? '', 2000);
    const left = await store.read(folder, 2000);
    expect(left.refused.filter((row) => row.pending === undefined)).toHaveLength(1);
    // What was refused before the gateway was started again does not count.
    const again = await store.book(folder, 2, entry, { most: 3, sinceMs: 1000 });
    expect(again.sendable).toBe(true);
  });

  it('gets past the lock of a process that was killed, and not past that of a living one', async () => {
    const folder = await temporaryHome();
    const entry = { endpoint, atMs: 1000, windowMs: 60_000 };
    const store = new RefusalStore(keys);
    await mkdir(`${folder}/refusals.lock`);
    const held = await store.book(folder, 1, entry, { most: 3, sinceMs: 0 });
    expect(held).toEqual({ sendable: false, why: 'unavailable' });
    const old = new Date(Date.now() - 60_000);
    await utimes(`${folder}/refusals.lock`, old, old);
    const free = await store.book(folder, 1, entry, { most: 3, sinceMs: 0 });
    expect(free.sendable).toBe(true);
    expect(await readdir(folder)).toEqual(['refusals.json']);
  });

  it('loses no row of several writers', async () => {
    const folder = await temporaryHome();
    await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        new RefusalStore(keys).remember(folder, i, { endpoint, atMs: 1000, windowMs: 60_000 }),
      ),
    );
    expect((await new RefusalStore(keys).read(folder, 2000)).refused).toHaveLength(8);
  });

  it('believes no link', async () => {
    const folder = await temporaryHome();
    const elsewhere = await temporaryHome();
    const text = JSON.stringify({
      refused: [{ endpoint, match: 'key-1', atMs: 1, windowMs: 9e9 }],
    });
    await symlink(await put(`${elsewhere}/target.json`, text), `${folder}/refusals.json`);
    expect((await new RefusalStore(keys).read(folder, 2000)).refused).toEqual([]);
    expect(await readFile(`${elsewhere}/target.json`, 'utf8')).toBe(text);
  });

  it('does without a directory that cannot be made', async () => {
    const file = await put(`${await temporaryHome()}/file`, '');
    const store = new RefusalStore(keys);
    await store.remember(`${file}/own`, 1, { endpoint, atMs: 1000, windowMs: 60_000 });
    expect(await store.read(`${file}/own`, 2000)).toEqual({ refused: [], locked: [], forced: [] });
  });

  it('remembers nothing without a key', async () => {
    const folder = `${await temporaryHome()}/own`;
    const store = new RefusalStore({ refusalKey: () => undefined, hasKey: false });
    await store.remember(folder, 1, { endpoint, atMs: 1000, windowMs: 60_000 });
    await expect(stat(folder)).rejects.toThrow();
  });
});

interface Staged {
  port: number;
  /** Values by source; the config's is what the rules predict. */
  config?: string;
  shell?: string;
  dotenv?: string;
  limit?: ConfigFacts['rateLimit'];
  sameConfig?: boolean;
  startedAtMs?: number;
  home: string;
  authMode?: string;
  /** `--url`. */
  url?: string;
  beforeTry?: () => Promise<unknown>;
}

/** Anonymous, refusals and credentials, as the probes stage runs them. */
async function probe(s: Staged): Promise<CredentialProbe> {
  const vault = new Vault({ host: Buffer.alloc(32, 7) });
  const target = gateway(s.port);
  const mark = (raw: string | undefined) =>
    raw === undefined
      ? ({ state: 'unset', kind: 'token', flags: [] } as const)
      : vault.mark(raw, { kind: 'token' });
  const token = mark(s.config);
  const source = (id: 'config' | 'dotenv' | 'shell', m: ReturnType<typeof mark>) => ({
    id,
    name: id === 'config' ? 'gateway.auth.token' : 'OPENCLAW_GATEWAY_TOKEN',
    slot: 'token' as const,
    where: id,
    mark: m,
  });
  const config = configFacts({
    token: { mark: token },
    ...(s.limit ? { rateLimit: s.limit } : {}),
    ...(s.authMode ? { authMode: s.authMode } : {}),
  });
  const given = splitUrl(s.url);
  const options = { ...runFacts().options, ...(given ? { url: given } : {}) };
  const named = s.url === undefined ? {} : { url: s.url };
  const observations = [
    fact('run', runFacts({ options })),
    fact('gateway.config', config, target.id),
    fact(
      'gateway.credentials',
      {
        sources: [
          source('config', token),
          source('dotenv', mark(s.dotenv)),
          source('shell', mark(s.shell)),
        ],
        resolved: [],
        shell: { home: false, stateDir: false, configPath: false },
        dotenv: { file: { path: '~/.openclaw/.env', state: 'absent' } },
      },
      target.id,
    ),
    fact(
      'gateway.process',
      processFacts({ sameConfig: s.sameConfig ?? true, startedAtMs: s.startedAtMs ?? 1000 }),
      target.id,
    ),
  ];
  const store = new RefusalStore(vault);
  const sealed = vault.seal(observations);
  const context = liveContext(s.home, target, sealed, { vault, ...named });
  const anonymous = await makeAnonymousObserver().observe(context);
  const refusals = await makeRefusalsObserver(store).observe(context);
  if (anonymous.state !== 'ok' || refusals.state !== 'ok') throw new Error('staging');
  const more = liveContext(
    s.home,
    target,
    [
      ...sealed,
      fact('probe.anonymous', anonymous.data, target.id),
      fact('probe.refusals', refusals.data),
    ],
    { vault, ...named },
  );
  await s.beforeTry?.();
  const result = await makeCredentialsObserver(vault, store).observe(more);
  if (result.state !== 'ok') throw new Error(result.reason);
  return result.data;
}

function answered(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

const [a, b, c] = ['a'.repeat(32), 'b'.repeat(32), 'c'.repeat(32)];
const outcomes = (found: CredentialProbe): string[] => found.attempts.map((t) => t.outcome);

describe('probe.credentials', () => {
  it('sends nothing to a limiter that counts when it could not remember a refusal', async () => {
    const limit = { maxAttempts: 10, windowMs: 60_000, lockoutMs: 300_000, exemptLoopback: false };
    const { port, requests } = await fakeGateway({ accepts: c });
    const home = await temporaryHome();
    // Where clawdoctor's own directory should be stands a file: nothing can be kept there.
    const { ownStateDir } = liveContext(home, gateway(port), []).host;
    await mkdir(dirname(ownStateDir), { recursive: true });
    await writeFile(ownStateDir, '');
    const found = await probe({ port, config: a, shell: b, home, limit });
    expect(found.notTried).toBe('cannot-remember');
    expect(requests.map((r) => r.authorization)).toEqual([undefined]);
  });

  it('stops at the first that is accepted', async () => {
    const { port, requests } = await fakeGateway({ accepts: a });
    const found = await probe({ port, config: a, shell: b, home: await temporaryHome() });
    expect(found).toMatchObject({
      attempts: [{ class: 0, sources: ['config'], outcome: 'accepted' }],
    });
    expect(requests.map((r) => r.authorization)).toEqual([undefined, `Bearer ${a}`]);
    expect(JSON.stringify(found)).not.toMatch(/aaaa|bbbb/);
  });

  it('finds what a drifted gateway still takes, one request a value', async () => {
    const { port, requests } = await fakeGateway({ accepts: c });
    const found = await probe({
      port,
      config: a,
      dotenv: b,
      shell: c,
      home: await temporaryHome(),
    });
    expect(outcomes(found)).toEqual(['refused', 'refused', 'accepted']);
    expect(found.attempts[2]?.sources).toEqual(['shell']);
    expect(requests).toHaveLength(4);
  });

  it('sends an equal value once, for all of its sources', async () => {
    const { port, requests } = await fakeGateway({ accepts: 'x' });
    const found = await probe({
      port,
      config: a,
      dotenv: a,
      shell: a,
      home: await temporaryHome(),
    });
    expect(found.attempts).toMatchObject([{ sources: ['config', 'dotenv', 'shell'] }]);
    expect(requests).toHaveLength(2);
  });

  it('never locks a limited loopback out, however often it runs', async () => {
    const home = await temporaryHome();
    const limit = { maxAttempts: 4, windowMs: 60_000, lockoutMs: 20_000, exemptLoopback: false };
    const { port, requests } = await fakeGateway({ accepts: 'right', maxAttempts: 4 });
    const runs: string[][] = [];
    for (let i = 0; i < 5; i += 1) {
      const found = await probe({ port, config: a, dotenv: b, shell: c, limit, home });
      expect(found.notTried).toBeUndefined();
      runs.push(outcomes(found));
    }
    expect(runs[0]).toEqual(['refused']);
    expect(runs.slice(1)).toEqual(Array.from({ length: 4 }, () => ['remembered-refused']));
    expect(requests.filter((r) => r.authorization !== undefined)).toHaveLength(1);
  });

  const limit = { maxAttempts: 4, windowMs: 60_000, lockoutMs: 20_000, exemptLoopback: false };
  const spellings = ['ws://127.0.0.1', 'ws://localhost', 'ws://0.0.0.0', 'ws://127.0.0.2'];

  it('has one budget for every name of one listener', async () => {
    const home = await temporaryHome();
    const { port, requests } = await fakeGateway({ accepts: 'right', maxAttempts: 4 });
    for (const name of [...spellings, `ws://${hostname()}`, 'ws://[::ffff:127.0.0.1]']) {
      const url = `${name}:${port}`;
      await probe({ port, config: a, dotenv: b, shell: c, limit, home, url });
    }
    expect(requests.filter((r) => r.authorization !== undefined)).toHaveLength(1);
    expect(requests.length).toBeGreaterThan(4);
  });

  it('has one budget for runs at the same time', async () => {
    const home = await temporaryHome();
    const { port, requests } = await fakeGateway({ accepts: 'right', maxAttempts: 4 });
    const runs = Array.from({ length: 12 }, () => probe({ port, config: a, limit, home }));
    await Promise.all(runs);
    expect(requests.filter((r) => r.authorization !== undefined)).toHaveLength(1);
  });

  it('counts the try of a run that was killed before the answer, for the window', async () => {
    const home = await temporaryHome();
    const { port, requests } = await fakeGateway({ accepts: 'right' });
    const { ownStateDir } = liveContext(home, gateway(port), []).host;
    const row = { endpoint: `POST http://127.0.0.1:${port}/tools/invoke`, match: 'key-of-it' };
    const open = { ...row, atMs: nowMs - 1000, windowMs: 60_000, pending: '0123456789abcdef' };
    const sent = () => requests.filter((r) => r.authorization !== undefined).length;
    await put(`${ownStateDir}/refusals.json`, JSON.stringify({ refused: [open] }));
    await probe({ port, config: a, limit, home });
    expect(sent()).toBe(0);
    const over = { ...open, atMs: nowMs - 61_000 };
    await put(`${ownStateDir}/refusals.json`, JSON.stringify({ refused: [over] }));
    await probe({ port, config: a, limit, home });
    expect(sent()).toBe(1);
  });

  it('sends nothing while the lock cannot be had, and says why', async () => {
    const home = await temporaryHome();
    const { port, requests } = await fakeGateway({ accepts: 'right' });
    const { ownStateDir } = liveContext(home, gateway(port), []).host;
    await mkdir(`${ownStateDir}/refusals.lock`, { recursive: true });
    const found = await probe({ port, config: a, limit, home });
    expect(found).toMatchObject({ attempts: [], notTried: 'cannot-remember' });
    expect(requests.map((r) => r.authorization)).toEqual([undefined]);
  });

  it('sends nothing when the lock is lost between the plan and the try', async () => {
    const home = await temporaryHome();
    const { port, requests } = await fakeGateway({ accepts: 'right' });
    const { ownStateDir } = liveContext(home, gateway(port), []).host;
    const lose = (): Promise<unknown> => mkdir(`${ownStateDir}/refusals.lock`);
    const found = await probe({ port, config: a, limit, home, beforeTry: lose });
    expect(found).toMatchObject({ attempts: [], notTried: 'cannot-remember' });
    expect(requests.map((r) => r.authorization)).toEqual([undefined]);
  });

  it('has a budget of its own for every port', async () => {
    const home = await temporaryHome();
    for (const gateways of [1, 2]) {
      const { port, requests } = await fakeGateway({ accepts: 'right' });
      await probe({ port, config: a, limit, home });
      expect(
        requests.filter((r) => r.authorization !== undefined),
        `${gateways}`,
      ).toHaveLength(1);
    }
  });

  it.each(['http://localhost', 'http://[::1]', 'https://127.0.0.1', `http://${hostname()}`])(
    'counts a row that was kept under %s',
    async (name) => {
      const home = await temporaryHome();
      const { port, requests } = await fakeGateway({ accepts: 'right' });
      const { ownStateDir } = liveContext(home, gateway(port), []).host;
      const row = { endpoint: `POST ${name}:${port}/tools/invoke`, match: 'key-of-another' };
      const kept = { refused: [{ ...row, atMs: nowMs - 1000, windowMs: 60_000 }] };
      await put(`${ownStateDir}/refusals.json`, JSON.stringify(kept));
      await probe({ port, config: a, limit, home });
      expect(requests.filter((r) => r.authorization !== undefined)).toEqual([]);
    },
  );

  it('is told by one name that another has been locked', async () => {
    const home = await temporaryHome();
    const { port } = await fakeGateway({ accepts: 'right', maxAttempts: 0 });
    const [here, there] = [`ws://127.0.0.1:${port}`, `ws://localhost:${port}`];
    expect((await probe({ port, config: a, limit, home, url: here })).notTried).toBe('locked');
    expect((await probe({ port, config: a, limit, home, url: there })).notTried).toBe('locked');
    const kept = await readFile(`${home}/.state/refusals.json`, 'utf8');
    expect(JSON.parse(kept).locked).toHaveLength(1);
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ['a request without a credential is cut off', (r) => r.destroy(), 'no-answer'],
    ['the answer is JSON of something else', (r) => answered(r, 200, '{}'), 'owner-not-proved'],
    ['the answer is of another type', (r) => r.writeHead(401).end(), 'owner-not-proved'],
  ])('sends nothing when %s, whoever owns the socket', async (_name, answer, notTried) => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      seen.push(request.headers.authorization);
      answer(response);
    });
    const found = await probe({ port, config: a, home: await temporaryHome() });
    expect(found).toMatchObject({ attempts: [], notTried });
    expect(seen).toEqual([undefined]);
  });

  it('asks again once the gateway has been restarted', async () => {
    const home = await temporaryHome();
    const limit = { maxAttempts: 10, windowMs: 60_000, lockoutMs: 20_000, exemptLoopback: false };
    const { port } = await fakeGateway({ accepts: 'right' });
    await probe({ port, config: a, limit, home });
    const found = await probe({ port, config: a, limit, home, startedAtMs: nowMs + 1 });
    expect(outcomes(found)).toEqual(['refused']);
  });

  it('remembers nothing against an exempt loopback, so that a fix is seen at once', async () => {
    const home = await temporaryHome();
    const { port, requests } = await fakeGateway({ accepts: 'right' });
    await probe({ port, config: a, home });
    expect(outcomes(await probe({ port, config: a, home }))).toEqual(['refused']);
    expect(requests).toHaveLength(4);
  });

  it('stops at 429 and comes back no sooner than it was told', async () => {
    const home = await temporaryHome();
    const { port, requests } = await fakeGateway({ accepts: 'right', maxAttempts: 1 });
    expect(outcomes(await probe({ port, config: a, dotenv: b, shell: c, home }))).toEqual([
      'refused',
      'locked',
    ]);
    const again = await probe({ port, config: a, dotenv: b, shell: c, home });
    expect(again).toMatchObject({ attempts: [], notTried: 'locked' });
    expect(requests.filter((r) => r.authorization !== undefined)).toHaveLength(2);
  });

  it.each<[string, Partial<Staged>, string]>([
    ['a gateway of another config', { config: a, sameConfig: false }, 'owner-not-proved'],
    ['no candidate', {}, 'no-candidate'],
    ['trusted-proxy mode', { config: a, authMode: 'trusted-proxy' }, 'no-candidate'],
  ])('sends nothing to %s', async (_name, more, notTried) => {
    const { port, requests } = await fakeGateway({ accepts: a });
    const found = await probe({ port, home: await temporaryHome(), ...more });
    expect(found).toMatchObject({ attempts: [], notTried });
    expect(requests.map((r) => r.authorization)).toEqual([undefined]);
  });

  it('sends nothing to a gateway that asks nobody', async () => {
    const { port, requests } = await fakeGateway({ open: true });
    const found = await probe({ port, config: a, home: await temporaryHome() });
    expect(found).toMatchObject({ attempts: [], notTried: 'open' });
    expect(requests).toHaveLength(1);
  });

  it('sends nothing to our own process when it does not answer as a gateway', async () => {
    const seen: unknown[] = [];
    const port = await serve((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(401, { 'content-type': 'text/html' }).end('Unauthorized');
    });
    const found = await probe({ port, config: a, home: await temporaryHome() });
    expect(found).toMatchObject({ attempts: [], notTried: 'owner-not-proved' });
    expect(seen).toEqual([undefined]);
  });

  it('has no listener to ask', async () => {
    const found = await probe({ port: await closedPort(), config: a, home: await temporaryHome() });
    expect(found).toMatchObject({ attempts: [], notTried: 'no-listener' });
  });

  it('sends nothing that a header cannot carry', async () => {
    const { port, requests } = await fakeGateway({ accepts: 'x' });
    const found = await probe({ port, config: `${a}\u001b[31m`, home: await temporaryHome() });
    expect(found).toMatchObject({ attempts: [], notTried: 'no-candidate' });
    expect(requests).toHaveLength(1);
  });

  it('stops at the first time-out', async () => {
    let asked = 0;
    const port = await serve((request, response) => {
      if (request.headers.authorization) asked += 1;
      else {
        response.writeHead(401, { 'content-type': 'application/json' });
        response.end('{"error":{"message":"Unauthorized","type":"unauthorized"}}');
      }
    });
    const found = await probe({ port, config: a, dotenv: b, home: await temporaryHome() });
    expect(outcomes(found)).toEqual(['timeout']);
    expect(asked).toBe(1);
  });

  it('keeps only keyed texts on disk', async () => {
    const home = await temporaryHome();
    const { port } = await fakeGateway({ accepts: 'x' });
    await probe({ port, config: a, home });
    const text = await readFile(`${home}/.state/refusals.json`, 'utf8');
    expect(text).toContain('tools/invoke');
    expect(text).not.toContain('aaaa');
  });
});
