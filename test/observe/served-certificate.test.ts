import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect, it, onTestFinished } from 'vitest';
import { servedCertificate } from '../../src/observe/wire/served-certificate.js';
import { bare, named } from './certificates.js';
import { closedPort, serve, serveRaw } from './local-servers.js';

const { signal } = new AbortController();
const nowMs = Date.UTC(2030, 0, 1);

async function serveTls(pair: { cert: string; key: string }): Promise<number> {
  const server = createServer(pair, (socket) => socket.on('error', () => undefined));
  server.on('tlsClientError', () => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

it('sees a certificate that is signed by itself, with its names', async () => {
  const port = await serveTls(named);
  const seen = await servedCertificate({ host: '127.0.0.1', port, nowMs }, signal);
  expect(seen).toMatchObject({
    faults: ['self-signed'],
    names: ['gw.example.com', 'localhost', '127.0.0.1'],
  });
});

it('sees one for another name', async () => {
  const port = await serveTls(bare);
  const seen = await servedCertificate(
    { host: '127.0.0.1', port, nowMs, ownSha256: 'ab'.repeat(32) },
    signal,
  );
  expect(seen).toMatchObject({
    faults: ['wrong-name', 'self-signed'],
    names: [],
    isOwnFile: false,
  });
});

it.each([
  ['expired', Date.UTC(2200, 0, 1)],
  ['not-yet-valid', Date.UTC(2020, 0, 1)],
])('sees one that is %s by our clock', async (fault, at) => {
  const port = await serveTls(named);
  const seen = await servedCertificate({ host: '127.0.0.1', port, nowMs: at }, signal);
  expect(seen).toMatchObject({ faults: [fault, 'self-signed'] });
});

it('says that plain HTTP, garbage and a hang-up are no TLS', async () => {
  const ports = [
    await serve((_request, response) => response.end('hello')),
    await serveRaw((socket) => socket.write('220 mail.example.com ready\r\n')),
    await serveRaw((socket) => socket.destroy()),
  ];
  for (const port of ports) {
    const seen = await servedCertificate({ host: '127.0.0.1', port, nowMs }, signal);
    expect(seen).toEqual({ faults: ['no-tls'], names: [] });
  }
});

it('says that nothing listens', async () => {
  const port = await closedPort();
  expect(await servedCertificate({ host: '127.0.0.1', port, nowMs }, signal)).toBe('refused');
});

it('gives up at the signal on a server that says nothing', async () => {
  const port = await serveRaw(() => undefined);
  const at = { host: '127.0.0.1', port, nowMs };
  expect(await servedCertificate(at, AbortSignal.timeout(100))).toBe('timeout');
});

it.each([
  // A label of more than 63 characters (RFC 1035): no name server needs to be asked.
  ['a name that does not resolve', `${'x'.repeat(64)}.example`, 'not-resolved'],
  ['an address without a route', '255.255.255.255', 'unreachable'],
])('does not say of %s that it refuses', async (_what, host, said) => {
  expect(await servedCertificate({ host, port: 443, nowMs }, signal)).toBe(said);
});
