import { cleanText } from '../../domain/clean.js';
import { splitUrl } from '../../domain/openclaw/url.js';
import type { UrlParts } from '../../model/facts-gateway.js';

/**
 * A URL as it may be recorded: no userinfo, query or fragment, and no path segment that could be a
 * secret (webhook services put theirs there).
 */
export function safeUrl(value: unknown): UrlParts | undefined {
  const parts = splitUrl(value);
  if (parts === undefined) return undefined;
  const path = safePath(parts.path);
  if (path === parts.path) return parts;
  return { ...parts, path: path ?? '/', hadSecretParts: true };
}

/** A URL path, with `…` for every segment that could be a secret; undefined for other types. */
export function safePath(value: unknown): string | undefined {
  return cleanText(value)
    ?.replace(/[?#].*$/s, '')
    .split('/')
    .map((segment) => (couldBeSecret(segment) ? '…' : segment))
    .join('/');
}

/** Sixteen characters with letters and digits between them, or 24 without a word boundary. */
function couldBeSecret(segment: string): boolean {
  if (segment.length < 16) return false;
  return (/\d/.test(segment) && /[a-z]/i.test(segment)) || /^[\w~%+=.]{24,}$/.test(segment);
}
