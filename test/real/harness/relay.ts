import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** What one client sent over one connection: the request line, and the headers by lower-case name. */
export interface Heard {
  method: string;
  path: string;
  headers: Record<string, string>;
}

export interface Relay {
  port: number;
  /** Everything that was asked through it, in the order in which the connections were opened. */
  heard(): Heard[];
  close(): Promise<void>;
}

/** A TCP relay on loopback that keeps every byte of the clients; it knows nothing of clawdoctor. */
export async function startRelay(to: number): Promise<Relay> {
  const recorded: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const chunks: Buffer[] = [];
    recorded.push(chunks);
    const upstream = connect(to, '127.0.0.1');
    for (const [from, into] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => into.destroy());
      from.on('close', () => into.destroy());
    }
    client.on('data', (chunk) => chunks.push(chunk));
    client.pipe(upstream);
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    heard: () => recorded.flatMap((chunks) => requestsOf(Buffer.concat(chunks).toString('latin1'))),
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Every HTTP/1.1 request of one connection, until an upgrade turns it into something else. */
export function requestsOf(text: string): Heard[] {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) {
    if (text !== '') throw new Error(`not a whole request: ${JSON.stringify(text.slice(0, 80))}`);
    return [];
  }
  const [start = '', ...lines] = text.slice(0, end).split('\r\n');
  const [method = '', path = ''] = start.split(' ');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const heard = { method, path, headers };
  if (headers.upgrade !== undefined) return [heard];
  const body = Number(headers['content-length'] ?? 0);
  return [heard, ...requestsOf(text.slice(end + 4 + body))];
}

const preload = fileURLToPath(new URL('through-relay.cjs', import.meta.url));

/** What a process sent to this port; it has to be run with the environment that `run` is given. */
export async function heardBy(
  port: number,
  run: (env: Record<string, string>) => Promise<unknown>,
): Promise<Heard[]> {
  const relay = await startRelay(port);
  try {
    await run({ NODE_OPTIONS: `--require=${preload}`, RELAY: `${port}:${relay.port}` });
    return relay.heard();
  } finally {
    await relay.close();
  }
}
