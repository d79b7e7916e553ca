import type { FileHandle } from 'node:fs/promises';
import { NeedleFilter } from './needle-filter.js';

/** A line may be this long; of a longer one nothing is looked at. */
export const longestLine = 64 * 1024;
const chunkBytes = 1024 * 1024;
const newline = 10;

export interface LinesFound {
  /** Lines longer than `longestLine`. */
  tooLong: number;
  /** The first whole line, whatever it says; absent when there is none. */
  firstLine?: string;
}

/** Room for the unfinished line of the chunk before, then the chunk. */
class Memory {
  readonly bytes: Buffer;
  readonly words: Int32Array;

  constructor() {
    const memory = new ArrayBuffer(longestLine + chunkBytes);
    this.bytes = Buffer.from(memory);
    this.words = new Int32Array(memory);
  }
}

/**
 * Hands over the lines of a part of a file that hold one of the needles. It owns two buffers, one
 * being filled while the other is searched, which every part uses again: its memory does not depend
 * on the file.
 */
export class LineScanner {
  readonly #filter: NeedleFilter;
  readonly #memories: [Memory, Memory] = [new Memory(), new Memory()];

  constructor(needles: readonly string[]) {
    this.#filter = new NeedleFilter(needles);
  }

  /** Lines that begin in [from, to); the last of them may end beyond, or at the end of the file. */
  async scan(
    file: FileHandle,
    from: number,
    to: number,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<LinesFound> {
    const found: LinesFound = { tooLong: 0 };
    let [memory, other] = this.#memories;
    // One byte earlier tells whether `from` is the beginning of a line.
    let at = Math.max(0, from - 1);
    let skipping = from > 0;
    let begin = longestLine;
    const fill = async (into: Memory): Promise<number> => {
      // Little beyond the end: enough for the rest of an ordinary last line.
      const wanted = at < to ? to - at + 8192 : longestLine;
      const length = Math.min(chunkBytes, wanted);
      return (await file.read(into.bytes, longestLine, length, at)).bytesRead;
    };
    let reading = fill(memory);
    try {
      for (;;) {
        signal.throwIfAborted();
        const bytesRead = await reading;
        const ended = bytesRead === 0;
        at += bytesRead;
        if (!ended) {
          reading = fill(other);
          // Awaited in the next round, or before the buffers are used again.
          reading.catch(() => undefined);
        }
        const { bytes } = memory;
        const filled = longestLine + bytesRead;
        if (skipping) {
          const end = bytes.subarray(0, filled).indexOf(newline, begin);
          begin = end + 1;
          skipping = end < 0;
        }
        // Where in the buffer the part ends.
        const stop = to - at + filled;
        if (skipping) begin = filled;
        else {
          const whole = bytes.subarray(0, filled).lastIndexOf(newline) + 1;
          const end = ended ? filled : Math.max(begin, whole);
          if (this.#lines(memory, begin, end, stop, onLine, found)) return found;
          begin = end;
        }
        if (ended || begin >= stop) return found;
        if (filled - begin > longestLine) {
          found.tooLong += 1;
          skipping = true;
          begin = filled;
        }
        const held = filled - begin;
        bytes.copy(other.bytes, longestLine - held, begin, filled);
        begin = longestLine - held;
        [memory, other] = [other, memory];
      }
    } finally {
      await reading.catch(() => undefined);
    }
  }

  /** The lines of [begin, end) that begin before `stop`; true when there were some beyond. */
  #lines(
    { bytes, words }: Memory,
    begin: number,
    end: number,
    stop: number,
    onLine: (line: string) => void,
    found: LinesFound,
  ): boolean {
    if (found.firstLine === undefined && begin < end) {
      const at = bytes.indexOf(newline, begin);
      found.firstLine = bytes.toString('utf8', begin, at < 0 || at > end ? end : at);
    }
    let from = begin;
    for (;;) {
      const hit = this.#filter.next(words, bytes, from, end);
      if (hit < 0) return false;
      const start = Math.max(begin, bytes.lastIndexOf(newline, hit) + 1);
      if (start >= stop) return true;
      const at = bytes.indexOf(newline, hit);
      const lineEnd = at < 0 || at > end ? end : at;
      onLine(bytes.toString('utf8', start, lineEnd));
      from = lineEnd + 1;
    }
  }
}
