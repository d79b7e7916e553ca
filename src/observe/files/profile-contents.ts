import { cleanText, cleanTexts, isRecord, member } from '../../domain/clean.js';
import { providerId } from '../../domain/openclaw/provider-env.js';
import type { ProfileUsage, StoreContents, StoreShape } from '../../model/facts-models.js';
import type { SecretKeeper } from '../../model/observer.js';
import { type ParsedProfile, parseProfile } from './stored-profile.js';

/** A store's text: parsed, or how it fails to be JSON. Blank counts as cut off. */
export type StoreText = { value: unknown; fault?: 'truncated' | 'invalid' };

export interface StoreInput {
  store: StoreText;
  /** auth-state.json, or the state cell; wins over what the store holds inline. */
  state?: unknown;
  /** 2026.9 takes `type: "apiKey"` for `api_key`; earlier versions drop the entry. */
  line: 'json' | 'sqlite';
  secrets: SecretKeeper;
}

/** Contents whose references have not been followed yet. */
export interface ParsedStore {
  contents: StoreContents;
  parsed: ParsedProfile[];
}

const maxProfiles = 500;
const inlineState = new Set(['version', 'order', 'lastGood', 'usageStats']);
const credentialMembers = [
  'type',
  'mode',
  'key',
  'apiKey',
  'keyRef',
  'token',
  'tokenRef',
  'access',
];

/**
 * The allow-listed contents of a credential store, by the rules of OpenClaw's own parser (2026.5.18
 * and 2026.9.6). A flat file (2026.3's auth.json under the new name) is recognised, and no version
 * reads a profile from it.
 */
export function parseStore(input: StoreInput): ParsedStore {
  const { store, secrets } = input;
  const shape = store.fault ?? shapeOf(store.value);
  const inline = shape === 'profiles' || shape === 'empty' ? store.value : undefined;
  const entries = isRecord(store.value)
    ? Object.entries(shape === 'flat' ? store.value : (member(store.value, 'profiles') ?? {}))
    : [];
  const parsed: ParsedProfile[] = [];
  const dropped: StoreContents['dropped'] = [];
  for (const [id, raw] of entries.slice(0, maxProfiles)) {
    const profile = parseProfile(id, raw, { line: input.line, secrets });
    if ('dropped' in profile) dropped.push({ id: cleanText(id) ?? '', reason: profile.dropped });
    else parsed.push(profile);
  }
  // Parsed all the same: its secrets have to be known to the leak scan.
  const read = shape === 'flat' ? [] : parsed;
  return {
    parsed: read,
    contents: {
      shape,
      profiles: read.map(({ profile }) => profile),
      dropped: shape === 'flat' ? [] : dropped,
      order: { ...orderOf(member(inline, 'order')), ...orderOf(member(input.state, 'order')) },
      usage: usageOf({
        ...recordOf(member(inline, 'usageStats')),
        ...recordOf(member(input.state, 'usageStats')),
      }),
    },
  };
}

/** auth.json as 2026.5 reads it where no auth-profiles.json is: provider to credential. */
export function parseLegacyStore(store: StoreText, secrets: SecretKeeper): ParsedStore {
  if (store.fault !== undefined || shapeOf(store.value) !== 'flat') {
    return parseStore({ store, line: 'json', secrets });
  }
  const profiles = Object.fromEntries(
    Object.entries(recordOf(store.value)).map(([provider, raw]) => [
      `${provider}:default`,
      isRecord(raw) && !Object.hasOwn(raw, 'provider') ? { ...raw, provider } : raw,
    ]),
  );
  return parseStore({ store: { value: { profiles } }, line: 'json', secrets });
}

export function shapeOf(value: unknown): StoreShape {
  if (!isRecord(value)) return 'not-an-object';
  if (Object.hasOwn(value, 'profiles')) {
    if (!isRecord(value.profiles)) return 'invalid';
    return Object.keys(value.profiles).length === 0 ? 'empty' : 'profiles';
  }
  const entries = Object.entries(value).filter(([key]) => !inlineState.has(key));
  if (entries.length === 0) return 'empty';
  const flat = entries.some(([, entry]) =>
    credentialMembers.some((name) => member(entry, name) !== undefined),
  );
  return flat ? 'flat' : 'invalid';
}

/** Provider to profile ids; `__proto__` and entries that are no lists are left out. */
function orderOf(value: unknown): Record<string, string[]> {
  return Object.fromEntries(
    Object.entries(recordOf(value))
      .filter(([provider, ids]) => provider !== '__proto__' && Array.isArray(ids))
      .slice(0, maxProfiles)
      .map(([provider, ids]): [string, string[]] => [
        providerId(cleanText(provider) ?? ''),
        cleanTexts(ids, maxProfiles).map((id) => id.trim()),
      ]),
  );
}

const failureReasons: ReadonlySet<unknown> = new Set([
  'auth',
  'auth_permanent',
  'format',
  'overloaded',
  'rate_limit',
  'billing',
  'timeout',
  'model_not_found',
  'session_expired',
  'empty_response',
  'no_error_details',
  'unclassified',
  'unknown',
  'server_error',
  'subscription_limit',
]);

/** Windows in which a profile is left out; 2026.9's `blocked*` (usage limits) is a cooldown. */
function usageOf(stats: Record<string, unknown>): ProfileUsage[] {
  const usage: ProfileUsage[] = [];
  for (const [id, raw] of Object.entries(stats).slice(0, maxProfiles)) {
    const profile = cleanText(id) ?? '';
    const cooldown = window(raw, 'cooldown') ?? window(raw, 'blocked');
    const disabled = window(raw, 'disabled');
    if (!cooldown && !disabled) continue;
    usage.push({
      profile,
      ...(cooldown ? { cooldownUntilMs: cooldown.until, cooldownReason: cooldown.reason } : {}),
      ...(disabled ? { disabledUntilMs: disabled.until, disabledReason: disabled.reason } : {}),
    });
  }
  return usage;
}

function window(raw: unknown, name: string): { until: number; reason: string } | undefined {
  const until = member(raw, `${name}Until`);
  if (typeof until !== 'number' || !Number.isFinite(until)) return undefined;
  const reason = member(raw, `${name}Reason`);
  return { until, reason: failureReasons.has(reason) ? String(reason) : 'unknown' };
}

function recordOf(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
