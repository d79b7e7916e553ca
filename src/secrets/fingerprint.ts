import { createHash, createHmac } from 'node:crypto';

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';

/** 50 bits as ten base32 characters (RFC 4648 alphabet, lower case). */
function base32(bytes: Buffer): string {
  let bits = 0n;
  for (const byte of bytes.subarray(0, 7)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 6n;
  let text = '';
  for (let i = 0; i < 10; i += 1) {
    text = (alphabet[Number(bits & 31n)] ?? 'a') + text;
    bits >>= 5n;
  }
  return text;
}

/** HMAC-SHA-256 over domain, kind and value: equal values of one kind are equal between runs. */
export function keyedDigest(key: Buffer, domain: string, kind: string, value: string): string {
  const hmac = createHmac('sha256', key);
  hmac.update(`clawdoctor/${domain}/v1\0${kind}\0`).update(value);
  return base32(hmac.digest());
}

/** Four characters that tell two keys apart; not the key, and not enough to test a guess of it. */
export function keyId(key: Buffer): string {
  return base32(createHash('sha256').update('clawdoctor/key-id/v1\0').update(key).digest()).slice(
    0,
    4,
  );
}
