import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';

/** An Ed25519 device identity in both of OpenClaw's spellings. */
export interface Identity {
  deviceId: string;
  /** base64url of the raw 32 bytes. */
  publicKey: string;
  publicKeyPem: string;
  privateKeyPem: string;
}

export function makeIdentity(): Identity {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ format: 'jwk' }).x ?? '';
  return {
    deviceId: deviceIdOf(raw),
    publicKey: raw,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

/** Lower-case hex SHA-256 of the raw public key. */
export function deviceIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex');
}

export function publicKeyOf(pem: string): string {
  return createPublicKey(pem).export({ format: 'jwk' }).x ?? '';
}

export function signText(privateKeyPem: string, text: string): string {
  return sign(null, Buffer.from(text), createPrivateKey(privateKeyPem)).toString('base64url');
}

export function verifyText(publicKey: string, text: string, signature: string): boolean {
  try {
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: publicKey },
      format: 'jwk',
    });
    return verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
  } catch {
    return false;
  }
}

export interface SignedParts {
  deviceId: string;
  clientId: string;
  clientMode: string;
  role: string;
  scopes: readonly string[];
  signedAt: number;
  secret: string;
  nonce: string;
  platform: string;
  deviceFamily: string;
}

/** The text that a device signs; v3 binds platform and family too. */
export function signedText(version: 'v2' | 'v3', parts: SignedParts): string {
  const { deviceId, clientId, clientMode, role, scopes, signedAt, secret, nonce } = parts;
  const text = [version, deviceId, clientId, clientMode, role, scopes.join(','), signedAt];
  text.push(secret, nonce);
  if (version === 'v3') text.push(plain(parts.platform), plain(parts.deviceFamily));
  return text.join('|');
}

function plain(value: string): string {
  return value.trim().toLowerCase();
}
