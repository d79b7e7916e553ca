import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { ReachableProbe } from '../../src/model/facts-wire.js';
import type { Observation } from '../../src/model/observation.js';
import { reachableObserver } from '../../src/observe/wire/reachable.js';
import { bare } from './certificates.js';
import { configFacts, fact, gateway, liveContext } from './live-context.js';
import { closedPort, fakeGateway } from './local-servers.js';
import { temporaryHome } from './store-context.js';

async function observe(
  port: number,
  observations: Observation[],
  more: { url?: string } = {},
): Promise<ReachableProbe['rows']> {
  const target = gateway(port);
  const context = liveContext(await temporaryHome(), target, observations, more);
  const result = await reachableObserver.observe(context);
  if (result.state !== 'ok') throw new Error(result.reason);
  return result.data.rows;
}

const config = (port: number, more: Parameters<typeof configFacts>[0] = {}): Observation =>
  fact('gateway.config', configFacts(more), `gateway:${port}`);

it('asks loopback without a credential and leaves other hosts alone', async () => {
  const { port, requests } = await fakeGateway({ accepts: 'x' });
  const publicOrigin = {
    scheme: 'https',
    host: 'gw.example.com',
    port: 443,
    path: '/',
    hadSecretParts: false,
  };
  const rows = await observe(port, [config(port, { publicOrigin })]);
  expect(rows.map((r) => [r.place, r.state, r.answer?.kind])).toEqual([
    ['loopback', 'asked', 'gateway-401'],
    ['external', 'not-asked', undefined],
  ]);
  expect(requests.map((r) => [r.path, r.authorization])).toEqual([['/tools/invoke', undefined]]);
  expect(requests.some((r) => 'origin' in r.headers || 'x-forwarded-for' in r.headers)).toBe(false);
});

it('does not ask again what probe/anonymous has just heard', async () => {
  const { port, requests } = await fakeGateway({ accepts: 'x' });
  const endpoint = `POST http://127.0.0.1:${port}/tools/invoke`;
  const answer = { kind: 'gateway-401', status: 401 } as const;
  const known = fact('probe.anonymous', { endpoint, answer }, `gateway:${port}`);
  const rows = await observe(port, [config(port), known]);
  expect(rows[0]?.answer).toEqual(answer);
  expect(requests).toEqual([]);
});

it('never contacts a metadata address, whatever names it', async () => {
  const { port } = await fakeGateway({ accepts: 'x' });
  const publicOrigin = {
    scheme: 'http',
    host: '169.254.169.254',
    port: 80,
    path: '/',
    hadSecretParts: false,
  };
  const rows = await observe(port, [config(port, { publicOrigin })], {
    url: 'http://169.254.169.254',
  });
  expect(rows.at(-1)).toMatchObject({ state: 'forbidden' });
});

it('says that nothing listens, and looks at a certificate of this host', async () => {
  const shut = await closedPort();
  expect((await observe(shut, [config(shut)]))[0]?.answer?.kind).toBe('refused');
  const server = createServer(bare, (_request, response) => {
    response.writeHead(401, { 'content-type': 'application/json' });
    response.end('{"error":{"message":"Unauthorized","type":"unauthorized"}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const [row] = await observe(port, [config(port, { tls: { enabled: true } })]);
  expect(row).toMatchObject({
    url: { scheme: 'wss' },
    answer: { kind: 'gateway-401' },
    tls: { faults: expect.arrayContaining(['wrong-name', 'self-signed']), names: [] },
  });
});
