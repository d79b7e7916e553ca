import type { JwtRecord } from '../model/mark.js';

/**
 * The allow-listed claims of a value that is shaped like a JWT (RFC 7519 compact form), decoded
 * without trust; undefined for anything else. Times stay in seconds.
 */
export function jwtRecord(value: string): JwtRecord | undefined {
  const parts = value.split('.');
  if (parts.length !== 3 || value.length > 16_384) return undefined;
  const header = decodeObject(parts[0]);
  const claims = decodeObject(parts[1]);
  if (!header || !claims || typeof header.alg !== 'string') return undefined;
  const audience = Array.isArray(claims.aud) ? claims.aud.slice(0, 16) : [claims.aud];
  const aud = audience.map(nameText).filter((text) => text !== undefined);
  return {
    ...optional('alg', claimText(header.alg)),
    ...optional('kid', claimText(header.kid)),
    ...optional('iss', nameText(claims.iss)),
    ...(aud.length > 0 ? { aud } : {}),
    ...optional('exp', seconds(claims.exp)),
    ...optional('nbf', seconds(claims.nbf)),
    ...optional('iat', seconds(claims.iat)),
  };
}

function decodeObject(part: string | undefined): Record<string, unknown> | undefined {
  if (!part || !/^[\w-]+$/.test(part)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function claimText(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= 200 && /^[\x20-\x7e]+$/.test(value)
    ? value
    : undefined;
}

/** A URL with userinfo, query or fragment may hold a secret of its own: it is as if it were not there. */
function nameText(value: unknown): string | undefined {
  const text = claimText(value);
  if (text === undefined || !/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return text;
  return /[?#]|^[^/]*\/\/[^/]*@/.test(text) ? undefined : text;
}

function seconds(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? Math.trunc(value) : undefined;
}

function optional<K extends string, T>(key: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, T>);
}
