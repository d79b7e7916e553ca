import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, unwatchFile } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { browserControl } from './browser-control.js';
import { environmentOf, type Paths, pathsOf, readConfig } from './config.js';
import type { GatewayState } from './context.js';
import { type Auth, resolveAuth, StartRefused } from './credentials.js';
import { flagsOf } from './gateway-flags.js';
import { serveSockets } from './handshake.js';
import { httpSurface } from './http-surface.js';
import { below, type Json } from './json.js';
import { limiterOf } from './limiter.js';
import type { LabLine } from './line.js';
import { lockOwner, takeLock } from './lock.js';
import { openLog } from './log.js';
import { pairingFiles } from './pairing-files.js';
import { accepted, watchConfig } from './reload.js';
import { revisionOf } from './rpc.js';
import type { SharedState } from './shared-state.js';
import { deviceFile } from './state-files.js';

// `gateway.js --line 2026.5|2026.9 [--token X] [--password X] [--port N]`: the lab's `gateway run`.
// `--stall PATHS`: requests for them (commas between) are never answered, as on a host that swaps; `*`: all;
// `calls`: the calls of accepted WebSocket connections.
// `--pressure FILE`: that only while the kernel's file reports a stall.
// `--clock SECONDS`: its clock is that much ahead.

async function main(): Promise<void> {
  const flags = flagsOf();
  const { line } = flags;
  // Before anything can be seen of us: the title also takes --token out of the command line.
  process.title = line === '2026.5' ? 'openclaw' : 'openclaw-gateway';
  if (flags.clock !== undefined) shiftClock(flags.clock * 1000);
  const paths = pathsOf(process.env);
  const read = await readConfig(paths.configPath);
  const config = read?.value ?? {};
  const gateway = below(config, 'gateway');
  refuseMode(gateway.mode);
  const auth = resolveAuth(config, environmentOf(process.env, paths.stateDir), flags, line);
  const hosts = hostsOf(gateway.bind, auth);
  const port = flags.port ?? Number(process.env.OPENCLAW_GATEWAY_PORT ?? gateway.port ?? 18_789);
  refuseHooks(config, auth, line);
  const owner = lockOwner(paths, line);
  if (owner !== undefined)
    throw new StartRefused(1, `gateway already running (pid ${owner}); lock timeout`);

  const { file: logFile, log } = openLog(config);
  log('gateway', 'INFO', 'loading configuration…');
  log('gateway', 'INFO', 'resolving authentication…');
  log('gateway', 'INFO', 'starting...');
  const shared = line === '2026.9' ? await openShared(paths) : undefined;
  const state: GatewayState = {
    line,
    port,
    paths,
    config,
    auth,
    limiter: limiterOf(config, line),
    store: shared ?? pairingFiles(paths.stateDir),
    identity: shared ? await sharedIdentity(shared) : deviceFile(paths.stateDir),
    log,
    logFile,
    startedAtMs: Date.now(),
    bootId: randomUUID(),
    mute: flags.stall === 'calls',
    appliedHash: revisionOf(read?.text ?? ''),
  };
  if (auth.generated)
    log(
      'gateway',
      'WARN',
      'auth token was missing. Generated a runtime token for this startup without changing config; restarts will generate a different one.',
    );
  const surface = httpSurface(state);
  const servers = await listenAll(hosts, port, (request, response) => {
    const asked = flags.stall === '*' || flags.stall?.split(',').includes(request.url ?? '');
    const stalled = asked === true && isPressed(flags.pressure);
    if (!stalled) surface(request, response);
  });
  const sockets = servers.map((server) => serveSockets(server, state));
  if (line === '2026.5')
    servers.push(...(await listenAll(['127.0.0.1'], port + 2, browserControl(state))));
  const unlock = takeLock(paths, line, port);
  if (read !== undefined) accepted(state, shared, read.text, config);
  shared?.saveBoot(state.bootId);
  log('gateway', 'INFO', 'http server listening (0 plugins; 0.0s)');
  log('gateway', 'INFO', `log file: ${logFile}`);
  log('gateway', 'INFO', 'gateway ready');
  process.stdout.write(`ready ${port}\n`);

  watchConfig(state, flags, shared, read?.text, () => {
    for (const each of sockets) each.authChanged();
  });
  const stop = (code: number) => {
    log('gateway', 'INFO', 'received SIGTERM; shutting down');
    unwatchFile(paths.configPath);
    for (const each of sockets) each.close();
    for (const server of servers) server.close().closeAllConnections();
    unlock();
    shared?.close();
    process.exit(code);
  };
  process.once('SIGTERM', () => stop(0));
  process.once('SIGINT', () => stop(0));
  // Whoever staged us holds the other end: without them there is no deployment.
  process.stdin.resume().once('end', () => stop(0));
}

