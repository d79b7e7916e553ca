import type { FactSet } from '../model/fact-set.js';
import type { Target } from '../model/target.js';
import { lockedUntil } from './limiter.js';

/**
 * Until when this gateway has locked our address, ms since the epoch: what its answers of this run
 * say (Retry-After, 2026.9's retryAfterMs), or what it said to an earlier run. Undefined: unknown.
 */
export function lockoutEndMs(facts: FactSet, gateway: Target): number | undefined {
  const anonymous = facts.observation('probe.anonymous', gateway.id);
  const credentials = facts.observation('probe.credentials', gateway.id);
  const handshake = facts.observation('probe.handshake', gateway.id);
  const said: number[] = [];
  const add = (takenAt: string | undefined, seconds: number | undefined): void => {
    const at = Date.parse(takenAt ?? '');
    if (seconds !== undefined && Number.isFinite(at)) said.push(at + seconds * 1000);
  };
  add(anonymous?.takenAt, anonymous?.data?.answer.retryAfterS);
  for (const { answer } of credentials?.data?.attempts ?? []) {
    add(credentials?.takenAt, answer?.retryAfterS);
  }
  const waitMs = handshake?.data?.retryAfterMs;
  add(handshake?.takenAt, waitMs === undefined ? undefined : waitMs / 1000);
  const endpoint = credentials?.data?.endpoint ?? anonymous?.data?.endpoint;
  const remembered = endpoint === undefined ? undefined : lockedUntil(facts, gateway, endpoint);
  if (remembered !== undefined) said.push(remembered);
  return said.length === 0 ? undefined : Math.max(...said);
}

/** A time to the second, UTC: what an operator can hold against any clock. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
