import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { admit, type Grant, isRefusal } from './admission.js';
import { type Connect, readConnect } from './connect-params.js';
import { attributionRequired, type GatewayState, type Peer, peerOf } from './context.js';
import { helloOk } from './hello.js';
import { below, isRecord, type Json, strings } from './json.js';
import { type Caller, logRefusal } from './refusal-log.js';
import { invalid, type Refusal } from './refusals.js';
import { answer } from './rpc.js';

/** The gateway's WebSocket surface. */
export interface Sockets {
  /** Closes every socket that the shared secret let in: 4001, as after a changed secret. */
  authChanged(): void;
  close(): void;
}

const handshakeMs = 15_000;
const reasonBytes = 123;
const untrustedProxy =
  'Proxy headers detected from untrusted address. Connection will not be treated as local. Configure gateway.trustedProxies to restore local client detection behind your proxy.';

export function serveSockets(server: Server, state: GatewayState): Sockets {
  const hub = new WebSocketServer({ noServer: true, maxPayload: 26_214_400 });
  const authenticated = new Set<WebSocket>();

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const trusted = strings(below(state.config, 'gateway').trustedProxies);
    const peer = peerOf(request, trusted);
    if (peer.untrustedForward && state.line === '2026.9') {
      refuseUpgrade(socket);
      return;
    }
    hub.handleUpgrade(request, socket, head, (client) => greet(client, request, peer));
  });

  function greet(client: WebSocket, request: IncomingMessage, peer: Peer): void {
    const nonce = randomUUID();
    const connId = randomUUID();
    const { origin } = request.headers;
    const remotePort = request.socket.remotePort ?? 0;
    const caller: Caller = { connId, peer, remotePort, ...(origin !== undefined && { origin }) };
    let session: { ask: Connect; grant: Grant } | undefined;
    const timer = setTimeout(() => client.close(1008, 'handshake timeout'), handshakeMs);
    client.on('error', () => client.terminate());
    client.on('close', () => {
      clearTimeout(timer);
      authenticated.delete(client);
    });
    const capabilities =
      state.line === '2026.9' ? { capabilities: ['model-catalog-snapshot'] } : {};
    const payload = { nonce, ts: Date.now(), ...capabilities };
    send(client, { type: 'event', event: 'connect.challenge', payload });

    client.on('message', (data) => {
      const frame = frameOf(data);
      if (session !== undefined && state.mute) return;
      if (session !== undefined) {
        const reply = answer(
          state,
          session.grant.scopes,
          String(frame.method),
          below(frame, 'params'),
        );
        send(client, { type: 'res', id: frame.id, ...reply });
        return;
      }
      const outcome = open(state, frame, request, peer, nonce);
      if (isRefusal(outcome)) {
        refuse(client, frame, outcome, state, caller);
        return;
      }
      clearTimeout(timer);
      session = outcome;
      if (outcome.grant.method !== 'device-token') authenticated.add(client);
      if (peer.untrustedForward) state.log('gateway/ws', 'WARN', untrustedProxy);
      const hello = helloOk(state, outcome.grant, outcome.ask.role, connId);
      send(client, { type: 'res', id: frame.id, ok: true, payload: hello });
    });
  }

  return {
    authChanged() {
      for (const client of authenticated) client.close(4001, 'gateway auth changed');
    },
    close() {
      for (const client of hub.clients) client.terminate();
      hub.close();
    },
  };
}

function open(
  state: GatewayState,
  frame: Json,
  request: IncomingMessage,
  peer: Peer,
  nonce: string,
): { ask: Connect; grant: Grant } | Refusal {
  if (frame.type !== 'req' || frame.method !== 'connect')
    return invalid('invalid handshake: first request must be connect');
  const ask = readConnect(below(frame, 'params'), state.line);
  if (isRefusal(ask)) return ask;
  const grant = admit(state, ask, request, peer, nonce);
  return isRefusal(grant) ? grant : { ask, grant };
}

function refuse(
  client: WebSocket,
  frame: Json,
  refusal: Refusal,
  state: GatewayState,
  caller: Caller,
): void {
  const { code, message, details, retryAfterMs } = refusal;
  const retry = retryAfterMs === undefined ? {} : { retryable: true, retryAfterMs };
  send(client, {
    type: 'res',
    id: frame.id,
    ok: false,
    error: { code, message, ...(details && { details }), ...retry },
  });
  logRefusal(state, frame, refusal, caller);
  const reason = refusal.reason ?? message;
  client.close(refusal.close, Buffer.from(reason).subarray(0, reasonBytes).toString());
}

function refuseUpgrade(socket: Duplex): void {
  const body = JSON.stringify(attributionRequired);
  socket.end(
    `HTTP/1.1 403 Forbidden\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

function frameOf(data: RawData): Json {
  try {
    const value: unknown = JSON.parse(String(data));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function send(client: WebSocket, frame: object): void {
  client.send(JSON.stringify(frame));
}
