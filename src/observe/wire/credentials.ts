import {
  gatewayAttemptEndpoint,
  type PlannedAttempt,
  planGatewayAttempts,
} from '../../domain/attempts.js';
import { type Endpoint, gatewayEndpoint } from '../../domain/endpoints.js';
import { limiterKeyOf, limiterMemoryMs, limiterState, lockedUntil } from '../../domain/limiter.js';
import { gatewayOwnership } from '../../domain/ownership.js';
import { isStarting } from '../../domain/starting.js';
import { stormState } from '../../domain/storm.js';
import type {
  AnswerKind,
  CredentialAttempt,
  CredentialProbe,
  HttpAnswer,
} from '../../model/facts-probes.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { hostTarget } from '../../model/target.js';
import { isOwnAddress, leftAlone } from './allowed-address.js';
import { classify } from './classify.js';
import { isSendable, send } from './http-request.js';
import { patience } from './patience.js';
import type { RefusalStore } from './refusal-store.js';
import type { SecretSource } from './secret-source.js';

/** Room for one more request before the observer's own deadline would cut everything off. */
const lastStartMs = 4500;

/**
 * What this gateway accepts of what we know: the planned values, in order, one request each, until
 * one is accepted, the gateway says 429, or does not answer.
 */
export function makeCredentialsObserver(
  vault: SecretSource,
  store: RefusalStore,
): Observer<'probe.credentials'> {
  return {
    id: 'probe.credentials',
    stage: 'probes',
    uses: [
      'run',
      'host.discovery',
      'gateway.config',
      'gateway.credentials',
      'gateway.state',
      'host.listeners',
      'host.pressure',
      'gateway.process',
      'gateway.readiness',
      'gateway.boots',
      'gateway.logs',
      'probe.refusals',
      'probe.anonymous',
    ],
    deadlineMs: 8000,
    async observe(context) {
      const { facts, target } = context;
      const where = gatewayEndpoint(facts, target);
      const alone = leftAlone(where, context.options);
      if (alone) return alone;
      const endpoint = gatewayAttemptEndpoint(where);
      const plan = planGatewayAttempts(facts, target);
      const remembered = plan.withheld
        .filter((w) => w.remembered)
        .map(({ class: value, slot, sources, reason }): CredentialAttempt => {
          return { class: value, slot, sources, why: reason, outcome: 'remembered-refused' };
        });
      const notTried = await whyNot(
        context,
        where,
        endpoint,
        store,
        plan.attempts.length + remembered.length,
      );
      if (notTried) {
        const data = { endpoint, attempts: remembered, notTried };
        return { state: 'ok', source: endpoint, data };
      }
      const tried = await tryAll(context, where, plan.attempts, vault, store);
      const attempts = [...remembered, ...(tried ?? [])];
      const why = tried ? {} : { notTried: 'cannot-remember' as const };
      return { state: 'ok', source: endpoint, data: { endpoint, attempts, ...why } };
    },
  };
}

/** Only these are what a gateway says to POST /tools/invoke; whoever says more gets no secret. */
const ownAnswers: ReadonlySet<AnswerKind> = new Set([
  'gateway-401',
  'gateway-403',
  'gateway-429',
  'gateway-accepted',
]);

