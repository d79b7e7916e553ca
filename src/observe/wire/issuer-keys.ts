import { isRecord, member } from '../../domain/clean.js';
import { errorCode } from '../../model/errors.js';
import type { SignatureVerdict } from '../../model/facts-issuer.js';

/** The public members of a JSON Web Key (RFC 7517, 7518, 8037); a private one is never copied. */
export interface PublicKey {
  kty: string;
  [member: string]: string;
}

const members = ['kid', 'alg', 'use', 'crv', 'x', 'y', 'n', 'e'] as const;
const mostKeys = 64;

/** Algorithms whose public half a key set can hold: `none` and the HMAC ones never are. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** The usable signature keys of a key set, in its order; everything else in it is left out. */
export function publicKeys(set: unknown): PublicKey[] {
  const keys = member(set, 'keys');
  if (!Array.isArray(keys)) return [];
  return keys.slice(0, mostKeys).flatMap((key: unknown) => {
    const kty = member(key, 'kty');
    if (!isRecord(key) || (kty !== 'RSA' && kty !== 'EC' && kty !== 'OKP')) return [];
    if (key.use !== undefined && key.use !== 'sig') return [];
    const found: PublicKey = { kty };
    for (const name of members) {
      const value = member(key, name);
      if (typeof value === 'string') found[name] = value;
    }
    return [found];
  });
}

/**
 * Did one of these keys sign this token? The signature alone: what the claims say is judged by the
 * checks. The token goes nowhere; an error's text is dropped here.
 */
export async function checkSignature(
  token: string,
  keys: readonly PublicKey[],
): Promise<SignatureVerdict> {
  const { compactVerify, createLocalJWKSet } = await import('jose');
  type Key = Parameters<typeof compactVerify>[1];
  const verify = async (key: Key): Promise<SignatureVerdict> => {
    try {
      await compactVerify(token, key, { algorithms });
      return 'verified';
    } catch (error) {
      return verdicts[errorCode(error)] ?? 'unusable';
    }
  };
  try {
    await compactVerify(token, createLocalJWKSet({ keys: [...keys] }), { algorithms });
    return 'verified';
  } catch (error) {
    if (errorCode(error) !== 'ERR_JWKS_MULTIPLE_MATCHING_KEYS') {
      return verdicts[errorCode(error)] ?? 'unusable';
    }
    return anyOf(error as AsyncIterable<Key>, verify);
  }
}

/** Without a kid several keys may fit: one that verifies is enough. */
async function anyOf<K>(
  candidates: AsyncIterable<K>,
  verify: (key: K) => Promise<SignatureVerdict>,
): Promise<SignatureVerdict> {
  let last: SignatureVerdict = 'unusable';
  try {
    for await (const key of candidates) {
      const verdict = await verify(key);
      if (verdict === 'verified') return verdict;
      if (last !== 'signature-wrong') last = verdict;
    }
  } catch {
    return last;
  }
  return last;
}

/** The closed codes of jose's errors. */
const verdicts: Readonly<Record<string, SignatureVerdict>> = {
  ERR_JOSE_ALG_NOT_ALLOWED: 'alg-refused',
  ERR_JWKS_NO_MATCHING_KEY: 'key-unknown',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'signature-wrong',
  ERR_JWS_INVALID: 'signature-wrong',
};
