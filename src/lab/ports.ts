import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

const given = new Set<number>();

/**
 * A port P with P and P+2 free on both loopbacks (2026.5 puts its browser control on P+2), below
 * the ephemeral range. Never the same twice in one process.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = randomInt(20_000, 32_000);
    if (given.has(port) || given.has(port + 2) || given.has(port - 2)) continue;
    const hosts = ['127.0.0.1', '::1'];
    const checks = [port, port + 2].flatMap((each) => hosts.map((host) => isFree(each, host)));
    if (!(await Promise.all(checks)).every(Boolean)) continue;
    given.add(port);
    return port;
  }
  throw new Error('no free pair of ports on loopback');
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'EADDRINUSE'));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
