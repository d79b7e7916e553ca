import { timingSafeEqual } from 'node:crypto';
import { request as ask, createServer } from 'node:http';

// NemoClaw's Ollama auth proxy (July 2026): the whole Authorization header must be `Bearer <token>`.

const token = process.env.OLLAMA_PROXY_TOKEN ?? '';
const port = Number(process.env.OLLAMA_PROXY_PORT ?? 11_435);
const backendPort = Number(process.env.OLLAMA_BACKEND_PORT ?? 11_434);

if (token === '') {
  process.stderr.write('OLLAMA_PROXY_TOKEN required\n');
  process.exit(1);
}

const expected = Buffer.from(`Bearer ${token}`);

function knows(header: string | undefined): boolean {
  const sent = Buffer.from(header ?? '');
  return sent.length === expected.length && timingSafeEqual(sent, expected);
}

const server = createServer((request, response) => {
  if (!knows(request.headers.authorization)) {
    request.resume();
    response.writeHead(401, { 'content-type': 'text/plain' });
    response.end('Unauthorized');
    return;
  }
  const { authorization: _authorization, ...headers } = request.headers;
  const onward = ask(
    {
      host: '127.0.0.1',
      port: backendPort,
      method: request.method,
      path: request.url,
      headers: { ...headers, host: `127.0.0.1:${backendPort}` },
    },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.once('error', (error: Error) => {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    response.writeHead(502, { 'content-type': 'text/plain' });
    response.end(`Ollama backend error: ${error.message}`);
  });
  response.once('close', () => onward.destroy());
  request.pipe(onward);
});

server.once('error', (error: NodeJS.ErrnoException) => {
  process.stderr.write(
    error.code === 'EADDRINUSE' ? `port ${port} already in use\n` : `${error.message}\n`,
  );
  process.exit(1);
});
server.listen(port, '0.0.0.0', () => process.stdout.write('ready\n'));
process.once('SIGTERM', () => process.exit(143));
process.stdin.resume().once('end', () => process.exit(0));
