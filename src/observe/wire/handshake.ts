import { cleanText, cleanTexts, member } from '../../domain/clean.js';
import { opensByDesign } from '../../domain/declared-mode.js';
import { gatewayEndpoint } from '../../domain/endpoints.js';
import {
  missingScope,
  pairingReason,
  protocolRange,
  refusalCode,
  retryAfter,
} from '../../domain/openclaw/protocol.js';
import type { CredentialAttempt, HandshakeProbe } from '../../model/facts-probes.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { toolVersion } from '../../model/version.js';
import { versionText } from '../files/package-version.js';
import { leftAlone } from './allowed-address.js';
import { type Frame, GatewaySocket, isEnd, type SocketEnd } from './gateway-socket.js';
import { userAgent } from './http-request.js';
import { patience } from './patience.js';
import type { SecretSource } from './secret-source.js';

const scopes = ['operator.read'];
/** Needs operator.read on both known lines and has no side effect. */
const readMethod = 'status';
const totalMs = 7000;
/** `config.get` answers in 1 ms; the first one of a gateway's life took 0.5 s (2026.9.6, measured). */
const configWaitMs = 1500;
const largestConfig = 128 << 10;

/**
 * A WebSocket connect as `gateway-client`/`backend` without a device, which writes no pairing state
 * on either known line, with the one secret that the gateway has just accepted over HTTP, or with
 * none where it asks for none and its config says so; then one read-only call.
 */
export function makeHandshakeObserver(
  vault: Pick<SecretSource, 'reveal'>,
): Observer<'probe.handshake'> {
  return {
    id: 'probe.handshake',
    stage: 'probes',
    uses: ['run', 'host.discovery', 'gateway.config', 'host.listeners', 'probe.credentials'],
    deadlineMs: 8000,
    async observe(context) {
      const { facts, target } = context;
      const where = gatewayEndpoint(facts, target);
      const alone = leftAlone(where, context.options);
      if (alone) return alone;
      const endpoint = `WS ${where.ws}`;
      const source = where.ws;
      const probe = facts.data('probe.credentials', target.id);
      const live = probe?.attempts.find((a) => a.outcome === 'accepted');
      const auth = live ? authOf(live, vault) : {};
      if (!auth || (!live && !opensByDesign(facts, target))) {
        const notTried = probe?.notTried === 'no-listener' ? 'no-listener' : 'no-live-credential';
        const data: HandshakeProbe = {
          endpoint,
          class: -1,
          outcome: 'not-tried',
          notTried,
          scopes: [],
        };
        return { state: 'ok', source, data };
      }
      const deadline = AbortSignal.timeout(totalMs * patience(facts));
      const signal = AbortSignal.any([deadline, context.signal]);
      const socket = await GatewaySocket.open(where.ws, where.host, signal);
      try {
        const found = await converse(socket, auth, context);
        return { state: 'ok', source, data: { endpoint, class: live?.class ?? -1, ...found } };
      } finally {
        socket.close();
      }
    },
  };
}

type Found = Omit<HandshakeProbe, 'endpoint' | 'class'>;
type Auth = { auth?: { token: string } | { password: string } };

/** The connect's own member for a live secret; undefined when the vault does not have it. */
function authOf(
  { class: value, slot }: CredentialAttempt,
  vault: Pick<SecretSource, 'reveal'>,
): Auth | undefined {
  const raw = vault.reveal(value);
  if (raw === undefined) return undefined;
  return { auth: slot === 'password' ? { password: raw } : { token: raw } };
}

async function converse(socket: GatewaySocket, auth: Auth, at: ObserverContext): Promise<Found> {
  const { host } = at;
  const started = performance.now();
  const challenge = await socket.next((frame) => frame.event === 'connect.challenge');
  if (isEnd(challenge)) return ended(challenge);
  const ts = member(challenge.payload, 'ts');
  const skewMs =
    typeof ts === 'number' && Number.isFinite(ts) ? Math.round(ts - host.now()) : undefined;
  const skew = skewMs === undefined ? {} : { skewMs };
  const answer = await socket.call('connect', {
    minProtocol: protocolRange.min,
    maxProtocol: protocolRange.max,
    client: {
      id: 'gateway-client',
      displayName: 'clawdoctor',
      version: toolVersion,
      platform: host.platform,
      mode: 'backend',
    },
    role: 'operator',
    scopes,
    caps: [],
    ...auth,
    userAgent,
  });
  if (isEnd(answer)) return { ...ended(answer), ...skew };
  if (answer.ok !== true) return { ...(await refused(socket, answer)), ...skew };
  const connectMs = Math.round(performance.now() - started);
  const read = await readOnce(socket);
  return { ...hello(answer), ...skew, connectMs, ...read, ...(await applied(socket, answer, at)) };
}

