import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** A key of an issuer: what it publishes, and what it signs with. */
export interface SigningKey {
  published: object;
  privateKey: KeyObject;
  kid: string;
}

export function signingKey(kid: string): SigningKey {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const published = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
  return { published, privateKey, kid };
}

/** A JWT in compact form (RFC 7515, ES256). */
export function signedJwt({ privateKey, kid }: SigningKey, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'ES256', typ: 'JWT', kid })}.${part(claims)}`;
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}
