import type { ModelConfigFacts, StoredProfile } from '../../model/facts-models.js';
import type { Line } from '../../model/target.js';
import { resolution } from './model-resolution.js';
import type { EffectiveStore } from './model-stores.js';
import { heldVariable } from './model-variable.js';
import { providerId } from './provider-env.js';

export type ProfileProblem = 'unresolved-ref' | 'expired' | 'disabled' | 'excluded' | 'unknown';

export interface ProfileVerdict {
  profile: string;
  problem?: ProfileProblem;
  reason: string;
  untilMs?: number;
}

/** OpenClaw never cools these down: their own rotation does it. */
const neverDisabled: ReadonlySet<string> = new Set(['openrouter', 'kilocode']);

/**
 * What each stored profile of a provider is worth on this line, usable ones first. Order: the
 * store's own, else the config's; either excludes every profile that it does not list. Profiles
 * that `auth.profiles` names exclude the others too, unless the store has none of them.
 */
export function profileVerdicts(
  provider: string,
  config: ModelConfigFacts,
  store: EffectiveStore,
  line: Line,
  nowMs: number,
): ProfileVerdict[] {
  const own = store.profiles.filter((p) => servesProvider(p.provider, provider, line));
  const allowed = allowedIds(provider, config, store, own, line);
  const verdicts = own.map((profile): ProfileVerdict => {
    const state = profileState(profile, store, provider, config, line, nowMs);
    if (state.problem !== undefined) return state;
    if (allowed && !allowed.ids.includes(profile.id)) {
      return { profile: profile.id, problem: 'excluded', reason: allowed.reason };
    }
    const declared = config.profiles.find((p) => p.id === profile.id)?.mode;
    return declared !== undefined && !fits(declared, profile.type)
      ? {
          profile: profile.id,
          problem: 'excluded',
          reason: `auth.profiles says ${declared}, the store says ${profile.type}`,
        }
      : state;
  });
  const rank = (v: ProfileVerdict): number => (v.problem === undefined ? 0 : 1);
  return verdicts.sort((a, b) => rank(a) - rank(b));
}

/** Provider ids that share their logins: Codex is OpenAI's from 2026.5 on. */
function servesProvider(owner: string, provider: string, line: Line): boolean {
  const a = providerId(owner);
  const b = providerId(provider);
  if (a === b) return true;
  return line !== '2026.3' && b === 'openai' && a === 'openai-codex';
}

function allowedIds(
  provider: string,
  config: ModelConfigFacts,
  store: EffectiveStore,
  own: readonly StoredProfile[],
  line: Line,
): { ids: readonly string[]; reason: string } | undefined {
  const stored = orderOf(store.order, provider);
  const explicit = stored ?? orderOf(config.order, provider);
  const named = config.profiles
    .filter((p) => servesProvider(p.provider, provider, line))
    .map((p) => p.id);
  const ids = explicit ?? (named.length > 0 ? named : undefined);
  if (!ids) return undefined;
  const noneThere = ids.every((id) => own.every((profile) => profile.id !== id));
  // Names that nothing stands behind are passed over; an order of the config's is not.
  const isRepaired = explicit === undefined || (line === '2026.9' && stored !== undefined);
  if (noneThere && isRepaired) return undefined;
  const place = stored
    ? "the store's order"
    : explicit
      ? `auth.order.${provider}`
      : 'auth.profiles';
  return { ids, reason: `${place} does not list it` };
}

function orderOf(order: Record<string, string[]>, provider: string): string[] | undefined {
  const key = Object.keys(order).find((name) => providerId(name) === providerId(provider));
  const ids = key === undefined ? undefined : order[key];
  return ids && ids.length > 0 ? ids : undefined;
}

function fits(declared: string, stored: StoredProfile['type']): boolean {
  return declared === stored || (declared === 'oauth' && stored === 'token');
}

function profileState(
  profile: StoredProfile,
  store: EffectiveStore,
  provider: string,
  config: ModelConfigFacts,
  line: Line,
  nowMs: number,
): ProfileVerdict {
  const id = profile.id;
  const bad = (problem: ProfileProblem, reason: string): ProfileVerdict => ({
    profile: id,
    problem,
    reason,
  });
  const material = materialProblem(profile, config, line);
  if (material) return bad(material.problem, material.reason);
  const expiry = expiryProblem(profile, nowMs);
  if (expiry !== undefined) return bad('expired', expiry);
  const usage = store.usage.find((u) => u.profile === id);
  const untilMs = usage?.disabledUntilMs;
  if (untilMs !== undefined && untilMs > nowMs && !neverDisabled.has(providerId(provider))) {
    const why = usage?.disabledReason ?? 'a failure';
    return { ...bad('disabled', `switched off after ${why}`), untilMs };
  }
  return { profile: id, reason: `profile ${id}` };
}

/** Beside an inline key a reference counts from 2026.9 on; before, the inline key does. */
function materialProblem(
  profile: StoredProfile,
  config: ModelConfigFacts,
  line: Line,
): { problem: ProfileProblem; reason: string } | undefined {
  if (profile.type === 'unknown') return { problem: 'unknown', reason: 'of a type we do not know' };
  const isInline = profile.key.state === 'set' && line !== '2026.9';
  if (profile.ref && !isInline) {
    const found = resolution(profile.ref, profile.resolved, heldVariable(profile.ref.id, config));
    if (found.state === 'set') return undefined;
    const problem = found.state === 'unset' ? 'unresolved-ref' : 'unknown';
    return { problem, reason: found.reason };
  }
  if (profile.key.state === 'set' || profile.hasRefresh) return undefined;
  if (profile.key.state === 'unreadable') {
    return { problem: 'unknown', reason: 'its key could not be read' };
  }
  return { problem: 'unresolved-ref', reason: 'it holds no key' };
}

/** Milliseconds by contract; a value in seconds reads as 1970 and is expired, as OpenClaw takes it. */
function expiryProblem(profile: StoredProfile, nowMs: number): string | undefined {
  const { expires } = profile;
  if (expires === undefined || profile.type === 'api_key') return undefined;
  if (profile.type === 'oauth' && profile.hasRefresh) return undefined;
  if (profile.type === 'token' && !(expires > 0)) return 'its expiry is not a date';
  if (expires > nowMs) return undefined;
  const isSeconds = expires > 1e9 && expires < 1e11;
  return isSeconds ? 'its expiry is in seconds, not milliseconds: expired' : 'it has expired';
}
