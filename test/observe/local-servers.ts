import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** An HTTP server on 127.0.0.1 that is gone after the test; gives its port. */
export async function serve(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<number> {
  const server = createServer(handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A TCP server that does with each connection what it is told, hostile things included. */
export async function serveRaw(onConnection: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    onConnection(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export interface Recorded {
  authorization: string | undefined;
  path: string;
  headers: IncomingMessage['headers'];
}

/** Speaks the gateway's HTTP surface (bodies as measured on both lines) and records requests. */
export async function fakeGateway(options: {
  accepts?: string | undefined;
  /** Wrong tries until it says 429. */
  maxAttempts?: number;
  open?: boolean;
}): Promise<{ port: number; requests: Recorded[] }> {
  const requests: Recorded[] = [];
  let wrong = 0;
  const port = await serve((request, response) => {
    const { authorization } = request.headers;
    requests.push({ authorization, path: request.url ?? '', headers: request.headers });
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(JSON.stringify(body));
    };
    if (request.url === '/healthz') return answer(200, { ok: true, status: 'live' });
    if (request.url === '/readyz') {
      return answer(200, { ready: true, failing: [], uptimeMs: 5, eventLoop: { degraded: false } });
    }
    if (wrong >= (options.maxAttempts ?? Number.POSITIVE_INFINITY)) {
      const error = { message: 'Too many failed authentication attempts.', type: 'rate_limited' };
      return answer(429, { error }, { 'retry-after': '20' });
    }
    const right = options.accepts !== undefined && authorization === `Bearer ${options.accepts}`;
    if (options.open || right) {
      const error = { type: 'invalid_request', message: 'tools.invoke requires name' };
      return answer(400, { ok: false, error });
    }
    if (authorization !== undefined) wrong += 1;
    answer(401, { error: { message: 'Unauthorized', type: 'unauthorized' } });
  });
  return { port, requests };
}

/** Runs a script under a name of our choice; resolves when it has printed its first line. */
export async function runScript(
  path: string,
  source: string,
  env: Record<string, string>,
): Promise<{ pid: number; line: string; child: ChildProcess }> {
  await writeFile(path, source);
  const child = spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const [data] = (await once(child.stdout, 'data')) as [Buffer];
  return { pid: child.pid ?? 0, line: data.toString().trim(), child };
}
