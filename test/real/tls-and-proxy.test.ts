import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type Diagnosed, finished, runClawdoctor } from './harness/clawdoctor.js';
import { configFor, writeConfig } from './harness/config.js';
import { cleanUp, type Gateway, startGateway } from './harness/gateway.js';
import { expectHealthy } from './harness/healthy.js';
import { freePort, makeHome } from './harness/home.js';
import { openClawLines } from './harness/install.js';
import { heardBy } from './harness/relay.js';

const token = randomBytes(24).toString('hex');

describe.each(openClawLines)('the wire of OpenClaw %s', (line) => {
  const servers = new Set<Server>();
  let gateway: Gateway | undefined;
  afterEach(async () => {
    await gateway?.stop();
    for (const server of servers) {
      server.closeAllConnections();
      server.close();
    }
    servers.clear();
  });
  afterAll(cleanUp);

  it('a certificate that the gateway made for itself is healthy', async () => {
    const home = await makeHome();
    const port = await freePort();
    const extra = { gateway: { tls: { enabled: true, autoGenerate: true } } };
    const config = configFor({ line, port, mode: 'token', token, extra });
    // The harness asks over plain HTTP whether it is ready and never hears of it: cleanUp() ends it.
    const started = startGateway({ line, home, port, config, waitMs: 250_000 }).catch(
      () => undefined,
    );
    const diagnosed = await eventually(() => runClawdoctor({ line, home }));
    expectHealthy(diagnosed);
    expect(diagnosed.report.attempts.map((a) => a.endpoint)).toContain(
      `WS wss://127.0.0.1:${port}`,
    );
    const codes = diagnosed.report.findings.map((f) => `${f.check} ${f.code}`);
    expect(codes).toContain('identity/reachable same-everywhere');
    await cleanUp();
    await started;
  });

  it('a proxy that adds forwarded headers is told, and quiet once it is trusted', async () => {
    const home = await makeHome();
    const port = await freePort();
    // A log of its own: lines that name no port prove nothing in one that several gateways share.
    const logFile = path.join(home, 'gateway.log');
    const config = (extra: Record<string, unknown>) =>
      configFor({ line, port, mode: 'token', token, logFile, extra: { gateway: extra } });
    gateway = await startGateway({ line, home, port, config: config({}) });
    const address = ownAddress();
    const proxy = await startProxy(port, servers);
    const url = `http://${address}:${proxy}`;
    const xdg = path.join(home, '.config', 'clawdoctor');
    await finished('mkdir', ['-p', xdg], { env: {}, cwd: '/' });
    await writeFile(
      path.join(xdg, 'clawdoctor.json'),
      JSON.stringify({ identity: url, mode: 'proxy' }),
    );
    const diagnosed = await runClawdoctor({ line, home });
    const found = diagnosed.report.findings.filter((f) => f.check === 'probe/headers');
    const incident = diagnosed.report.incidents.find((i) => i.code === 'CLAW-116');
    expect(incident?.remedies.map((r) => r.id)).toContain('trust-proxy');
    if (line === '2026.9.6') {
      expect(found.map((f) => f.code)).toEqual(['headers-refused']);
      expect(incident?.confidence).toBe('sure');
      expect(await visit(url)).toBe(403);
    } else {
      expect(found.map((f) => f.code)).toEqual(['would-lose-locality']);
      expect(await visit(url)).toBe('scopes 0');
      // What the gateway then logs is no line of ours.
      await sleep(3000);
      const again = await runClawdoctor({ line, home });
      const codes = again.report.findings.map((f) => `${f.check} ${f.code}`);
      expect(codes).toContain('probe/headers locality-lost');
    }
    await gateway.stop();
    await writeConfig(home, config({ trustedProxies: ['127.0.0.1', '::1'] }));
    gateway = await startGateway({ line, home, port });
    const heard = await heardBy(port, async (env) => {
      expectHealthy(await runClawdoctor({ line, home, env }));
    });
    const forced = heard.filter((h) => 'x-forwarded-for' in h.headers);
    expect(forced.map((h) => [h.method, h.path, h.headers['x-forwarded-for']])).toEqual([
      ['POST', '/tools/invoke', '203.0.113.7'],
    ]);
    expect(forced[0]?.headers.authorization).toBe(`Bearer ${token}`);
  });
});

/** Until it is up; TLS keeps the harness from seeing that. */
async function eventually(run: () => Promise<Diagnosed>): Promise<Diagnosed> {
  for (let tries = 0; ; tries += 1) {
    const result = await run();
    // 5.18 writes its state for some seconds after it is ready.
    if (result.report.closable || tries === 24) return result;
    await sleep(2500);
  }
}

function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((rows) => rows ?? []);
  return all.find((row) => row.family === 'IPv4' && !row.internal)?.address ?? '127.0.0.1';
}

/** Adds what a proxy in front adds, to HTTP and to the upgrade. */
async function startProxy(to: number, servers: Set<Server>): Promise<number> {
  const headersOf = (incoming: IncomingMessage) => ({
    ...incoming.headers,
    'x-forwarded-for': (incoming.socket.remoteAddress ?? '').replace('::ffff:', ''),
    'x-forwarded-proto': 'https',
    'x-forwarded-host': incoming.headers.host ?? '',
  });
  const server = createServer((incoming, outgoing) => {
    const { method, url: at } = incoming;
    const upstream = request(
      { host: '127.0.0.1', port: to, method, path: at, headers: headersOf(incoming) },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    upstream.on('error', () => outgoing.destroy());
    incoming.pipe(upstream);
  });
  server.on('upgrade', (incoming, socket) => {
    const upstream = connect(to, '127.0.0.1', () => {
      const lines = Object.entries(headersOf(incoming)).map(([name, value]) => `${name}: ${value}`);
      upstream.write(`GET ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      upstream.pipe(socket);
      socket.pipe(upstream);
    });
    upstream.on('error', () => socket.destroy());
    socket.on('error', () => upstream.destroy());
  });
  servers.add(server);
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return (server.address() as AddressInfo).port;
}

/** A client without a device: the status of a refused upgrade, or how many scopes it was given. */
function visit(url: string): Promise<number | string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url.replace('http:', 'ws:'));
    const end = (result: number | string): void => {
      socket.terminate();
      resolve(result);
    };
    socket.on('unexpected-response', (_request, response) => end(response.statusCode ?? 0));
    socket.on('error', () => end('error'));
    socket.on('message', (data) => {
      const frame = JSON.parse((data as Buffer).toString('utf8')) as {
        event?: string;
        id?: string;
        payload?: { auth?: { scopes?: string[] } };
      };
      if (frame.id === '1') return end(`scopes ${frame.payload?.auth?.scopes?.length ?? '?'}`);
      if (frame.event !== 'connect.challenge') return;
      const client = { id: 'gateway-client', version: '1', platform: 'linux', mode: 'backend' };
      const params = {
        minProtocol: 3,
        maxProtocol: 4,
        client,
        role: 'operator',
        scopes: ['operator.read'],
        caps: [],
        auth: { token },
      };
      socket.send(JSON.stringify({ type: 'req', id: '1', method: 'connect', params }));
    });
  });
}
