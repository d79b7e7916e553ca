import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import type { HandshakeProbe } from '../../src/model/facts-probes.js';
import { makeHandshakeObserver } from '../../src/observe/wire/handshake.js';
import { Vault } from '../../src/secrets/vault.js';
import { configFacts, fact, gateway, liveContext, nowMs } from './live-context.js';
import { serve, serveRaw } from './local-servers.js';
import { temporaryHome } from './store-context.js';

const secret = 's'.repeat(40);

interface Request {
  id: string;
  method: string;
  params: Record<string, unknown>;
}

const challenge = {
  type: 'event',
  event: 'connect.challenge',
  payload: { nonce: 'n', ts: nowMs + 1500 },
};
const helloOk = {
  type: 'hello-ok',
  protocol: 4,
  server: { version: '2026.9.6', connId: 'c' },
  auth: { method: 'token', role: 'operator', scopes: ['operator.read'] },
};

/** A gateway's WebSocket side: what `answer` gives is sent back for each request. */
async function fakeSocket(
  answer: (request: Request, socket: WebSocket) => object | undefined,
  first: object | string | undefined = challenge,
): Promise<{
  port: number;
  requests: Request[];
  headers: Record<string, unknown>[];
  closes: number[];
}> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, 'listening');
  const requests: Request[] = [];
  const headers: Record<string, unknown>[] = [];
  const closes: number[] = [];
  server.on('connection', (socket, upgrade) => {
    headers.push(upgrade.headers);
    socket.on('close', (code) => closes.push(code));
    if (first !== undefined) socket.send(typeof first === 'string' ? first : JSON.stringify(first));
    socket.on('message', (data) => {
      const request = JSON.parse(data.toString()) as Request;
      requests.push(request);
      const found = answer(request, socket);
      if (found) socket.send(JSON.stringify({ type: 'res', id: request.id, ...found }));
    });
  });
  return { port: (server.address() as AddressInfo).port, requests, headers, closes };
}

async function shake(port: number, slot: 'token' | 'password' = 'token'): Promise<HandshakeProbe> {
  const vault = new Vault();
  const mark = vault.seal(vault.mark(secret, { kind: 'token' }));
  const target = gateway(port);
  const attempt = {
    class: mark.class ?? -1,
    slot,
    sources: ['config'],
    why: 'w',
    outcome: 'accepted',
  } as const;
  const probe = fact('probe.credentials', { endpoint: 'e', attempts: [attempt] }, target.id);
  const context = liveContext(await temporaryHome(), target, [probe], { vault });
  const result = await makeHandshakeObserver(vault).observe(context);
  if (result.state !== 'ok') throw new Error(result.reason);
  expect(JSON.stringify(result)).not.toContain('ssss');
  return result.data;
}

const accept = (request: Request): object =>
  request.method === 'connect' ? { ok: true, payload: helloOk } : { ok: true, payload: { a: 1 } };

