import type { SecretKind } from '../model/mark.js';
import type { Form } from './needle-forms.js';

/** Where a piece of a fixed length comes from; one piece may come from several secrets. */
export interface Found<T> {
  piece: string;
  offset: number;
  of: T;
}

/**
 * All pieces of one length of many texts, searched for in one pass: three characters of each
 * position are looked up in a table of bits, and only what passes is cut out and compared.
 */
export class PieceIndex<T = { form: Form; kind: SecretKind }> {
  readonly #bits = new Uint8Array(1 << 16);
  readonly #pieces = new Map<string, T>();

  constructor(readonly length: number) {}

  /** Every `step`-th piece: with 8, what is 7 characters longer than a piece is still found. */
  add(text: string, of: T, step = 1): void {
    for (let at = 0; at + this.length <= text.length; at += step) {
      const piece = text.slice(at, at + this.length);
      if (!this.#pieces.has(piece)) this.#pieces.set(piece, of);
      this.#bits[this.#slot(piece, 0)] = 1;
    }
  }

  search(text: string): Found<T>[] {
    const found = new Map<string, Found<T>>();
    for (let at = 0; at + this.length <= text.length; at += 1) {
      if (this.#bits[this.#slot(text, at)] !== 1) continue;
      const piece = text.slice(at, at + this.length);
      const of = this.#pieces.get(piece);
      if (of !== undefined && !found.has(piece)) found.set(piece, { piece, offset: at, of });
    }
    return [...found.values()];
  }

  #slot(text: string, at: number): number {
    const first = text.charCodeAt(at);
    const middle = text.charCodeAt(at + (this.length >> 1));
    const last = text.charCodeAt(at + this.length - 1);
    return (first * 961 + middle * 31 + last * 7919) & 0xffff;
  }
}