/** Why no secret may be sent at all; the anonymous answer has been given by now. */
async function whyNot(
  { facts, target, host }: ObserverContext,
  where: Endpoint,
  endpoint: string,
  store: RefusalStore,
  known: number,
): Promise<CredentialProbe['notTried'] | undefined> {
  const answer = facts.data('probe.anonymous', target.id)?.answer;
  if (answer?.kind === 'gateway-429') {
    const key = limiterKeyOf(facts, target, endpoint);
    await store.lock(host.ownStateDir, lockOf(key, answer, host.now(), facts, target));
    return 'locked';
  }
  // What it says now outranks what it said before: an ordinary refusal means that the lock is over.
  const over = answer?.kind === 'gateway-401';
  if (!over && lockedUntil(facts, target, endpoint) !== undefined) return 'locked';
  // A token test in a storm proves nothing.
  if (stormState(facts, target).state === 'storm') return 'storm';
  if (!answer || answer.kind === 'refused') return 'no-listener';
  if (isStarting(facts, target)) return 'starting';
  // Over loopback nothing crosses a network: the usual remote.url is the near end of a tunnel.
  if (where.place === 'remote' && !where.secure && !isOwnAddress(where.host)) return 'remote-plain';
  if (answer.status === 0 && answer.kind !== 'not-http' && answer.kind !== 'too-large') {
    return 'no-answer';
  }
  if (!ownAnswers.has(answer.kind) || !gatewayOwnership(facts, target).proved)
    return 'owner-not-proved';
  if (answer.kind === 'gateway-accepted') return 'open';
  const { limited } = limiterState(facts, target, where, endpoint);
  const memory = facts.data('probe.refusals', hostTarget.id);
  if (limited && memory?.canRemember === false) return 'cannot-remember';
  return known === 0 ? 'no-candidate' : undefined;
}

/** Undefined when nothing was sent since no try could be written down before. */
async function tryAll(
  context: ObserverContext,
  where: Endpoint,
  planned: readonly PlannedAttempt[],
  vault: SecretSource,
  store: RefusalStore,
): Promise<CredentialAttempt[] | undefined> {
  const { facts, target, host, signal } = context;
  const started = performance.now();
  const done: CredentialAttempt[] = [];
  const limiter = limiterState(facts, target, where, gatewayAttemptEndpoint(where));
  for (const { class: value, slot, sources, why, endpoint } of planned) {
    const late = performance.now() - started > lastStartMs * patience(facts);
    const raw = vault.reveal(value);
    if (late || signal.aborted || raw === undefined || !isSendable(raw)) {
      done.push({ class: value, slot, sources, why, outcome: 'not-sent' });
      continue;
    }
    const folder = host.ownStateDir;
    const key = limiterKeyOf(facts, target, endpoint);
    const windowMs = limiterMemoryMs(facts, target);
    const entry = { endpoint: key, atMs: host.now(), windowMs };
    const booked = limiter.limited ? await store.book(folder, value, entry, limiter) : undefined;
    if (booked?.sendable === false) {
      if (booked.why === 'unavailable' && done.length === 0) return undefined;
      // Another clawdoctor has just spent what this limiter bears.
      done.push({ class: value, slot, sources, why, outcome: 'not-sent' });
      break;
    }
    const reply = await send({
      origin: where.http,
      host: where.host,
      method: 'POST',
      path: '/tools/invoke',
      bearer: raw,
      body: '{}',
      options: context.options,
      signal,
      patience: patience(facts),
    });
    const answer = classify(reply);
    const outcome = outcomeOf(answer);
    done.push({ class: value, slot, sources, why, outcome, answer });
    const atMs = host.now();
    if (outcome === 'refused') {
      await (booked === undefined
        ? store.remember(folder, value, { endpoint: key, atMs, windowMs })
        : store.settle(folder, booked.id, atMs));
    } else if (outcome === 'accepted') {
      await store.forget(folder, value, key, atMs);
      break;
    } else {
      if (outcome === 'locked') await store.lock(folder, lockOf(key, answer, atMs, facts, target));
      break;
    }
  }
  return done;
}

function outcomeOf(answer: HttpAnswer): CredentialAttempt['outcome'] {
  if (answer.kind === 'gateway-accepted') return 'accepted';
  if (answer.kind === 'gateway-401') return 'refused';
  if (answer.kind === 'gateway-429') return 'locked';
  return answer.kind === 'timeout' ? 'timeout' : 'other';
}

/** Retry-After where the gateway says it, else the limiter's own window; a day at most. */
function lockOf(
  endpoint: string,
  answer: HttpAnswer,
  atMs: number,
  facts: ObserverContext['facts'],
  target: ObserverContext['target'],
) {
  const said = answer.retryAfterS === undefined ? undefined : answer.retryAfterS * 1000;
  const forMs = Math.min(said ?? limiterMemoryMs(facts, target), 86_400_000);
  return { endpoint, atMs, untilMs: atMs + forMs };
}