/** Without a file to tell, always. */
function isPressed(file: string | undefined): boolean {
  if (file === undefined) return true;
  return existsSync(file) && !/^some avg10=0\.00/.test(readFileSync(file, 'utf8'));
}

/** What the gateway says of the time, and how it judges signatures. */
function shiftClock(ms: number): void {
  const now = Date.now.bind(Date);
  Date.now = () => now() + ms;
}

function refuseMode(mode: unknown): void {
  if (mode === 'local') return;
  const text =
    mode === undefined
      ? 'existing config is missing gateway.mode.'
      : `set gateway.mode=local (current: ${String(mode)}) or pass --allow-unconfigured.`;
  throw new StartRefused(78, `Gateway start blocked: ${text}`);
}

function hostsOf(bind: unknown, auth: Auth): string[] {
  if (bind === undefined || bind === 'loopback') return ['127.0.0.1', '::1'];
  if (auth.mode === 'none')
    throw new StartRefused(78, `Refusing to bind gateway to ${String(bind)} without auth.`);
  return ['0.0.0.0'];
}

function refuseHooks(config: Json, auth: Auth, line: LabLine): void {
  const { token } = below(config, 'hooks');
  if (line === '2026.5' && typeof token === 'string' && token === auth.secret)
    throw new StartRefused(1, 'Invalid config: hooks.token must not match gateway auth token');
}

async function openShared(paths: Paths): Promise<SharedState> {
  const { openSharedState } = await import('./shared-state.js');
  return openSharedState(paths.stateDir);
}

async function sharedIdentity(shared: SharedState) {
  const { makeIdentity } = await import('./identity.js');
  return shared.identity(makeIdentity);
}

/** A host without IPv6 has no ::1; a taken port ends the start, as `gateway run` does. */
async function listenAll(
  hosts: string[],
  port: number,
  listener: RequestListener,
): Promise<Server[]> {
  const servers: Server[] = [];
  for (const host of hosts) {
    const server = createServer(listener);
    const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
      server.once('error', resolve);
      server.listen({ port, host, exclusive: true }, () => resolve(undefined));
    });
    if (error === undefined) servers.push(server);
    else if (error.code === 'EADDRINUSE')
      throw new StartRefused(1, `Port ${port} is already in use.`);
    else if (host !== '::1') throw error;
  }
  return servers;
}

main().catch(async (error: unknown) => {
  const refused = error instanceof StartRefused;
  const text = refused ? error.message : String(error);
  process.stderr.write(`${text}\n`);
  await logFailure(text.replaceAll('\n', ' ')).catch(() => {});
  process.exit(refused ? error.exitCode : 1);
});

/** A start that fails leaves the same sentence in the log. */
async function logFailure(text: string): Promise<void> {
  const read = await readConfig(pathsOf(process.env).configPath).catch(() => undefined);
  const { log } = openLog(read?.value ?? {});
  const blocked = /^Gateway start blocked|^Refusing to bind|already in use/.test(text);
  const said = blocked ? text : `Gateway failed to start: ${text}.`;
  log(undefined, 'ERROR', said);
}
