import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { evidenceDirectory } from '../../src/evidence/evidence-directory.js';
import { makeDirectory as forEvidence } from '../../src/evidence/make-directory.js';
import { makeDirectory as forObservers } from '../../src/observe/files/make-directory.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'clawdoctor-make-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe.each([
  ['src/evidence', forEvidence],
  ['src/observe', forObservers],
])('makeDirectory of %s', (_room, makeDirectory) => {
  it('makes every missing level, and is content with what is there', async () => {
    const path = join(dir, 'a', 'b', 'c');
    await makeDirectory(path, 0o700);
    await makeDirectory(path, 0o700);
    for (const level of [path, join(dir, 'a')]) expect(statSync(level).mode & 0o777).toBe(0o700);
  });

  it('makes one directory for two at once', async () => {
    const path = join(dir, 'a', 'b');
    await Promise.all([makeDirectory(path, 0o700), makeDirectory(path, 0o700)]);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it('follows a link to a directory, and not one to nowhere', async () => {
    mkdirSync(join(dir, 'real'));
    symlinkSync(join(dir, 'real'), join(dir, 'link'));
    symlinkSync(join(dir, 'gone'), join(dir, 'dangling'));
    await makeDirectory(join(dir, 'link', 'x'), 0o700);
    expect(existsSync(join(dir, 'real', 'x'))).toBe(true);
    await expect(makeDirectory(join(dir, 'dangling'), 0o700)).rejects.toThrow('EEXIST');
  });

  it('is refused below a file', async () => {
    writeFileSync(join(dir, 'file'), '');
    for (const path of ['file', 'file/x'])
      await expect(makeDirectory(join(dir, path), 0o700)).rejects.toMatchObject({
        code: 'ENOTDIR',
      });
  });
});

it.runIf(process.platform === 'linux')('an evidence directory in /proc is a sentence', async () => {
  const wanted = evidenceDirectory('/proc/clawdoctor/evidence', process.getuid?.() ?? 0);
  await expect(wanted).rejects.toThrow(/^the evidence directory cannot be used \(E[A-Z]+\)$/);
});
