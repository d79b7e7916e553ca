import { mkdir, readdir, utimes } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { withOwnLock } from '../../src/observe/files/own-lock.js';
import { temporaryHome } from './store-context.js';

/** How many held the lock at most at one time, and how many had it in all. */
async function contend(path: string, contenders: number): Promise<[most: number, all: number]> {
  let [inside, most, all] = [0, 0, 0];
  const work = async (): Promise<void> => {
    inside += 1;
    all += 1;
    most = Math.max(most, inside);
    await sleep(5);
    inside -= 1;
  };
  await Promise.all(
    Array.from({ length: contenders }, async (_, n) => {
      await sleep(n % 5);
      await withOwnLock(path, 20_000, work);
    }),
  );
  return [most, all];
}

async function age(path: string): Promise<void> {
  await mkdir(path);
  const old = new Date(Date.now() - 60_000);
  await utimes(path, old, old);
}

describe('the lock of clawdoctor’s own directory', () => {
  it('is held by one at a time and leaves nothing behind', async () => {
    const folder = await temporaryHome();
    expect(await contend(`${folder}/lock`, 12)).toEqual([1, 12]);
    expect(await readdir(folder)).toEqual([]);
  });

  it.each(['1st', '2nd', '3rd', '4th'])(
    'is held by one at a time, too, after several have found an old one: %s round',
    async () => {
      const folder = await temporaryHome();
      await age(`${folder}/lock`);
      expect(await contend(`${folder}/lock`, 40)).toEqual([1, 40]);
      expect(await readdir(folder)).toEqual([]);
    },
  );

  it('is had again when whoever removed an old one was killed over it', async () => {
    const folder = await temporaryHome();
    await age(`${folder}/lock`);
    await age(`${folder}/lock.stale`);
    expect(await contend(`${folder}/lock`, 3)).toEqual([1, 3]);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is not had from a living holder, nor where nothing can be made', async () => {
    const folder = await temporaryHome();
    await mkdir(`${folder}/lock`);
    const work = (): Promise<string> => Promise.resolve('done');
    expect(await withOwnLock(`${folder}/lock`, 60, work)).toBeUndefined();
    expect(await withOwnLock(`${folder}/absent/lock`, 60, work)).toBeUndefined();
    expect(await withOwnLock(`${folder}/free`, 60, work)).toBe('done');
  });
});
