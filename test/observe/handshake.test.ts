import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { handshakeCodes } from '../../src/domain/openclaw/handshake-codes.js';
import type { ConfigFacts } from '../../src/model/facts-gateway.js';
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

const smallFile = { path: '~/.openclaw/openclaw.json', state: 'ok', size: 900 } as const;

async function shake(
  port: number,
  slot: 'token' | 'password' = 'token',
  config?: ConfigFacts,
): Promise<HandshakeProbe> {
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
  const observations = config ? [probe, fact('gateway.config', config, target.id)] : [probe];
  const context = liveContext(await temporaryHome(), target, observations, { vault });
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

  /** Answers of 2026.5.18 and 2026.9.6, as recorded; texts that a wire may carry are left out. */
  const invalid = (code: string, more: object = {}) => ({
    error: { code: 'INVALID_REQUEST', message: 'm', details: { code, ...more } },
    errorCode: code,
  });
  const pairing = (reason: string) => ({
    error: {
      code: 'NOT_PAIRED',
      message: 'pairing required',
      details: { code: 'PAIRING_REQUIRED', reason, requestId: 'r', deviceId: 'd' },
    },
    errorCode: 'PAIRING_REQUIRED',
    pairingReason: reason,
  });
  const plain = handshakeCodes
    .map(({ code }) => code)
    .filter((code) => /^(AUTH|DEVICE_AUTH|CONTROL_UI|CLIENT)_?[A-Z_]*$/.test(code));

  it.each([
    ...plain.map((code) => invalid(code)),
    { ...invalid('AUTH_RATE_LIMITED', { authReason: 'rate_limited' }), what: '2026.5' },
    {
      error: {
        code: 'INVALID_REQUEST',
        retryable: true,
        retryAfterMs: 19_962,
        details: { code: 'AUTH_RATE_LIMITED', authReason: 'rate_limited' },
      },
      errorCode: 'AUTH_RATE_LIMITED',
      retryAfterMs: 19_962,
    },
    {
      error: { code: 'NOT_PAIRED', details: { code: 'DEVICE_IDENTITY_REQUIRED' } },
      errorCode: 'DEVICE_IDENTITY_REQUIRED',
    },
    ...['not-paired', 'role-upgrade', 'scope-upgrade', 'metadata-upgrade'].map(pairing),
    { ...invalid('PROTOCOL_MISMATCH', { expectedProtocol: 4 }), closeCode: 1002 },
    {
      error: { code: 'UNAVAILABLE', retryAfterMs: 500, details: { reason: 'startup-sidecars' } },
      errorCode: 'UNAVAILABLE',
      closeCode: 1013,
    },
    {
      error: { code: 'INVALID_REQUEST', message: 'invalid connect params: at /client/id: ...' },
      errorCode: 'error INVALID_REQUEST',
    },
    { error: { code: 'FORBIDDEN', message: 'no longer active' }, errorCode: 'error FORBIDDEN' },
    {
      error: { code: 'INVALID_REQUEST', message: secret, details: { code: secret } },
      errorCode: 'other',
    },
    { error: { code: secret, details: { code: ['PAIRING_REQUIRED'] } }, errorCode: 'other' },
    { error: 'nonsense', errorCode: 'other' },
  ] as { error: unknown; errorCode: string; closeCode?: number }[])(
    'is refused with $errorCode',
    async ({ error, closeCode = 1008, ...expected }) => {
      const { port } = await fakeSocket((_request, socket) => {
        setTimeout(() => socket.close(closeCode, 'm'), 5);
        return { ok: false, error };
      });
      const { what, ...known } = expected as typeof expected & { what?: string };
      expect(await shake(port), what).toMatchObject({ outcome: 'refused', closeCode, ...known });
    },
  );

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
    expect(await shake(port)).toMatchObject({ outcome: 'not-a-gateway', httpStatus: 200 });
  });

  it('meets a gateway that refuses the upgrade', async () => {
    const port = await serve((_request, response) => {
      response.statusCode = 403;
      response.end('{"error":{"type":"proxy_attribution_required"}}');
    });
    expect(await shake(port)).toMatchObject({ outcome: 'not-a-gateway', httpStatus: 403 });
  });

  /** 2026.9 says in its hello what it has applied, and in `config.get` what the file is now. */
  const configured = (config: object | undefined) => (request: Request) => {
    if (request.method === 'config.get') return config;
    const snapshot = { appliedConfigHash: 'hmac-sha256:v1:one' };
    const payload = { ...helloOk, snapshot };
    return request.method === 'connect' ? { ok: true, payload } : accept(request);
  };
  const answered = (payload: object) => ({ ok: true, payload });

  it.each([
    ['equal', answered({ configRevisionHash: 'hmac-sha256:v1:one' }), true],
    ['edited since', answered({ configRevisionHash: 'hmac-sha256:v1:two' }), false],
    [
      'applied meanwhile',
      answered({ configRevisionHash: 'x', appliedConfigHash: 'x', valid: true }),
      true,
    ],
    ['an invalid file', answered({ configRevisionHash: 'x', valid: false }), undefined],
    ['no hash', answered({ configRevisionHash: 7 }), undefined],
    ['a refusal', { ok: false, error: { code: 'FORBIDDEN' } }, undefined],
    ['silence', undefined, undefined],
  ])('compares the applied config with the file: %s', async (_what, config, applied) => {
    const { port, requests } = await fakeSocket(configured(config));
    const found = await shake(port, 'token', configFacts({ file: { ...smallFile } }));
    expect(found.appliedConfig).toBe(applied);
    expect(found.outcome).toBe('accepted');
    expect(requests.map((r) => r.method)).toEqual(['connect', 'status', 'config.get']);
  });

  it.each([
    ['a gateway that does not say what it applied', accept, smallFile],
    ['a config that is large', configured(answered({})), { ...smallFile, size: 1 << 20 }],
  ])('asks for no config of %s', async (_what, answer, file) => {
    const { port, requests } = await fakeSocket(answer);
    await shake(port, 'token', configFacts({ file }));
    expect(requests.map((r) => r.method)).toEqual(['connect', 'status']);
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
