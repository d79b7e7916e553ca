import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** What a server can do to us; `honest` is a gateway, an Ollama and an OpenID provider in one. */
export const behaviours = [
  'honest',
  'page',
  'garbage',
  'reset',
  'echo',
  'huge',
  'escapes',
  'types',
  'prototype',
  'locked',
  'redirect',
  'teapot',
  'half',
  'silent',
] as const;

export type Behaviour = (typeof behaviours)[number];

export interface GarbageServer {
  port: number;
  behave(as: Behaviour): void;
  /** Bearers that it accepts. */
  accepts: Set<string>;
  close(): void;
}

/** One small server whose behaviour is changed from run to run. */
export async function startGarbage(): Promise<GarbageServer> {
  let behaviour: Behaviour = 'honest';
  const accepts = new Set<string>();
  const server = createServer((request, response) => {
    request.resume();
    answer(behaviour, request, response, accepts);
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => undefined);
    const plain = refusals[behaviour];
    if (plain !== undefined) {
      if (plain === '') socket.destroy();
      else socket.end(plain);
      return;
    }
    if (behaviour === 'silent') return;
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on('error', () => undefined);
      const challenge = { nonce: 'n', ts: Date.now() };
      const say = (value: unknown): void => client.send(JSON.stringify(value));
      if (behaviour === 'huge') client.send('x'.repeat(4_000_000));
      else if (behaviour === 'types') say([null, { type: 7, payload: 'x' }]);
      else say({ type: 'event', event: 'connect.challenge', payload: challenge });
      client.on('message', (data) => frames(behaviour, String(data), say));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    accepts,
    behave(as) {
      behaviour = as;
    },
    close() {
      sockets.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** What an upgrade is answered with instead of a WebSocket; nothing at all is a reset. */
const refusals: { [B in Behaviour]?: string } = {
  reset: '',
  page: 'HTTP/1.1 200 OK\r\n\r\n<html>',
  garbage: '\0\x1b[2J\r\n',
  locked: 'HTTP/1.1 429 Too Many Requests\r\nretry-after: -1\r\n\r\n',
  redirect: 'HTTP/1.1 302 Found\r\nlocation: ws://169.254.169.254/\r\n\r\n',
};

type Say = (value: unknown) => void;

/** What is said to one frame of ours. */
function frames(behaviour: Behaviour, data: string, say: Say): void {
  const { id, method } = JSON.parse(data) as { id?: unknown; method?: unknown };
  const red = '\u001b]0;x\u0007\u202e';
  const server = { version: '2026.9.6', connId: 'c' };
  const auth = { role: 'operator', scopes: ['operator.read'], method: 'token' };
  const hello = { type: 'hello-ok', protocol: 4, server, auth };
  const refused = (text: string): unknown => {
    return { type: 'res', id, ok: false, error: { code: text, message: text, details: text } };
  };
  const said: { [B in Behaviour]?: unknown } = {
    echo: refused(data),
    escapes: refused(red),
    prototype: JSON.parse(`{"type":"res","id":${JSON.stringify(id)},"__proto__":{"ok":true}}`),
  };
  const payload = method === 'connect' ? hello : { ok: true };
  say(said[behaviour] ?? { type: 'res', id, ok: true, payload });
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  sent: string;
  accepts: ReadonlySet<string>;
  json(status: number, value: unknown, headers?: Record<string, string>): void;
}

const answers: Record<Behaviour, (at: Exchange) => void> = {
  honest,
  page({ response }) {
    response.setHeader('content-type', 'text/html');
    response.end('<html><title>sign in</title>');
  },
  garbage({ response }) {
    response.socket?.end(Buffer.from(Array.from({ length: 999 }, (_v, i) => i % 256)));
  },
  reset: ({ response }) => response.socket?.destroy(),
  echo: ({ json, sent }) =>
    json(401, { error: { message: sent, type: sent }, status: sent }, { 'x-echo': sent }),
  huge: ({ json }) => json(200, `{"ok":"${'x'.repeat(2_000_000)}"}`),
  escapes: ({ json }) =>
    json(401, { error: { message: '\u001b[31m', type: '\u202e' }, failing: ['\u0007'] }),
  types: ({ json }) =>
    json(200, { ok: 'yes', ready: 7, failing: { a: 1 }, uptimeMs: '5', error: [], keys: 1 }),
  prototype: ({ json }) =>
    json(200, '{"__proto__":{"ok":true},"constructor":{"prototype":{}},"error":null}'),
  locked: ({ json }) =>
    json(429, { error: { type: 'rate_limited' } }, { 'retry-after': '99999999999' }),
  redirect: ({ json }) => json(302, '', { location: 'http://169.254.169.254/' }),
  teapot: ({ json }) => json(418, 'null'),
  half({ response }) {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('{"ok":tr', () => response.socket?.destroy());
  },
  silent: () => undefined,
};

function answer(
  behaviour: Behaviour,
  request: IncomingMessage,
  response: ServerResponse,
  accepts: ReadonlySet<string>,
): void {
  const json: Exchange['json'] = (status, value, headers = {}) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof value === 'string' ? value : JSON.stringify(value));
  };
  const sent = request.headers.authorization ?? '';
  answers[behaviour]({ request, response, accepts, json, sent });
}

function honest({ request, json, sent, accepts }: Exchange): void {
  const issuer = `http://${request.headers.host ?? ''}`;
  const open: Record<string, unknown> = {
    '/healthz': { ok: true, status: 'live' },
    '/readyz': { ready: true, failing: [], uptimeMs: 9e6 },
    '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/jwks` },
    '/jwks': { keys: [{ kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA' }] },
  };
  const document = open[request.url ?? ''];
  if (document !== undefined) {
    json(200, document);
  } else if (accepts.has(sent.replace(/^Bearer /, ''))) {
    const error = { type: 'invalid_request', message: 'tools.invoke requires name' };
    json(400, { ok: false, error });
  } else {
    json(401, { error: { message: 'Unauthorized', type: 'unauthorized' } });
  }
}
