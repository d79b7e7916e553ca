import type { IncomingMessage, ServerResponse } from 'node:http';
import { same } from './credentials.js';
import { sendJson, sendText } from './http-answers.js';
import { below, type Json } from './json.js';

/** `hooks.path`, when hooks are on: a token of its own. False when the path is not a hook's. */
export function serveHook(
  config: Json,
  path: string,
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const hooks = below(config, 'hooks');
  const base = typeof hooks.path === 'string' ? hooks.path : '/hooks';
  if (hooks.enabled !== true || !path.startsWith(`${base}/`)) return false;
  if (url.searchParams.has('token'))
    sendText(
      response,
      400,
      'Hook token must be provided via Authorization: Bearer <token> or X-OpenClaw-Token header (query parameters are not allowed).',
    );
  else if (!knows(hooks.token, request)) sendText(response, 401, 'Unauthorized');
  else if (request.method !== 'POST')
    sendText(response, 405, 'Method Not Allowed', { allow: 'POST' });
  else sendJson(response, 400, { ok: false, error: 'text required' });
  return true;
}

function knows(token: unknown, request: IncomingMessage): boolean {
  const bearer = /^bearer\s+(.+)$/i.exec((request.headers.authorization ?? '').trim())?.[1];
  const sent = bearer?.trim() ?? String(request.headers['x-openclaw-token'] ?? '');
  return typeof token === 'string' && token !== '' && same(sent, token);
}