function hello(answer: Frame): Found {
  const { payload } = answer;
  const auth = member(payload, 'auth');
  const protocol = member(payload, 'protocol');
  const version = versionText(member(member(payload, 'server'), 'version'));
  const method = cleanText(member(auth, 'method'), 40);
  return {
    outcome: member(payload, 'type') === 'hello-ok' ? 'accepted' : 'not-a-gateway',
    ...(typeof protocol === 'number' && Number.isInteger(protocol) ? { protocol } : {}),
    ...(version ? { serverVersion: version } : {}),
    ...(method && /^[a-z]{1,12}(-[a-z]{1,12}){0,2}$/.test(method) ? { method } : {}),
    scopes: cleanTexts(member(auth, 'scopes'), 50),
  };
}

async function refused(socket: GatewaySocket, answer: Frame): Promise<Found> {
  const errorCode = refusalCode(answer.error);
  const reason = errorCode === 'PAIRING_REQUIRED' ? pairingReason(answer.error) : undefined;
  const retryAfterMs = retryAfter(answer.error);
  const end = await socket.next(() => false);
  return {
    outcome: 'refused',
    errorCode,
    ...(reason === undefined ? {} : { pairingReason: reason }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    scopes: [],
    ...(isEnd(end) && end.end === 'closed' ? { closeCode: end.closeCode } : {}),
  };
}

async function readOnce(socket: GatewaySocket): Promise<Pick<HandshakeProbe, 'read'>> {
  const started = performance.now();
  const answer = await socket.call(readMethod, {});
  const latencyMs = Math.round(performance.now() - started);
  const common = { method: readMethod, latencyMs };
  if (isEnd(answer)) return { read: { ...common, ok: false, errorCode: 'no-answer' } };
  if (answer.ok === true) return { read: { ...common, ok: true } };
  const scope = missingScope(answer.error);
  const errorCode = refusalCode(answer.error);
  return { read: { ...common, ok: false, errorCode, ...(scope ? { missingScope: scope } : {}) } };
}

/**
 * 2026.9 says in its hello which config it has applied, and `config.get` (operator.read, writes
 * nothing there) which one the file is now: equal, or an edit was not taken up. Only asked of a
 * gateway that says the first: 2026.5 does not, and its `config.get` writes into the state directory
 * (measured). The answer is several times the size of the config, so a large one is not asked for.
 */
async function applied(
  socket: GatewaySocket,
  answer: Frame,
  { facts, target }: ObserverContext,
): Promise<Pick<HandshakeProbe, 'appliedConfig'>> {
  const said = member(member(answer.payload, 'snapshot'), 'appliedConfigHash');
  const size = facts.data('gateway.config', target.id)?.file.size ?? largestConfig;
  if (typeof said !== 'string' || said === '' || size >= largestConfig) return {};
  const config = await socket.call('config.get', {}, configWaitMs);
  if (isEnd(config) || config.ok !== true) return {};
  const hash = (name: string): unknown => member(config.payload, name);
  const file = hash('configRevisionHash');
  const now = hash('appliedConfigHash') ?? said;
  if (typeof file !== 'string' || file === '' || hash('valid') === false) return {};
  return { appliedConfig: file === now };
}

function ended(end: SocketEnd): Found {
  if (end.end === 'closed') return { outcome: 'closed', closeCode: end.closeCode, scopes: [] };
  if (end.end === 'refused') return { outcome: 'not-tried', notTried: 'no-listener', scopes: [] };
  const http = end.end === 'not-a-gateway' && end.httpStatus ? { httpStatus: end.httpStatus } : {};
  return { outcome: end.end, scopes: [], ...http };
}
