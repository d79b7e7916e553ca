import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import type { AnswerKind } from '../../src/model/facts-probes.js';
import { isOwnAddress, mayContact } from '../../src/observe/wire/allowed-address.js';
import { makeAnonymousObserver } from '../../src/observe/wire/anonymous.js';
import { classify } from '../../src/observe/wire/classify.js';
import { isSendable, send } from '../../src/observe/wire/http-request.js';
import { readinessObserver } from '../../src/observe/wire/readiness.js';
import { gateway, liveContext } from './live-context.js';
import { closedPort, fakeGateway, serve, serveRaw } from './local-servers.js';
import { temporaryHome } from './store-context.js';

async function kindAt(port: number, host = '127.0.0.1'): Promise<AnswerKind> {
  const signal = new AbortController().signal;
  const origin = `http://${host}:${port}`;
  const reply = await send({
    origin,
    host,
    method: 'GET',
    path: '/',
    options: { external: false },
    signal,
  });
  return classify(reply).kind;
}

describe('a hostile server', () => {
  it('that accepts and never answers is a timeout, within 3 s', async () => {
    const started = Date.now();
    expect(await kindAt(await serveRaw(() => undefined))).toBe('timeout');
    expect(Date.now() - started).toBeLessThan(4000);
  });

  it('that drips a body for ever is a timeout', async () => {
    const port = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const timer = setInterval(() => socket.write('1\r\nx\r\n'), 100);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await kindAt(port)).toBe('timeout');
  });

  it.each<[string, string, AnswerKind]>([
    ['garbage', '\u0000\u0001\u0002 hello\r\n\r\n', 'not-http'],
    ['an SSH banner', 'SSH-2.0-OpenSSH_9.6\r\n', 'not-http'],
    ['a bad status line', 'HTTP/1.1 abc\r\n\r\n', 'not-http'],
    ['a huge header', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 'too-large'],
    ['no status and a close', '', 'reset'],
  ])('with %s', async (_name, text, kind) => {
    expect(await kindAt(await serveRaw((socket) => socket.end(text)))).toBe(kind);
  });

  it.each(['header', 'body'])('with an endless %s is cut off', async (part) => {
    const port = await serveRaw((socket) => {
      socket.write(part === 'header' ? 'HTTP/1.1 200 OK\r\n' : 'HTTP/1.1 200 OK\r\n\r\n');
      const pump = (): void => {
        for (let n = 0; n < 50 && !socket.destroyed; n += 1) {
          if (
            !socket.write(part === 'header' ? `x${n}: ${'y'.repeat(2000)}\r\n` : 'z'.repeat(4000))
          )
            return;
        }
        setImmediate(pump);
      };
      socket.on('drain', pump);
      pump();
    });
    expect(await kindAt(port)).toBe('too-large');
  });

  it('that is not there refuses', async () => {
    expect(await kindAt(await closedPort())).toBe('refused');
  });

  it('cannot make us follow a redirect', async () => {
    let followed = 0;
    const target = await serve((_request, response) => {
      followed += 1;
      response.end();
    });
    const port = await serve((_request, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${target}/` }).end(),
    );
    expect(await kindAt(port)).toBe('other');
    expect(followed).toBe(0);
  });
});

describe('where we go', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['localhost', true],
    ['::ffff:7f00:1', true],
    // A name server may be asked for it: only with --url or --external.
    ['gw.localhost', false],
    ['GW.localhost', false],
    ['169.254.169.254', false],
    ['metadata.google.internal', false],
    ['example.com', false],
    ['192.0.2.1', false],
  ])('%s: %s', (host, allowed) => {
    expect(mayContact(host, { external: false })).toBe(allowed);
  });

  it('goes to the host of --url, with --external to others, to a metadata address never', () => {
    const url = 'wss://GW.example.com:8443';
    expect(mayContact('gw.example.com', { url, external: false })).toBe(true);
    expect(mayContact('other.example.com', { url, external: false })).toBe(false);
    expect(mayContact('other.example.com', { external: true })).toBe(true);
    expect(mayContact('feb.example.com', { external: true })).toBe(true);
    expect(mayContact('169.254.169.254', { url: 'http://169.254.169.254', external: true })).toBe(
      false,
    );
    expect(mayContact('fe80::1', { external: true })).toBe(false);
  });

  it.each([
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '::ffff:6464:64c8',
    'metadata.google.internal.',
    'fd00:ec2:0::254',
    'FD00:EC2::254',
    '::FFFF:169.254.1.1',
    '0:0:0:0:0:ffff:a9fe:101',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::a9fe:a9fe',
    '64:ff9b:1:a9fe:a9:fe00::',
    '2002:a9fe:a9fe::1',
    '::a9fe:a9fe',
    'febf::1',
    'METADATA.Google.Internal.',
    '169.254.0.1',
  ])('goes to a metadata address by no other spelling: %s', (host) => {
    const url = `http://${host.includes(':') ? `[${host}]` : host}`;
    expect(mayContact(host, { url, external: true })).toBe(false);
  });

  it.each([
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
    'fec0::1',
    '169.254.example.com',
    '169.255.0.1',
    'my-metadata.google.internal.example.com',
  ])('but to %s', (host) => {
    expect(mayContact(host, { external: true })).toBe(true);
  });

  it('goes to x.localhost when it is asked to', () => {
    expect(mayContact('gw.localhost', { url: 'ws://gw.localhost:1', external: false })).toBe(true);
    expect(mayContact('gw.localhost', { external: true })).toBe(true);
  });

  it('leaves a remote gateway alone until it is asked to go there', async () => {
    const target = gateway(443, { place: 'remote', url: 'wss://gw.example.com' });
    const context = liveContext(await temporaryHome(), target);
    const result = await readinessObserver.observe(context);
    expect(result).toMatchObject({ state: 'unsupported' });
    expect(JSON.stringify(result)).toContain('--url wss://gw.example.com:443 or --external');
  });

  it('knows the addresses of this host', () => {
    for (const list of Object.values(networkInterfaces())) {
      for (const { address, family } of list ?? []) {
        expect(isOwnAddress(address)).toBe(true);
        if (family === 'IPv4') expect(isOwnAddress(`::ffff:${address}`)).toBe(true);
      }
    }
  });

  it('ignores HTTP_PROXY', async () => {
    let proxied = 0;
    const proxyPort = await serve((_request, response) => {
      proxied += 1;
      response.end();
    });
    const before = process.env.HTTP_PROXY;
    process.env.HTTP_PROXY = `http://127.0.0.1:${proxyPort}`;
    try {
      const port = await serve((_request, response) => response.end('direct'));
      await kindAt(port);
    } finally {
      if (before === undefined) delete process.env.HTTP_PROXY;
      else process.env.HTTP_PROXY = before;
    }
    expect(proxied).toBe(0);
  });

  it('contacts nobody else', async () => {
    expect(await kindAt(80, '192.0.2.1')).toBe('other');
  });
});

describe('classify', () => {
  const unauthorized = '{"error":{"message":"Unauthorized","type":"unauthorized"}}';
  const invoked =
    '{"ok":false,"error":{"type":"invalid_request","message":"tools.invoke requires name"}}';
  it.each<[AnswerKind, number, string, string]>([
    ['gateway-401', 401, 'application/json', unauthorized],
    ['json-other', 401, 'application/json', '{"error":"Unauthorized"}'],
    ['gateway-403', 403, 'application/json', '{"error":{"type":"proxy_attribution_required"}}'],
    ['json-other', 403, 'application/json', '{"error":{"type":"forbidden"}}'],
    ['gateway-accepted', 400, 'application/json', invoked],
    ['json-other', 400, 'application/json', '{"error":{"type":"invalid_request","message":"x"}}'],
    ['gateway-429', 429, 'application/json', '{"error":{"message":"x","type":"rate_limited"}}'],
    ['proxy-401', 401, 'text/plain', 'Unauthorized'],
    // 2026.5's browser control on port+2.
    ['html', 401, 'text/html', 'Unauthorized'],
    ['text-other', 401, 'text/plain', 'go away'],
    ['proxy-502', 502, 'text/plain', 'Ollama backend error: connect ECONNREFUSED'],
    ['proxy-accepted', 200, 'application/json', '{"object":"list","data":[]}'],
    ['html', 200, 'text/html', '<!doctype html>'],
    ['other', 200, 'application/json', 'not json'],
    ['other', 200, 'image/png', 'x'],
    ['other', 200, '', 'x'],
  ])('%s: %i %s %s', (kind, status, contentType, body) => {
    expect(classify({ ok: true, status, contentType, body }).kind).toBe(kind);
  });
});

describe('isSendable', () => {
  it.each([
    ['abc', true],
    ['a b', true],
    ['a', true],
    ['', false],
    [' abc', false],
    ['abc\n', false],
    ['a\u001b[31mb', false],
    ['a\r\nx: y', false],
    ['pässword', false],
  ])('%j: %s', (value, sendable) => {
    expect(isSendable(value)).toBe(sendable);
  });
});

describe('readiness and the anonymous probe', () => {
  it('see a gateway that is live, ready and protected', async () => {
    const { port, requests } = await fakeGateway({ accepts: 'x' });
    const context = liveContext(await temporaryHome(), gateway(port));
    expect(await readinessObserver.observe(context)).toMatchObject({
      state: 'ok',
      data: {
        endpoint: `http://127.0.0.1:${port}`,
        health: { live: true, status: 200 },
        ready: { ready: true, failing: [], uptimeMs: 5 },
        eventLoopDegraded: false,
      },
    });
    expect(await makeAnonymousObserver().observe(context)).toMatchObject({
      state: 'ok',
      data: {
        endpoint: `POST http://127.0.0.1:${port}/tools/invoke`,
        answer: { kind: 'gateway-401' },
      },
    });
    expect(requests).toHaveLength(3);
    for (const { headers, authorization } of requests) {
      expect(authorization).toBeUndefined();
      expect(headers.origin).toBeUndefined();
      expect(headers['user-agent']).toMatch(/^clawdoctor\/\d/);
    }
  });

  it('see a web server that is no gateway', async () => {
    const port = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
    );
    const context = liveContext(await temporaryHome(), gateway(port));
    expect(await readinessObserver.observe(context)).toMatchObject({
      data: { health: { kind: 'html', live: false } },
    });
    expect(await makeAnonymousObserver().observe(context)).toMatchObject({
      data: { answer: { kind: 'html', status: 200, contentType: 'text/html' } },
    });
  });

  it('see a closed port', async () => {
    const context = liveContext(await temporaryHome(), gateway(await closedPort()));
    const result = await readinessObserver.observe(context);
    expect(result).toMatchObject({ data: { health: { kind: 'refused', status: 0 } } });
    expect(JSON.stringify(result)).not.toContain('"live"');
  });
});
