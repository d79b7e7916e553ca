import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { attributionRequired, type GatewayState, type Peer, peerOf } from './context.js';
import { same } from './credentials.js';
import { serveHook } from './hooks.js';
import { lockedBody, sendJson, sendPage, sendText, unauthorizedBody } from './http-answers.js';
import { below, strings } from './json.js';
import { releases } from './line.js';
import { calm } from './rpc.js';

/** One request, with what the routes need to know of it. */
interface Call {
  state: GatewayState;
  request: IncomingMessage;
  response: ServerResponse;
  method: string;
  path: string;
}

type Route = (call: Call) => void;

/** The gateway's HTTP surface: the same statuses, types and bodies as the release's. */
export function httpSurface(state: GatewayState): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const method = request.method ?? 'GET';
    const call: Call = { state, request, response, method, path: url.pathname };
    request.resume();
    const gateway = below(state.config, 'gateway');
    const hsts = below(gateway, 'http', 'securityHeaders').strictTransportSecurity;
    if (typeof hsts === 'string') response.setHeader('strict-transport-security', hsts);
    const health = healthRoutes[call.path];
    if (health) {
      health(call);
      return;
    }
    const peer = peerOf(request, strings(gateway.trustedProxies));
    if (peer.untrustedForward && state.line === '2026.9') {
      sendJson(response, 403, attributionRequired);
      return;
    }
    if (serveHook(state.config, call.path, url, request, response)) return;
    route(call, gateway)(call, peer);
  };
}

const healthRoutes: Readonly<Record<string, Route>> = {
  '/healthz': live,
  '/health': live,
  '/readyz': ready,
  '/ready': ready,
};

function live(call: Call): void {
  probe(call, { ok: true, status: 'live' });
}

function ready(call: Call): void {
  const uptimeMs = Date.now() - call.state.startedAtMs;
  probe(call, { ready: true, failing: [], uptimeMs, eventLoop: calm });
}

function probe({ method, response }: Call, body: object): void {
  if (method === 'GET' || method === 'HEAD')
    sendJson(response, 200, body, { 'cache-control': 'no-store' });
  else sendText(response, 405, 'Method Not Allowed', { allow: 'GET, HEAD' });
}

type Guarded = (call: Call, peer: Peer) => void;

function route({ state, method, path }: Call, gateway: Record<string, unknown>): Guarded {
  const old = state.line === '2026.5';
  if (path === '/tools/invoke')
    return method === 'POST' ? guarded(toolsInvoke) : ({ response }) => notAllowed(response);
  const endpoint = openAi(path, method, gateway);
  if (endpoint) return endpoint;
  if (method === 'GET' || method === 'HEAD') {
    if (path === '/__openclaw/control-ui-config.json') return guarded(uiConfig);
    if (path === '/control-ui-config.json') return old ? notFound : guarded(uiConfig);
    if (path === '/v1/models' && !old) return notFound;
    if (/^\/(avatar|api\/channels)\//.test(path)) return guarded(notFound);
    if (/^\/sessions\/[^/]+\/history$/.test(path)) return guarded(history);
    if (path.startsWith('/__openclaw__/a2ui/'))
      return guarded(old ? page : ({ response }) => sendText(response, 404, 'not found'));
    if (path.startsWith('/__openclaw__/canvas/') && old) return guarded(page);
    if (below(gateway, 'controlUi').enabled !== false) return page;
  }
  return notFound;
}

function guarded(then: Route): Guarded {
  return (call, peer) => {
    if (authorised(call, peer)) then(call);
  };
}

/** Answers 401 or 429 itself. A missing token never counts for the limiter. */
function authorised({ state, request, response }: Call, peer: Peer): boolean {
  const { auth, limiter } = state;
  if (auth.mode === 'none') return true;
  const locked = limiter.lockedForS(peer.address);
  if (locked > 0) {
    sendJson(response, 429, lockedBody, { 'retry-after': String(locked) });
    return false;
  }
  const sent = bearerOf(request);
  if (sent !== undefined && auth.secret !== undefined && same(sent, auth.secret)) {
    limiter.succeeded(peer.address);
    return true;
  }
  if (sent !== undefined) limiter.failed(peer.address);
  sendJson(response, 401, unauthorizedBody);
  return false;
}

/** The token of `Authorization: Bearer X`; the scheme in any case, blanks around it dropped. */
export function bearerOf(request: IncomingMessage): string | undefined {
  const match = /^bearer\s+(.+)$/i.exec((request.headers.authorization ?? '').trim());
  return match?.[1]?.trim();
}

function toolsInvoke({ response }: Call): void {
  const error = { type: 'invalid_request', message: 'tools.invoke requires name' };
  sendJson(response, 400, { ok: false, error });
}

function uiConfig({ state, response }: Call): void {
  sendJson(
    response,
    200,
    {
      basePath: '',
      assistantName: 'Assistant',
      assistantAgentId: 'main',
      serverVersion: releases[state.line],
    },
    { 'cache-control': 'no-cache' },
  );
}

function history({ state, response, path }: Call): void {
  if (state.line === '2026.5') {
    const error = { type: 'forbidden', message: 'missing scope: operator.read' };
    sendJson(response, 403, { ok: false, error });
    return;
  }
  const name = path.split('/')[2] ?? '';
  const error = { type: 'not_found', message: `Session not found: ${name}` };
  sendJson(response, 404, { ok: false, error });
}

const refusals: Readonly<Record<string, string>> = {
  '/v1/chat/completions': 'Missing user message in `messages`.',
  '/v1/responses': 'model: Invalid input: expected string, received undefined',
  '/v1/embeddings': 'Missing `model`.',
};

function openAi(
  path: string,
  method: string,
  gateway: Record<string, unknown>,
): Guarded | undefined {
  const on = (name: string) => below(gateway, 'http', 'endpoints', name).enabled === true;
  const enabled = on('chatCompletions') || on('responses');
  if (path === '/v1/models' && method === 'GET' && enabled)
    return guarded(({ response }) => {
      const data = ['openclaw', 'openclaw/default'].map((id) => ({ id, object: 'model' }));
      sendJson(response, 200, { object: 'list', data });
    });
  const message = refusals[path];
  if (message === undefined || method !== 'POST') return undefined;
  if (!enabled) return notFound;
  return guarded(({ response }) =>
    sendJson(response, 400, { error: { message, type: 'invalid_request_error' } }),
  );
}

function page({ state, response }: Call): void {
  const attributes =
    state.line === '2026.5'
      ? ''
      : ` data-openclaw-control-ui-build-id="${releases['2026.9']}-release"`;
  sendPage(response, 'OpenClaw Control', attributes);
}

function notFound({ response }: Call): void {
  sendText(response, 404, 'Not Found');
}

function notAllowed(response: ServerResponse): void {
  sendText(response, 405, 'Method Not Allowed', { allow: 'POST' });
}
