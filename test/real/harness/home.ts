import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A port P on loopback with P and P+2 free: 5.18 puts its browser control on P+2. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; tries++) {
    const port = 20_000 + Math.floor(Math.random() * 12_000); // below the ephemeral range, so no client socket takes it
    const hosts = ['127.0.0.1', '::1'];
    const free = await Promise.all(
      hosts.flatMap((host) => [isFree(port, host), isFree(port + 2, host)]),
    );
    if (free.every(Boolean)) return port;
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

const homes = new Set<string>();

/** A fresh HOME (0700) with its own `tmp/`; removed by cleanUp(). */
export async function makeHome(prefix = 'clawdoctor-real-'): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), prefix));
  homes.add(home);
  await mkdir(path.join(home, 'tmp'), { mode: 0o700 });
  return home;
}

/** Removes every home that was made here. */
export async function removeHomes(): Promise<void> {
  await Promise.all(
    [...homes].map((home) => rm(home, { recursive: true, force: true, maxRetries: 5 })),
  );
  homes.clear();
}

process.once('exit', () => {
  for (const home of homes) rmSync(home, { recursive: true, force: true });
});
