import type { FactSet } from '../model/fact-set.js';
import type { HttpAnswer } from '../model/facts-probes.js';
import type { Target } from '../model/target.js';
import { gatewayPort } from './endpoints.js';

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
    if (owner?.found === 'socket' && owner.kind === 'openclaw' && owner.sameConfig === true) {
      return {
        proved: true,
        how: 'socket',
        reason: 'the socket belongs to the gateway of this config',
      };
    }
    const lock = owner?.lock;
    const port = lock?.port ?? gatewayPort(facts, gateway);
    if (
      lock?.alive &&
      lock.sameConfig &&
      port === gatewayPort(facts, gateway) &&
      (owner?.pid === undefined || owner.pid === lock.pid)
    ) {
      return { proved: true, how: 'lock', reason: 'a valid lock file names this config' };
    }
  }
  return byAnswer(facts, gateway);
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
  if (owner?.found === 'socket' && owner.isProxy === true) {
    return { proved: true, how: 'socket', reason: 'the socket belongs to the auth proxy' };
  }
  if (anonymous?.kind === 'proxy-401') {
    return { proved: true, how: 'answer', reason: 'it refuses as the auth proxy does' };
  }
  return no('what answers is not the auth proxy');
}
