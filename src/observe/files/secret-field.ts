import { cleanText, isRecord, member } from '../../domain/clean.js';
import { isMissingText, isPlaceholder } from '../../domain/openclaw/placeholders.js';
import type { SecretField, SecretRef } from '../../model/facts-gateway.js';
import { type Mark, type SecretKind, unreadableMark, unsetMark } from '../../model/mark.js';
import type { SecretKeeper } from '../../model/observer.js';

const template = /^\$(?:\{([A-Z][A-Z0-9_]{0,127})\}|([A-Z][A-Z0-9_]{0,127}))$/;
/** `${NAME}` inside other text is substituted too; `$${NAME}` is the escaped form. */
const embedded = /(?<!\$)\$\{[A-Z_][A-Z0-9_]*\}/;
const escaped = /\$(\$\{[A-Z_][A-Z0-9_]*\})/g;

const idShapes: Record<'env' | 'file' | 'exec' | 'store', RegExp> = {
  env: /^[A-Z][A-Z0-9_]{0,127}$/,
  file: /^(value|\/.*)$/s,
  exec: /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,255}$/,
  store: /^[A-Za-z_][A-Za-z0-9_]{0,127}$/,
};

/** What stands for an id that is not shaped like one: it could be a secret in the wrong place. */
export const invalidId = '(invalid)';

/**
 * One secret field of a config. A literal becomes a mark, used as OpenClaw does: trimmed
 * (`normalizeSecretInputString`, 2026.5.18 and 2026.9.6). A reference is kept and not followed.
 * `defaults` is `secrets.defaults`, for references that name no provider.
 */
export function secretField(
  value: unknown,
  kind: SecretKind,
  secrets: SecretKeeper,
  defaults?: unknown,
): SecretField {
  if (value === undefined) return { mark: unsetMark(kind) };
  const ref = secretRef(value, defaults);
  if (ref) return { mark: { state: 'unresolved-ref', kind, flags: [] }, ref };
  if (typeof value !== 'string') return { mark: unreadableMark(kind) };
  if (embedded.test(value)) return { mark: { state: 'unresolved-ref', kind, flags: ['template'] } };
  return { mark: markValue(value, kind, secrets, value.trim().replace(escaped, '$1')) };
}

/** A value as every reader uses it: without outer blanks, unless told otherwise. */
export function markValue(
  raw: string,
  kind: SecretKind,
  secrets: SecretKeeper,
  used = raw.trim(),
): Mark {
  const published = isPlaceholder(raw) ? 'placeholder' : isMissingText(raw) ? 'marker' : undefined;
  return secrets.mark(raw, { kind, used, ...(published ? { published } : {}) });
}

/** `"${VAR}"`, `"$VAR"` or `{source, provider?, id}` (2026.9.6 adds the source `store`). */
export function secretRef(value: unknown, defaults?: unknown): SecretRef | undefined {
  if (typeof value === 'string') {
    const match = template.exec(value.trim());
    const id = match?.[1] ?? match?.[2];
    if (id === undefined) return undefined;
    return {
      source: 'env',
      form: 'template',
      provider: providerOf(undefined, 'env', defaults),
      id,
    };
  }
  if (!isRecord(value)) return undefined;
  const source = member(value, 'source');
  const id = member(value, 'id');
  const provider = member(value, 'provider');
  if (source !== 'env' && source !== 'file' && source !== 'exec' && source !== 'store') {
    return undefined;
  }
  if (typeof id !== 'string' || id.trim() === '') return undefined;
  if (provider !== undefined && (typeof provider !== 'string' || provider.trim() === '')) {
    return undefined;
  }
  const shown = idShapes[source].test(id) ? (cleanText(id) ?? invalidId) : invalidId;
  return { source, form: 'object', provider: providerOf(provider, source, defaults), id: shown };
}

function providerOf(named: string | undefined, source: string, defaults: unknown): string {
  const fallback = member(defaults, source);
  const alias = named ?? (typeof fallback === 'string' && fallback !== '' ? fallback : 'default');
  return /^[a-z][a-z0-9_-]{0,63}$/i.test(alias) ? alias : invalidId;
}
