import type { FactSet } from '../model/fact-set.js';
import type { RefusalMemory } from '../model/facts-probes.js';
import { hostTarget, type Target } from '../model/target.js';
import type { Endpoint } from './endpoints.js';
import { limiterKey } from './limiter-key.js';

/** Defaults of gateway.auth.rateLimit: 10 in 60 s, then locked for 300 s (both known lines). */
const defaultMaxAttempts = 10;
const defaultMemoryMs = 300_000;

/** How long this gateway's limiter can hold a refusal against us, in ms. */
export function limiterMemoryMs(facts: FactSet, gateway: Target): number {
  const limit = facts.data('gateway.config', gateway.id)?.rateLimit;
  return limit ? Math.max(limit.windowMs, limit.lockoutMs) : defaultMemoryMs;
}

export interface LimiterState {
  /** False for loopback, unless the config says otherwise or cannot be read. */
  limited: boolean;
  /** Wrong tries that cannot lock anybody out; an unknown limiter is taken for the default one: 4. */
  wrongTries: number;
  /** Tries that it bears in all, those of earlier runs included. */
  most: number;
  /** A restart of the gateway; what was refused before it no longer counts. */
  sinceMs: number;
  /** Classes that were refused since anything changed that could change the answer. */
  remembered: number[];
}

/** What the limiter of this endpoint still bears, from its config and our own remembered refusals. */
export function limiterState(
  facts: FactSet,
  gateway: Target,
  where: Endpoint,
  endpoint: string,
): LimiterState {
  const config = facts.data('gateway.config', gateway.id);
  const known = config?.parse === 'ok' ? config : undefined;
  const exempt = known !== undefined && known.rateLimit?.exemptLoopback !== false;
  if (where.place === 'local' && where.loopback && exempt) {
    const most = Number.POSITIVE_INFINITY;
    return { limited: false, wrongTries: most, most, sinceMs: 0, remembered: [] };
  }
  if (!remembers(facts)) {
    return { limited: true, wrongTries: 0, most: 0, sinceMs: 0, remembered: [] };
  }
  const counted = countedRefusals(facts, gateway, endpoint);
  const changedAt = Math.max(
    known?.file.mtimeMs ?? 0,
    facts.data('gateway.state', gateway.id)?.appliedAtMs ?? 0,
  );
  const most = Math.floor(((known?.rateLimit?.maxAttempts ?? defaultMaxAttempts) - 1) / 2);
  return {
    limited: true,
    wrongTries: Math.max(0, most - counted.length),
    most,
    sinceMs: times(facts, gateway).startedAt,
    remembered: counted.filter((r) => r.atMs > changedAt && r.class >= 0).map((r) => r.class),
  };
}

/** Can clawdoctor's own state keep a refusal, so that the next run knows of it? */
function remembers(facts: FactSet): boolean {
  return facts.data('probe.refusals', hostTarget.id)?.canRemember !== false;
}

/** A restart empties the limiter: what it refused before that no longer counts. */
function countedRefusals(
  facts: FactSet,
  gateway: Target,
  endpoint: string,
): RefusalMemory['refused'] {
  const { now, startedAt } = times(facts, gateway);
  const memory = facts.data('probe.refusals', hostTarget.id)?.refused ?? [];
  return memory
    .filter(({ untilMs, atMs }) => untilMs > now && atMs > startedAt)
    .filter(isSameLimiter(facts, gateway, endpoint));
}

/** Under which name refusals and locks of this endpoint are kept; see `limiterKey`. */
export function limiterKeyOf(facts: FactSet, gateway: Target, endpoint: string): string {
  const names = facts.data('probe.refusals', hostTarget.id)?.ownNames ?? [];
  const isHere = (host: string): boolean => gateway.place !== 'remote' || names.includes(host);
  return limiterKey(endpoint, isHere);
}

/** Rows of earlier versions name the endpoint as its URL did. */
function isSameLimiter(facts: FactSet, gateway: Target, endpoint: string) {
  const names = facts.data('probe.refusals', hostTarget.id)?.ownNames ?? [];
  const key = limiterKeyOf(facts, gateway, endpoint);
  return (row: { endpoint: string }): boolean =>
    limiterKey(row.endpoint, (host) => names.includes(host)) === key;
}

/** Until when this endpoint has said 429, ms since the epoch; undefined when it is not locked. */
export function lockedUntil(facts: FactSet, gateway: Target, endpoint: string): number | undefined {
  const { now, startedAt } = times(facts, gateway);
  const memory = facts.data('probe.refusals', hostTarget.id)?.locked ?? [];
  const until = memory
    .filter((l) => l.untilMs > now && (l.atMs ?? now) > startedAt)
    .filter(isSameLimiter(facts, gateway, endpoint))
    .map((l) => l.untilMs);
  return until.length === 0 ? undefined : Math.max(...until);
}

function times(facts: FactSet, gateway: Target): { now: number; startedAt: number } {
  return {
    now: facts.data('run', hostTarget.id)?.nowMs ?? 0,
    startedAt: facts.data('gateway.process', gateway.id)?.startedAtMs ?? 0,
  };
}
