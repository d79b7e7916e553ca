/** What is left of a secret once its reader has let go of it. */
export interface Mark {
  state: MarkState;
  /** Equality class of the value as its reader uses it; numbers are given when a stage is sealed. */
  class?: number;
  /** Equality class of the raw bytes; differs from `class` where the reader trims. */
  rawClass?: number;
  /** What the value is for: `token`, `password`, `proxy-token`, `device-token`, `api-key` ... */
  kind: SecretKind;
  shape?: Shape;
  flags: MarkFlag[];
  /** Keyed fingerprint (`fp1:` and 10 base32 characters); absent for weak secrets. */
  fingerprint?: string;
  /** The same under a key that several hosts share (`--case-key`). */
  caseFingerprint?: string;
  /** Present when the value is shaped like a JWT (RFC 7519); decoded, never trusted. */
  jwt?: JwtRecord;
}

export type MarkState = 'set' | 'unset' | 'blank' | 'unreadable' | 'unresolved-ref';

export type SecretKind =
  | 'token'
  | 'password'
  | 'hooks-token'
  | 'device-token'
  | 'proxy-token'
  | 'api-key'
  | 'oauth'
  | 'other';

export interface Shape {
  length: '<16' | '16-31' | '32-63' | '64+';
  chars: 'hex' | 'base64url' | 'printable' | 'other';
}

export type MarkFlag =
  | 'outer-blank'
  | 'newline'
  | 'cr'
  | 'quoted'
  | 'bom'
  | 'control'
  | 'bearer-prefix'
  | 'placeholder'
  | 'marker'
  | 'template'
  | 'weak';

/** Registered claims that may be recorded; times in seconds since the epoch, as in the token. */
export interface JwtRecord {
  alg?: string;
  kid?: string;
  iss?: string;
  aud?: string[];
  exp?: number;
  nbf?: number;
  iat?: number;
}

export function unsetMark(kind: SecretKind): Mark {
  return { state: 'unset', kind, flags: [] };
}

export function unreadableMark(kind: SecretKind): Mark {
  return { state: 'unreadable', kind, flags: [] };
}

/** A mark is recognised by its shape, so that sealing can walk any observation. */
export function isMark(value: unknown): value is Mark {
  return (
    typeof value === 'object' &&
    value !== null &&
    'flags' in value &&
    Array.isArray(value.flags) &&
    'kind' in value &&
    'state' in value
  );
}
