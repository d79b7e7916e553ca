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
/** A run of this many characters is no coincidence: that a name repeats it does not excuse it. */
const runLength = 17;

interface Source {
  form: Form;
  kind: SecretKind;
  /** The secret is a path or a URL itself, and shares its beginning with recorded ones. */
  place: boolean;
}

/**
 * Looks for every secret in every byte that leaves. Sound for whole values in plain, base64
 * (three alignments), hex, percent and JSON form, and for every piece of 8 or more characters of
 * one, in plain and JSON form whatever its case; linear in the text, whatever the number of secrets.
 */
export class Scanner {
  readonly #options: ScannerOptions;
  readonly #indexes: PieceIndex<Source>[];
  /** Over lower-cased text: ids are often recorded in lower case. */
  readonly #folded: PieceIndex<Source>[];
  readonly #short: readonly Needle[];
  readonly #whole: ReadonlyMap<string, Needle>;
  #ownText: Known | undefined;
  #recorded: Known | undefined;

  constructor(options: ScannerOptions) {
    this.#options = options;
    const long = options.needles.filter((n) => n.value.length >= windowLength);
    this.#short = options.needles.filter(
      (n) => n.value.length < windowLength && n.value.length >= shortest,
    );
    this.#whole = new Map(long.map((needle) => [needle.value, needle]));
    const indexes = new Map<number, PieceIndex<Source>>();
    const pieces = new PieceIndex<Source>(windowLength);
    const runs = new PieceIndex<Source>(runLength);
    for (const { value, kind } of long) {
      const place = /^(?:~?\/[\w.-]+\/|[a-z][a-z\d+.-]*:\/\/)/i.test(value);
      for (const { form, text, piece } of needleForms(value)) {
        const length = Math.min(piece, text.length);
        const index = indexes.get(length) ?? new PieceIndex(length);
        indexes.set(length, index);
        // All pieces of a long token in every encoding would take tens of megabytes.
        const step = form === 'plain' || text.length <= 96 ? 1 : 8;
        index.add(text, { form, kind, place }, step);
        if (piece > windowLength) continue;
        pieces.add(text.toLowerCase(), { form, kind, place }, step);
        runs.add(text.toLowerCase(), { form, kind, place }, step);
      }
    }
    this.#indexes = [...indexes.values()];
    this.#folded = [pieces, runs];
  }

  /** At most one hit for each form and kind; empty when the text may leave. */
  scan(where: string, text: string): LeakHit[] {
    const hits = new Map<string, LeakHit>();
    const keep = (hit: LeakHit): void => {
      const key = `${hit.form} ${hit.kind}`;
      if (!hits.has(key)) hits.set(key, hit);
    };
    for (const variant of variants(text)) {
      const folded = variant.toLowerCase();
      const found = [
        ...this.#indexes.flatMap((index) => index.search(variant)),
        ...this.#folded.flatMap((index) => index.search(folded)),
      ];
      for (const { piece, offset, of } of found) {
        if (this.#isExcused(piece, of)) continue;
        keep({ where, form: of.form, kind: of.kind, offset });
      }
      for (const hit of this.#wholeHits(where, folded)) keep(hit);
      for (const hit of this.#shortHits(where, variant)) keep(hit);
    }
    return [...hits.values()];
  }

  /** A whole value is a leak even where its pieces are excused by a recorded field. */
  #wholeHits(where: string, folded: string): LeakHit[] {
    return [...this.#whole.values()].flatMap((needle): LeakHit[] => {
      const value = needle.value.toLowerCase();
      const offset = folded.indexOf(value);
      if (offset < 0 || this.#own().folded.includes(value)) return [];
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

  #isExcused(piece: string, { form, place }: Source): boolean {
    const within = ({ text, folded }: Known): boolean =>
      text.includes(piece) || folded.includes(piece);
    if (within(this.#own())) return true;
    const isRun = piece.length === runLength && (form === 'plain' || form === 'json');
    return (!isRun || place) && within(this.#fields());
  }

  #isExcusedWord(word: string): boolean {
    return indexOfWord(this.#own().text, word) >= 0 || indexOfWord(this.#fields().text, word) >= 0;
  }

  /** Read only once there is a doubt: nearly every run has none. */
  #own(): Known {
    this.#ownText ??= known(this.#options.ownText());
    return this.#ownText;
  }

  #fields(): Known {
    this.#recorded ??= known(this.#options.recorded.join('\n'));
    return this.#recorded;
  }
}

/** A text that excuses, as it is and in lower case. */
interface Known {
  text: string;
  folded: string;
}

function known(text: string): Known {
  return { text, folded: text.toLowerCase() };
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
