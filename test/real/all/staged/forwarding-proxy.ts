import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { backendConnect } from '../../harness/wire.js';
import { statusOf } from './parts.js';

/** A reverse proxy on loopback that says for whom it asks. */
export async function forwardingProxy(
  to: number,
): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    client.once('data', (first) => {
      const text = first.toString('latin1').replace('\r\n', '\r\nX-Forwarded-For: 203.0.113.9\r\n');
      upstream.write(Buffer.from(text, 'latin1'));
      client.pipe(upstream);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** One request and one WebSocket, as somebody's client would ask through it. */
export async function throughProxy(port: number, token: string): Promise<void> {
  await statusOf(port, token);
  const connected = await backendConnect({ port, token });
  if (connected.ok) await connected.close();
}
