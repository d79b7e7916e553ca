import type { ServerResponse } from 'node:http';

const secure = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=(), microphone=(self), geolocation=()',
};

type Headers = Record<string, string>;

export function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Headers = {},
): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(body), headers);
}

export function sendText(
  response: ServerResponse,
  status: number,
  body: string,
  headers: Headers = {},
): void {
  send(response, status, 'text/plain; charset=utf-8', body, headers);
}

export function sendPage(response: ServerResponse, title: string, attributes = ''): void {
  const page = `<!doctype html>\n<html${attributes} lang="en">\n  <head>\n    <meta charset="UTF-8" />\n    <title>${title}</title>\n  </head>\n  <body></body>\n</html>\n`;
  send(response, 200, 'text/html; charset=utf-8', page, { 'cache-control': 'no-cache' });
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Headers,
): void {
  const size = { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(status, { ...secure, 'content-type': type, ...headers, ...size });
  response.end(body);
}

export const unauthorizedBody = { error: { message: 'Unauthorized', type: 'unauthorized' } };

export const lockedBody = {
  error: {
    message: 'Too many failed authentication attempts. Please try again later.',
    type: 'rate_limited',
  },
};
