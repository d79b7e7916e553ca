import { cleanText, isRecord, member } from '../../domain/clean.js';
import { isMarker } from '../../domain/openclaw/markers.js';
import { providerId } from '../../domain/openclaw/provider-env.js';
import type { SecretRef } from '../../model/facts-gateway.js';
import type { ProfileType, StoreContents, StoredProfile } from '../../model/facts-models.js';
import { type Mark, type SecretKind, unreadableMark, unsetMark } from '../../model/mark.js';
import type { SecretKeeper } from '../../model/observer.js';
import { secretRef } from './secret-field.js';

type DropReason = StoreContents['dropped'][number]['reason'];

/** A profile, and the reference in it that is still to be followed. */
export interface ParsedProfile {
  profile: StoredProfile;
  ref?: SecretRef;
}

interface Options {
  line: 'json' | 'sqlite';
  secrets: SecretKeeper;
}

type Entry = Record<string, unknown>;
type Known = Extract<ProfileType, 'api_key' | 'token' | 'oauth'>;

/**
 * One entry of a store as OpenClaw reads it: `mode` stands for `type`, `apiKey` for `key`, an object
 * in `key` or `token` is a reference. What OpenClaw drops is said with its reason code.
 */
export function parseProfile(
  id: string,
  raw: unknown,
  options: Options,
): ParsedProfile | { dropped: DropReason } {
  if (!isRecord(raw)) return { dropped: 'non_object' };
  const { secrets } = options;
  const typeAlias = !Object.hasOwn(raw, 'type') && typeof raw.mode === 'string';
  const type = knownType(typeAlias ? raw.mode : raw.type, options.line);
  const keyAlias = !Object.hasOwn(raw, 'key') && typeof raw.apiKey === 'string';
  const entry = keyAlias ? { ...raw, key: raw.apiKey } : raw;
  for (const name of ['refresh', 'idToken']) remember(entry[name], secrets);
  const secret = secretOf(entry, type ?? 'api_key', secrets);
  if (type === undefined) return { dropped: 'invalid_type' };
  const provider = providerId(cleanText(member(raw, 'provider')) ?? '');
  if (provider === '') return { dropped: 'missing_provider' };
  const hasRefresh = typeof entry.refresh === 'string' && entry.refresh.trim() !== '';
  const profile: StoredProfile = {
    id: cleanText(id) ?? '',
    provider,
    type,
    key: secret.mark,
    ...(secret.ref ? { ref: secret.ref } : {}),
    ...expiryOf(entry, type),
    alias: typeAlias || (keyAlias && type === 'api_key'),
    hasRefresh: type === 'oauth' && hasRefresh,
    ...(type === 'oauth' && secret.mark.jwt ? { jwt: secret.mark.jwt } : {}),
  };
  return { profile, ...(secret.ref ? { ref: secret.ref } : {}) };
}

function knownType(value: unknown, line: 'json' | 'sqlite'): Known | undefined {
  if (value === 'apiKey' && line === 'sqlite') return 'api_key';
  return value === 'api_key' || value === 'token' || value === 'oauth' ? value : undefined;
}

/**
 * An inline value is recorded beside a reference: 2026.5 uses the inline one first, 2026.9 the
 * reference. OpenClaw takes line breaks and outer blanks off a key.
 */
function secretOf(
  entry: Entry,
  type: Known,
  secrets: SecretKeeper,
): { mark: Mark; ref?: SecretRef } {
  if (type === 'oauth') return { mark: inlineMark(entry.access, 'oauth', secrets) };
  const [name, refName, kind] =
    type === 'token'
      ? (['token', 'tokenRef', 'token'] as const)
      : (['key', 'keyRef', 'api-key'] as const);
  const value = entry[name];
  const inlineRef = secretRef(value);
  const ref = inlineRef ?? secretRef(entry[refName]);
  if (typeof value === 'string' && !inlineRef && (value.trim() !== '' || !ref)) {
    return { mark: inlineMark(value, kind, secrets), ...(ref ? { ref } : {}) };
  }
  if (ref) return { mark: { state: 'unresolved-ref', kind, flags: [] }, ref };
  const nothing = (value ?? entry[refName] ?? undefined) === undefined;
  return { mark: nothing ? unsetMark(kind) : unreadableMark(kind) };
}

function inlineMark(value: unknown, kind: SecretKind, secrets: SecretKeeper): Mark {
  if (typeof value !== 'string') return unsetMark(kind);
  const used = value.replace(/[\r\n]/g, '').trim();
  return secrets.mark(value, {
    kind,
    used,
    ...(isMarker(used) ? { published: 'marker' as const } : {}),
  });
}

/** OpenClaw turns an expiry that is no number into 0, which is `invalid_expires`. */
function expiryOf(entry: Entry, type: Known): { expires?: number } {
  const { expires } = entry;
  if (type === 'api_key' || expires === undefined) return {};
  return { expires: typeof expires === 'number' && Number.isFinite(expires) ? expires : 0 };
}

/** Told to the vault so that a leak would be found; nothing of it is recorded. */
function remember(value: unknown, secrets: SecretKeeper): void {
  if (typeof value === 'string' && value.trim() !== '') secrets.mark(value, { kind: 'oauth' });
}
