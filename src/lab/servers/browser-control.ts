import type { RequestListener, ServerResponse } from 'node:http';
import type { GatewayState } from './context.js';
import { same } from './credentials.js';
import { bearerOf } from './http-surface.js';

/** 2026.5's browser control on port+2: an Express server whose 401 is HTML. */
export function browserControl(state: GatewayState): RequestListener {
  return (request, response) => {
    request.resume();
    const sent = bearerOf(request);
    const { mode, secret } = state.auth;
    const right = sent !== undefined && secret !== undefined && same(sent, secret);
    const path = (request.url ?? '/').split('?')[0];
    if (mode !== 'none' && !right) send(response, 401, 'text/html', 'Unauthorized');
    else if (path === '/' && request.method === 'GET')
      send(response, 200, 'application/json', JSON.stringify({ enabled: true, running: false }));
    else
      send(
        response,
        404,
        'text/html',
        `<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n<pre>Cannot ${request.method ?? ''} ${path ?? ''}</pre>\n</body>\n</html>\n`,
      );
  };
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'x-powered-by': 'Express',
    'content-type': `${type}; charset=utf-8`,
    'content-length': String(Buffer.byteLength(body)),
  });
  response.end(body);
}
