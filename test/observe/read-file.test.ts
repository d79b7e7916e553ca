import { execFileSync } from 'node:child_process';
import { chmod, mkdir, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileWitness, readRegularFile, tilde } from '../../src/observe/files/read-file.js';
import { put, temporaryHome } from './store-context.js';

const root = process.getuid?.() === 0;
const options = (home: string) => ({ maxBytes: 100, home, signal: AbortSignal.timeout(5000) });

describe('readRegularFile', () => {
  it('reads a file and says what it looks like', async () => {
    const home = await temporaryHome();
    const path = await put(join(home, 'a.json'), '{}', 0o640);
    const { facts, bytes } = await readRegularFile(path, options(home));
    expect(bytes?.toString()).toBe('{}');
    expect(facts).toMatchObject({ path: '~/a.json', state: 'ok', size: 2, mode: 0o640 });
    expect(facts.uid).toBe(process.getuid?.());
  });

  it('follows a link to the file that it names', async () => {
    const home = await temporaryHome();
    await put(join(home, 'real'), 'x', 0o604);
    await symlink('real', join(home, 'link'));
    const { facts, bytes } = await readRegularFile(join(home, 'link'), options(home));
    expect(facts).toMatchObject({ path: '~/link', state: 'ok', mode: 0o604 });
    expect(bytes?.toString()).toBe('x');
  });

  it('refuses a link where links are not allowed', async () => {
    const home = await temporaryHome();
    await put(join(home, 'real'), 'x');
    await symlink('real', join(home, 'link'));
    const strict = { ...options(home), allowSymlink: false };
    const { facts, bytes } = await readRegularFile(join(home, 'link'), strict);
    expect(facts.state).toBe('symlink');
    expect(bytes).toBeUndefined();
  });

  it.each<[string, (home: string) => Promise<string>, string]>([
    ['nothing', async (home) => join(home, 'none'), 'absent'],
    ['a path through a file', async (home) => `${await put(join(home, 'f'), '')}/x`, 'absent'],
    ['a link to nothing', (home) => link(home, 'gone'), 'absent'],
    ['a link to itself', (home) => link(home, 'link'), 'error'],
    ['a directory', (home) => made(mkdir(join(home, 'd')), join(home, 'd')), 'not-a-file'],
    ['a FIFO', async (home) => fifo(join(home, 'p')), 'not-a-file'],
    ['a link to a FIFO', (home) => link(home, fifo(join(home, 'p'))), 'not-a-file'],
    ['a socket', (home) => socket(join(home, 's')), 'not-a-file'],
    ['a device', async () => '/dev/zero', 'not-a-file'],
    ['one byte too many', (home) => put(join(home, 'big'), 'x'.repeat(101)), 'too-large'],
    ['a NUL in the path', async (home) => `${home}/a\0b`, 'error'],
  ])('%s is a state, quickly', async (_name, make, state) => {
    const home = await temporaryHome();
    const started = performance.now();
    const { facts, bytes } = await readRegularFile(await make(home), options(home));
    expect(facts.state).toBe(state);
    expect(facts.reason).toBeTruthy();
    expect(bytes).toBeUndefined();
    expect(performance.now() - started).toBeLessThan(1000);
  });

  it('caps the bytes that come, whatever the size says', async () => {
    // Files under /proc have size 0.
    const read = await readRegularFile('/proc/self/status', { ...options('/root'), maxBytes: 64 });
    expect(read.facts.state).toBe('too-large');
    const whole = await readRegularFile('/proc/self/status', { ...options('/'), maxBytes: 65536 });
    expect(whole.bytes?.length).toBeGreaterThan(64);
    expect(whole.facts.size).toBe(whole.bytes?.length);
  });

  it.skipIf(root)('says denied, with mode and owner, for a file of mode 000', async () => {
    const home = await temporaryHome();
    const path = await put(join(home, 'closed'), 'secret', 0o600);
    await chmod(path, 0);
    const { facts } = await readRegularFile(path, options(home));
    expect(facts).toMatchObject({ state: 'denied', reason: 'EACCES', mode: 0 });
    expect(facts.uid).toBe(process.getuid?.());
  });

  it('leaves the access time alone', async () => {
    const home = await temporaryHome();
    const path = await put(join(home, 'a'), 'x');
    await utimes(path, new Date(1000), new Date(2000));
    await readRegularFile(path, options(home));
    expect((await stat(path)).atimeMs).toBe(1000);
  });

  it('ends at the signal', async () => {
    const home = await temporaryHome();
    const path = await put(join(home, 'a'), 'x');
    const stopped = { ...options(home), signal: AbortSignal.abort() };
    expect((await readRegularFile(path, stopped)).facts.state).toBe('error');
  });
});

describe('fileWitness', () => {
  it('changes with the content and with the file, and only then', async () => {
    const home = await temporaryHome();
    const path = await put(join(home, 'a'), 'x');
    const paths = [path, join(home, 'none')];
    const first = await fileWitness(paths);
    expect(await fileWitness(paths)).toBe(first);
    expect(first.endsWith('\n-')).toBe(true);
    await writeFile(path, 'xy');
    expect(await fileWitness(paths)).not.toBe(first);
  });
});

describe('tilde', () => {
  it.each([
    ['/home/a/.openclaw/x', '/home/a', '~/.openclaw/x'],
    ['/home/a', '/home/a', '~'],
    ['/home/ab/x', '/home/a', '/home/ab/x'],
    ['/home/a/x', '/home/a/', '~/x'],
    ['/x', '/', '/x'],
    ['/x', '', '/x'],
    ['/home/a/\u001b[2J', '/home/a', '~/\ufffd[2J'],
  ])('%s in %s is %s', (path, home, shown) => {
    expect(tilde(path, home)).toBe(shown);
  });
});

async function link(home: string, to: string): Promise<string> {
  await symlink(to, join(home, 'link'));
  return join(home, 'link');
}

function fifo(path: string): string {
  execFileSync('mkfifo', [path]);
  return path;
}

async function socket(path: string): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  server.unref();
  return path;
}

async function made(work: Promise<unknown>, path: string): Promise<string> {
  await work;
  return path;
}
