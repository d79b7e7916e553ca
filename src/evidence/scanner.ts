import type { SecretKind } from '../model/mark.js';
import type { Needle } from '../secrets/vault.js';
import type { Form } from './needle-forms.js';
import { needleForms } from './needle-forms.js';
import { PieceIndex } from './piece-index.js';

/** One place where a secret, or a piece of one, stands. Never the text itself. */
export interface LeakHit {
  /** `stdout`, `stderr`, or the name of an archive member. */
  where: string;
  form: Form;
  kind: SecretKind;
  /** In UTF-16 code units of the scanned text. */
  offset: number;
}

export interface ScannerOptions {
  needles: readonly Needle[];
  /** Our own words (program text): a piece that stands there tells nobody anything. */
  ownText(): string;
  /** Recorded non-secret fields (paths, ids, hosts): they excuse a piece, never a whole value. */
  recorded: readonly string[];
}

/** Shorter secrets are looked for as whole words only, and below 4 characters not at all. */
const windowLength = 8;
const shortest = 4;

/**
 * Looks for every secret in every byte that leaves. Sound for whole values in plain, base64
 * (three alignments), hex, percent and JSON form, and for every piece of 8 or more characters of
 * one; linear in the text, whatever the number of secrets.
 */
export class Scanner {
  readonly #options: ScannerOptions;
  readonly #indexes: PieceIndex[];
  readonly #short: readonly Needle[];
  readonly #whole: ReadonlyMap<string, Needle>;
  #ownText: string | undefined;
  #recorded: string | undefined;

  constructor(options: ScannerOptions) {
    this.#options = options;
    const long = options.needles.filter((n) => n.value.length >= windowLength);
    this.#short = options.needles.filter(
      (n) => n.value.length < windowLength && n.value.length >= shortest,
    );
    this.#whole = new Map(long.map((needle) => [needle.value, needle]));
    const indexes = new Map<number, PieceIndex>();
    for (const needle of long) {
      for (const { form, text, piece } of needleForms(needle.value)) {
        const length = Math.min(piece, text.length);
        const index = indexes.get(length) ?? new PieceIndex(length);
        indexes.set(length, index);
        // All pieces of a long token in every encoding would take tens of megabytes.
        const step = form === 'plain' || text.length <= 96 ? 1 : 8;
        index.add(text, { form, kind: needle.kind }, step);
      }
    }
    this.#indexes = [...indexes.values()];
  }

  /** At most one hit for each form and kind; empty when the text may leave. */
  scan(where: string, text: string): LeakHit[] {
    const hits = new Map<string, LeakHit>();
    const keep = (hit: LeakHit): void => {
      const key = `${hit.form} ${hit.kind}`;
      if (!hits.has(key)) hits.set(key, hit);
    };
    for (const variant of variants(text)) {
      for (const index of this.#indexes) {
        for (const found of index.search(variant)) {
          if (!this.#isExcused(found.piece)) keep({ where, ...found.of, offset: found.offset });
        }
      }
      for (const hit of this.#wholeHits(where, variant)) keep(hit);
      for (const hit of this.#shortHits(where, variant)) keep(hit);
    }
    return [...hits.values()];
  }

  /** A whole value is a leak even where its pieces are excused by a recorded field. */
  #wholeHits(where: string, text: string): LeakHit[] {
    return [...this.#whole.values()].flatMap((needle): LeakHit[] => {
      const offset = text.indexOf(needle.value);
      if (offset < 0 || this.#own().includes(needle.value)) return [];
      return [{ where, form: 'plain', kind: needle.kind, offset }];
    });
  }

  #shortHits(where: string, text: string): LeakHit[] {
    return this.#short.flatMap((needle): LeakHit[] => {
      const offset = indexOfWord(text, needle.value);
      const excused = offset < 0 || this.#isExcusedWord(needle.value);
      return excused ? [] : [{ where, form: 'plain', kind: needle.kind, offset }];
    });
  }

  #isExcused(piece: string): boolean {
    return this.#own().includes(piece) || this.#fields().includes(piece);
  }

  #isExcusedWord(word: string): boolean {
    return indexOfWord(this.#own(), word) >= 0 || indexOfWord(this.#fields(), word) >= 0;
  }

  /** Read only once there is a doubt: nearly every run has none. */
  #own(): string {
    this.#ownText ??= this.#options.ownText();
    return this.#ownText;
  }

  #fields(): string {
    this.#recorded ??= this.#options.recorded.join('\n');
    return this.#recorded;
  }
}

/** As it stands; and without colours and with blanks run together, as a reader would copy it. */
function variants(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is taken out
  const copied = text.replace(/\x1b\[[0-9;]*m/g, '').replace(/\s+/g, ' ');
  return copied === text ? [text] : [text, copied];
}

/** The word between non-word characters; -1 when it is nowhere. */
function indexOfWord(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + word.length] ?? ' ';
    if (!/\w/.test(before) && !/\w/.test(after)) return at;
  }
  return -1;
}
