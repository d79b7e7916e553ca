/** Bytes between two looks; a needle has to be long enough to hold a whole word between them. */
const strideWords = 3;
const wordBytes = 4;
/** Shortest needle: wherever it lies, one of the words that are looked at lies wholly inside. */
export const shortestNeedle = (strideWords + 1) * wordBytes - 1;

/** 32 KiB: the table of first looks stays in a processor's first cache. */
const bits = 15;
const shift = 32 - bits;
/** Knuth's multiplicative hash of a word. */
const factor = 0x9e3779b1;

/**
 * Finds any of a set of byte strings in one pass that reads every twelfth byte: a word at each such
 * place is looked up in a table of all words that a needle has there, and only a word that is known
 * is compared. The cost hardly depends on the number of needles, and the looks do not wait for each
 * other, which a search that skips by what it has read cannot avoid.
 */
export class NeedleFilter {
  readonly #known = new Uint8Array(1 << bits);
  readonly #heads = new Int16Array(1 << bits).fill(-1);
  readonly #entries: { word: number; offset: number; needle: Uint8Array; next: number }[] = [];

  constructor(needles: readonly string[]) {
    for (const text of needles) this.#add(Buffer.from(text, 'utf8'));
  }

  /**
   * The first place at or after `from` where a needle begins, in the first `length` bytes; -1 for
   * none. A needle that begins before `from` is not found. `words` and `bytes` are the same memory.
   */
  next(words: Int32Array, bytes: Uint8Array, from: number, length: number): number {
    const known = this.#known;
    const end = (length - wordBytes) >>> 2;
    if (length < shortestNeedle) return -1;
    let at = (from + wordBytes - 1) >>> 2;
    while (at <= end) {
      at = firstKnown(known, words, at, end);
      if (at > end) return -1;
      const found = this.#match(words[at] ?? 0, bytes, at * wordBytes, from, length);
      if (found >= 0) return found;
      at += strideWords;
    }
    return -1;
  }

  #add(needle: Uint8Array): void {
    if (needle.length < shortestNeedle) throw new RangeError('a needle is too short to be found');
    const view = new DataView(needle.buffer, needle.byteOffset, needle.byteLength);
    const little = new Uint8Array(Int32Array.of(1).buffer)[0] === 1;
    for (let offset = 0; offset < strideWords * wordBytes; offset += 1) {
      const word = view.getInt32(offset, little);
      const hash = Math.imul(word, factor) >>> shift;
      this.#known[hash] = 1;
      this.#entries.push({ word, offset, needle, next: this.#heads[hash] ?? -1 });
      this.#heads[hash] = this.#entries.length - 1;
    }
  }

  #match(word: number, bytes: Uint8Array, at: number, from: number, length: number): number {
    let index = this.#heads[Math.imul(word, factor) >>> shift] ?? -1;
    while (index >= 0) {
      const entry = this.#entries[index];
      if (!entry) return -1;
      const start = at - entry.offset;
      if (
        entry.word === word &&
        start >= from &&
        start + entry.needle.length <= length &&
        isAt(entry.needle, bytes, start)
      ) {
        return start;
      }
      index = entry.next;
    }
    return -1;
  }
}

/** The first word in steps of the stride that some needle has; beyond `end` for none. */
function firstKnown(known: Uint8Array, words: Int32Array, from: number, end: number): number {
  let at = from;
  // Four looks at a time, so that they overlap in the processor.
  for (const last = end - 3 * strideWords; at <= last; at += 4 * strideWords) {
    const a = known[Math.imul(words[at] as number, factor) >>> shift] as number;
    const b = known[Math.imul(words[at + strideWords] as number, factor) >>> shift] as number;
    const c = known[Math.imul(words[at + 2 * strideWords] as number, factor) >>> shift] as number;
    const d = known[Math.imul(words[at + 3 * strideWords] as number, factor) >>> shift] as number;
    if ((a | b | c | d) === 0) continue;
    if (a !== 0) return at;
    if (b !== 0) return at + strideWords;
    return c !== 0 ? at + 2 * strideWords : at + 3 * strideWords;
  }
  while (at <= end && known[Math.imul(words[at] as number, factor) >>> shift] === 0) {
    at += strideWords;
  }
  return at;
}

function isAt(needle: Uint8Array, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < needle.length; i += 1) {
    if (needle[i] !== bytes[start + i]) return false;
  }
  return true;
}
