import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readBack } from '../../src/observe/logs/backwards.js';
import { LineScanner, longestLine } from '../../src/observe/logs/line-scanner.js';
import { NeedleFilter, shortestNeedle } from '../../src/observe/logs/needle-filter.js';
import { put, temporaryHome } from './store-context.js';

const needles = ['unauthorized conn=', 'closed before connect conn=', 'exactly15bytes!'];
const never = new AbortController().signal;

function places(text: string): number[] {
  const filter = new NeedleFilter(needles);
  const memory = new ArrayBuffer(Math.ceil(text.length / 4) * 4 + 4);
  const bytes = Buffer.from(memory);
  const length = bytes.write(text, 'latin1');
  const words = new Int32Array(memory);
  const found: number[] = [];
  for (let from = 0; ; ) {
    const at = filter.next(words, bytes, from, length);
    if (at < 0) return found;
    found.push(at);
    from = at + 1;
  }
}

async function scanned(content: string | Buffer, parts?: number[]) {
  const path = await put(join(await temporaryHome(), 'log'), content);
  const file = await open(path);
  const size = (await file.stat()).size;
  const scanner = new LineScanner(needles);
  const lines: string[] = [];
  const edges = [0, ...(parts ?? []), size];
  let tooLong = 0;
  for (let i = edges.length - 1; i > 0; i -= 1) {
    const part: string[] = [];
    const read = await scanner.scan(
      file,
      edges[i - 1] ?? 0,
      edges[i] ?? 0,
      (line) => part.push(line),
      never,
    );
    lines.unshift(...part);
    tooLong += read.tooLong;
  }
  await file.close();
  return { lines, tooLong };
}

describe('NeedleFilter', () => {
  it('finds every needle at every place', () => {
    for (const needle of needles) {
      for (let at = 0; at < 40; at += 1) {
        const text = `${'.'.repeat(at)}${needle}${'.'.repeat(at % 7)}`;
        expect(places(text)).toEqual([at]);
      }
    }
  });

  it('finds neighbours, and nothing in a cut or changed one', () => {
    const [a = '', b = ''] = needles;
    expect(places(a + b + a)).toEqual([0, a.length, a.length + b.length]);
    expect(places(a.slice(1))).toEqual([]);
    expect(places(a.slice(0, -1))).toEqual([]);
    expect(places(a.replace('conn', 'CONN'))).toEqual([]);
    expect(places('')).toEqual([]);
  });

  it('refuses a needle that it could miss', () => {
    expect(() => new NeedleFilter(['x'.repeat(shortestNeedle - 1)])).toThrow('too short');
    expect(new NeedleFilter(['x'.repeat(shortestNeedle)])).toBeDefined();
  });
});

describe('LineScanner', () => {
  /** Lines of all lengths; every seventh holds a needle somewhere. */
  function file(count: number, seed: number): { text: string; wanted: string[] } {
    let state = seed;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    const lines = Array.from({ length: count }, (_, i) => {
      const filler = 'unauthorized closed before conn=é'.slice(0, random(33));
      return i % 7 === 3
        ? `${filler}${'x'.repeat(random(900))}${needles[i % 3]}${i}${filler}`
        : `${filler}${'y'.repeat(random(900))}`;
    });
    const wanted = lines.filter((line) => needles.some((needle) => line.includes(needle)));
    return { text: `${lines.join('\n')}\n`, wanted };
  }

  it('hands over what a plain search finds, over the edges of chunks', async () => {
    const { text, wanted } = file(9000, 7);
    expect(text.length).toBeGreaterThan(3 * 1024 * 1024);
    expect((await scanned(text)).lines).toEqual(wanted);
  });

  it('hands every line over once, wherever the file is divided', async () => {
    const { text, wanted } = file(300, 11);
    const bytes = Buffer.byteLength(text);
    const first = text.indexOf('\n');
    for (const at of [1, first, first + 1, first + 2, 5000, bytes >> 1, bytes - 1]) {
      expect((await scanned(text, [at])).lines).toEqual(wanted);
    }
    const many = Array.from({ length: 40 }, (_, i) => Math.floor((bytes * (i + 1)) / 41));
    expect((await scanned(text, many)).lines).toEqual(wanted);
  });

  it('reads a last line without an end', async () => {
    expect((await scanned(`a\n${needles[0]}1`)).lines).toEqual([`${needles[0]}1`]);
  });

  it('leaves out a line of 50 MB and goes on after it', async () => {
    const long = Buffer.alloc(50 * 1024 * 1024, 'z');
    long.write(needles[0] ?? '', 1000);
    const text = Buffer.concat([
      Buffer.from(`${needles[0]}1\n`),
      long,
      Buffer.from(`\n${needles[0]}2\n`),
    ]);
    const found = await scanned(text);
    expect(found).toEqual({ lines: [`${needles[0]}1`, `${needles[0]}2`], tooLong: 1 });
  });

  it('takes a line of just the longest length, on an edge of the file parts', async () => {
    const line = `${needles[1]}${'q'.repeat(longestLine - 100)}`;
    const text = `a\n${line}\nb\n`;
    expect((await scanned(text, [2, 100])).lines).toEqual([line]);
  });

  it('stops at the signal', async () => {
    const path = await put(join(await temporaryHome(), 'log'), 'x\n'.repeat(1000));
    const file = await open(path);
    const scan = new LineScanner(needles).scan(file, 0, 2000, () => {}, AbortSignal.abort());
    await expect(scan).rejects.toThrow();
    await file.close();
  });
});

describe('readBack', () => {
  const line = (i: number) =>
    `{"1":"unauthorized conn=${i}","time":"${new Date(Date.UTC(2026, 10, 1) + i * 1000).toISOString()}","x":"${'p'.repeat(1000)}"}\n`;

  it('begins at the end, stops where lines are too old, and says where', async () => {
    const count = 20_000;
    const path = await put(
      join(await temporaryHome(), 'log'),
      Array.from({ length: count }, (_, i) => line(i)).join(''),
    );
    const file = await open(path);
    const { size } = await file.stat();
    const got: string[] = [];
    const scanner = new LineScanner(needles);
    const since = Date.UTC(2026, 10, 1) + (count - 100) * 1000;
    const budget = { bytes: 64 * 1024 * 1024, endsAt: performance.now() + 10_000 };
    const read = await readBack(scanner, file, size, since, budget, (l) => got.push(l), never);
    expect(read.cut).toBe(false);
    expect(read.from).toBeGreaterThan(0);
    expect(read.bytes).toBe(8 * 1024 * 1024);
    expect(got.at(-1)).toContain(`conn=${count - 1}"`);

    const small = { bytes: 1024 * 1024, endsAt: performance.now() + 10_000 };
    const cut = await readBack(scanner, file, size, 0, small, () => {}, never);
    expect(cut).toMatchObject({ cut: true, bytes: 1024 * 1024, from: size - 1024 * 1024 });
    expect(cut.oldestMs).toBeGreaterThan(Date.UTC(2026, 10, 1));

    const late = { bytes: 1024 * 1024, endsAt: performance.now() - 1 };
    expect(await readBack(scanner, file, size, 0, late, () => {}, never)).toMatchObject({
      cut: true,
      bytes: 0,
    });
    await file.close();
  });
});