describe('probe.handshake', () => {
  it('connects as a backend without a device or an Origin, reads once, and says goodbye', async () => {
    const { port, requests, headers, closes } = await fakeSocket(accept);
    const found = await shake(port);
    expect(found).toMatchObject({
      endpoint: `WS ws://127.0.0.1:${port}`,
      class: 0,
      outcome: 'accepted',
      protocol: 4,
      serverVersion: '2026.9.6',
      method: 'token',
      scopes: ['operator.read'],
      skewMs: 1500,
      read: { method: 'status', ok: true },
    });
    expect(requests.map((r) => r.method)).toEqual(['connect', 'status']);
    expect(requests[0]?.params).toMatchObject({
      minProtocol: 3,
      maxProtocol: 4,
      client: { id: 'gateway-client', mode: 'backend', displayName: 'clawdoctor' },
      scopes: ['operator.read'],
      auth: { token: secret },
    });
    expect(requests[0]?.params).not.toHaveProperty('device');
    expect(headers[0]).not.toHaveProperty('origin');
    expect(headers[0]).not.toHaveProperty('sec-websocket-extensions');
    await expect.poll(() => closes).toEqual([1000]);
  });

  it('sends a password in the field of a password', async () => {
    const { port, requests } = await fakeSocket(accept);
    await shake(port, 'password');
    expect(requests[0]?.params.auth).toEqual({ password: secret });
  });

  it.each([
    [
      { code: 'INVALID_REQUEST', message: 'm', details: { code: 'AUTH_RATE_LIMITED' } },
      'AUTH_RATE_LIMITED',
    ],
    [
      { code: 'NOT_PAIRED', message: 'm', details: { code: 'PAIRING_REQUIRED' } },
      'PAIRING_REQUIRED',
    ],
    [{ code: 'UNAVAILABLE', details: { reason: 'startup-sidecars' } }, 'UNAVAILABLE'],
    [{ code: 'INVALID_REQUEST', message: secret, details: { code: secret } }, 'other'],
    ['nonsense', 'other'],
  ])('is refused with %j', async (error, errorCode) => {
    const { port } = await fakeSocket((_request, socket) => {
      setTimeout(() => socket.close(1008, 'm'), 20);
      return { ok: false, error };
    });
    expect(await shake(port)).toMatchObject({ outcome: 'refused', errorCode, closeCode: 1008 });
  });

  it.each([
    ['2026.5', { code: 'INVALID_REQUEST', message: 'missing scope: operator.read' }],
    [
      '2026.9',
      { code: 'FORBIDDEN', details: { code: 'MISSING_SCOPE', missingScope: 'operator.read' } },
    ],
  ])('learns the missing scope of %s', async (_line, error) => {
    const { port } = await fakeSocket((request) =>
      request.method === 'connect' ? accept(request) : { ok: false, error },
    );
    expect((await shake(port)).read).toMatchObject({
      ok: false,
      errorCode: 'MISSING_SCOPE',
      missingScope: 'operator.read',
    });
  });

  it.each<[string, object | string, string]>([
    ['text', 'hello', 'not-a-gateway'],
    ['a list', '[1]', 'not-a-gateway'],
  ])('is no gateway when the first frame is %s', async (_name, first, outcome) => {
    const { port } = await fakeSocket(() => undefined, first);
    expect((await shake(port)).outcome).toBe(outcome);
  });

  it('is closed by the other side', async () => {
    const { port } = await fakeSocket((_request, socket) => {
      socket.close(1013, 'gateway starting');
      return undefined;
    });
    expect(await shake(port)).toMatchObject({ outcome: 'closed', closeCode: 1013 });
  });

  it('meets a plain web server', async () => {
    const port = await serve((_request, response) => response.end('<html>'));
    expect((await shake(port)).outcome).toBe('not-a-gateway');
  });

  it.each<[string, () => Promise<number>]>([
    ['a port that never answers', () => serveRaw(() => undefined)],
    [
      'a gateway that never challenges',
      async () => (await fakeSocket(() => undefined, { type: 'event' })).port,
    ],
  ])(
    'times out at %s',
    async (_name, start) => {
      expect((await shake(await start())).outcome).toBe('timeout');
    },
    15_000,
  );

  it('ends at a flood of events', async () => {
    const { port } = await fakeSocket((_request, socket) => {
      for (let i = 0; i < 5000; i += 1) socket.send('{"type":"event","event":"tick"}');
      return undefined;
    });
    const started = Date.now();
    expect((await shake(port)).outcome).toBe('not-a-gateway');
    expect(Date.now() - started).toBeLessThan(3000);
  });

  it.each([
    ['connects without a credential where mode none is declared', 'none', 'open', 1],
    ['opens nothing where the config does not say so', 'token', 'open', 0],
    ['opens nothing where a trusted proxy is declared', 'trusted-proxy', 'open', 0],
    [
      'opens nothing where the gateway asks, though the config says none',
      'none',
      'no-candidate',
      0,
    ],
    ['opens nothing where the owner is not proved', 'none', 'owner-not-proved', 0],
  ] as const)('%s', async (_name, authMode, notTried, connects) => {
    const { port, requests, headers } = await fakeSocket(accept);
    const vault = new Vault();
    const target = gateway(port);
    const observations = [
      fact('gateway.config', configFacts({ authMode }), target.id),
      fact('probe.credentials', { endpoint: 'e', attempts: [], notTried }, target.id),
    ];
    const context = liveContext(await temporaryHome(), target, observations, { vault });
    const result = await makeHandshakeObserver(vault).observe(context);
    expect(headers).toHaveLength(connects);
    if (connects === 0) {
      expect(result).toMatchObject({ data: { notTried: 'no-live-credential', class: -1 } });
      return;
    }
    expect(result).toMatchObject({ data: { outcome: 'accepted', class: -1, read: { ok: true } } });
    expect(requests[0]?.params).not.toHaveProperty('auth');
    expect(requests[0]?.params).not.toHaveProperty('device');
    expect(requests.map((r) => r.method)).toEqual(['connect', 'status']);
  });

  it('opens nothing without a live secret', async () => {
    const { port, headers } = await fakeSocket(accept);
    const vault = new Vault();
    const target = gateway(port);
    const attempts = [
      { class: 0, slot: 'token', sources: [], why: '', outcome: 'refused' } as const,
    ];
    const probe = fact('probe.credentials', { endpoint: 'e', attempts }, target.id);
    const context = liveContext(await temporaryHome(), target, [probe], { vault });
    expect(await makeHandshakeObserver(vault).observe(context)).toMatchObject({
      data: { outcome: 'not-tried', notTried: 'no-live-credential', class: -1 },
    });
    expect(headers).toHaveLength(0);
  });
});
