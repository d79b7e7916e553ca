import type { FactSet } from '../model/fact-set.js';
import type { GatewayProcessFacts } from '../model/facts-host.js';
import type { HttpAnswer } from '../model/facts-probes.js';
import { hostTarget, type Target } from '../model/target.js';
import {
  type Endpoint,
  gatewayEndpoint,
  gatewayPort,
  listenersAt,
  listensAt,
  proxyEndpoint,
} from './endpoints.js';
import { hostKind } from './openclaw/url.js';

/** Whether a secret may go to a listener, and what that rests on. */
export interface Ownership {
  proved: boolean;
  how: 'socket' | 'lock' | 'answer' | 'none';
  /** One sentence for the report. */
  reason: string;
}

const no = (reason: string): Ownership => ({ proved: false, how: 'none', reason });

/**
 * Is what listens on the gateway's port the gateway of this config? By the socket's owner, by a
 * valid lock, or by its anonymous answer when nothing speaks against it.
 */
export function gatewayOwnership(facts: FactSet, gateway: Target): Ownership {
  if (gateway.place !== 'remote') {
    const owner = facts.data('gateway.process', gateway.id);
    if (owner?.kind === 'foreign') return no('another program listens on the port');
    if (owner?.kind === 'tunnel') return no('a tunnel listens on the port');
    if (owner?.found === 'socket' && owner.sameConfig === false) {
      return no('the gateway on the port reads another config');
    }
    const known = owner?.found === 'socket' ? owner.uid : undefined;
    const stranger = strangerAt(facts, gateway, gatewayEndpoint(facts, gateway), known);
    if (stranger !== undefined) return no(ofAnotherUser(stranger));
    if (owner?.found === 'socket' && owner.kind === 'openclaw' && owner.sameConfig === true) {
      return {
        proved: true,
        how: 'socket',
        reason: 'the socket belongs to the gateway of this config',
      };
    }
    if (gateway.portAssumed) return no('the port of this gateway is not known');
    const port = gatewayPort(facts, gateway);
    if (owner && lockNames(owner, port, listensAt(facts, port))) {
      return { proved: true, how: 'lock', reason: 'a valid lock file names this config' };
    }
    if (owner?.found !== 'socket' && (lockPort(owner) ?? port) !== port) {
      return no('the gateway of this config listens on another port');
    }
  } else {
    // The near end of a tunnel: ours, or root's; anybody else could have opened that port.
    const where = gatewayEndpoint(facts, gateway);
    const stranger = where.loopback ? strangerAt(facts, gateway, where) : undefined;
    if (stranger !== undefined) return no(ofAnotherUser(stranger));
  }
  return byAnswer(facts, gateway);
}

/**
 * Does a valid lock name what listens on this port? One without a port (2026.5) needs a listener;
 * where nothing listens, no lock makes a gateway of it.
 */
export function lockNames(
  owner: GatewayProcessFacts,
  port: number,
  listens: boolean | undefined,
): boolean {
  const { lock, pid } = owner;
  if (!lock?.alive || !lock.sameConfig || (pid !== undefined && pid !== lock.pid)) return false;
  return lock.port === undefined ? listens === true : lock.port === port && listens !== false;
}

/** The port that a valid lock of this config names. */
export function lockPort(owner: GatewayProcessFacts | undefined): number | undefined {
  const lock = owner?.lock;
  return lock?.alive && lock.sameConfig ? lock.port : undefined;
}

function byAnswer(facts: FactSet, gateway: Target): Ownership {
  const answer = facts.data('probe.anonymous', gateway.id)?.answer;
  const live = facts.data('gateway.readiness', gateway.id)?.health.live;
  if (!answer) return no('the owner of the port is not known');
  if (!answersLikeGateway(answer)) return no('what answers is not an OpenClaw gateway');
  if (live === false) return no('what answers has no gateway health endpoint');
  return { proved: true, how: 'answer', reason: 'it answers as an OpenClaw gateway does' };
}

function answersLikeGateway(answer: HttpAnswer): boolean {
  return ['gateway-401', 'gateway-accepted', 'gateway-429'].includes(answer.kind);
}

/** The same question for NemoClaw's Ollama auth proxy; `anonymous` is its answer without a token. */
export function proxyOwnership(
  facts: FactSet,
  proxy: Target,
  anonymous: HttpAnswer | undefined,
): Ownership {
  const owner = facts.data('proxy.process', proxy.id);
  if (owner?.found === 'socket' && owner.isProxy === false) {
    return no('another program listens on the port');
  }
  const stranger =
    owner?.found === 'socket' ? undefined : strangerAt(facts, proxy, proxyEndpoint(facts, proxy));
  if (stranger !== undefined) return no(ofAnotherUser(stranger));
  if (owner?.found === 'socket' && owner.isProxy === true) {
    return { proved: true, how: 'socket', reason: 'the socket belongs to the auth proxy' };
  }
  if (anonymous?.kind === 'proxy-401') {
    return { proved: true, how: 'answer', reason: 'it refuses as the auth proxy does' };
  }
  return no('what answers is not the auth proxy');
}

const ofAnotherUser = (uid: number): string =>
  `a process of another user (uid ${uid}) listens on the port`;

/**
 * Does the kernel name a stranger as the user of what answers there? Nobody but root (the proxy of a
 * container runtime), the owner of the state directory and whoever runs us may: any other user can
 * answer as a gateway does, only to be given the secret. `known` is the user of a process that has
 * been looked at.
 */
function strangerAt(
  facts: FactSet,
  target: Target,
  where: Endpoint,
  known?: number,
): number | undefined {
  if (target.uid === undefined) return undefined;
  const trusted = [0, target.uid, facts.data('run', hostTarget.id)?.uid, known];
  return listenersAt(facts, where.port)
    .filter(({ address }) => answersAt(address, where.host))
    .find(({ uid }) => !trusted.includes(uid))?.uid;
}

/** May a connect to this host reach a listener on that address? A name may mean any of them. */
function answersAt(address: string, host: string): boolean {
  const [listens, asked] = [hostKind(address), hostKind(host)];
  if (listens === 'any' || asked === 'any' || asked === 'name') return true;
  if (listens === 'loopback' && asked === 'loopback') return true;
  return address === host || address.startsWith('::ffff:');
}
