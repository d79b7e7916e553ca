import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../model/errors.js';
import { readRegularFile } from './files/read-file.js';

const keyLength = 32;

/**
 * The key behind fingerprints and remembered refusals: 32 random bytes, mode 0600, in clawdoctor's
 * own state directory, made at the first run. Undefined when it can be neither read nor made: then
 * the report has no fingerprints and says so by having no key id.
 */
export async function hostKey(
  ownStateDir: string,
  signal: AbortSignal,
): Promise<Buffer | undefined> {
  const path = join(ownStateDir, 'fingerprint.key');
  const options = { maxBytes: keyLength, home: ownStateDir, signal, allowSymlink: false };
  const known = await readRegularFile(path, options);
  if (known.bytes?.length === keyLength) return known.bytes;
  if (known.facts.state !== 'absent') return undefined;
  try {
    await mkdir(ownStateDir, { recursive: true, mode: 0o700 });
    const { O_CREAT, O_EXCL, O_WRONLY } = constants;
    const file = await open(path, O_CREAT | O_EXCL | O_WRONLY, 0o600);
    const key = randomBytes(keyLength);
    await file.writeFile(key);
    await file.close();
    return key;
  } catch {
    // Another run may have made it meanwhile.
    return (await readRegularFile(path, options)).bytes;
  }
}

/** The key that the hosts of one case share: any file of 16 to 4,096 bytes. */
export async function caseKey(path: string, home: string, signal: AbortSignal): Promise<Buffer> {
  const { facts, bytes } = await readRegularFile(path, { maxBytes: 4096, home, signal });
  if (bytes && bytes.length >= 16) return bytes;
  throw new UserError(
    bytes
      ? `the case key ${facts.path} is shorter than 16 bytes`
      : `the case key ${facts.path} cannot be read (${facts.state})`,
    ['make one with: head -c 32 /dev/urandom > case.key'],
  );
}
