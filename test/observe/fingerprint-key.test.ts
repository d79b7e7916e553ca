import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostKey } from '../../src/observe/fingerprint-key.js';
import { temporaryHome } from './store-context.js';

const { signal } = new AbortController();

describe('the key behind fingerprints', () => {
  it('is made once, private, and found again', async () => {
    const folder = join(await temporaryHome(), 'own');
    const made = await hostKey(folder, signal);
    expect(made).toHaveLength(32);
    expect(await hostKey(folder, signal)).toEqual(made);
    expect((await stat(join(folder, 'fingerprint.key'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['fingerprint.key']);
  });

  it.each([0, 7, 31])('is made anew where a full disk left %i bytes of it', async (length) => {
    const folder = await temporaryHome();
    const path = join(folder, 'fingerprint.key');
    await writeFile(path, Buffer.alloc(length, 1), { mode: 0o600 });
    const made = await hostKey(folder, signal);
    expect(made).toHaveLength(32);
    expect(await readFile(path)).toEqual(made);
  });

  it('is not there where it cannot be made, and nothing hangs or is left behind', async () => {
    const home = await temporaryHome();
    const file = join(home, 'file');
    await writeFile(file, '');
    await chmod(file, 0o600);
    expect(await hostKey(join(file, 'own'), signal)).toBeUndefined();
    expect(await hostKey('/proc/nosuch/own', signal)).toBeUndefined();
    expect(await readdir(home)).toEqual(['file']);
  });
});
