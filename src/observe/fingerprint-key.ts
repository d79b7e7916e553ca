import { randomBytes } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../model/errors.js';
import { makeDirectory } from './files/make-directory.js';
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
  // A key of another length is what a full disk left behind: no run could ever have used it.
  if (known.facts.state !== 'absent' && !known.bytes) return undefined;
  const key = randomBytes(keyLength);
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await makeDirectory(ownStateDir, 0o700);
    await writeWhole(temporary, key);
    if (known.bytes) await rm(path, { force: true });
    // A link and not a rename: the key that another run has made meanwhile stays.
    await link(temporary, path);
    return key;
  } catch {
    const other = (await readRegularFile(path, options)).bytes;
    return other?.length === keyLength ? other : undefined;
  } finally {
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
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
