import type { Mark, MarkFlag, SecretKind } from '../model/mark.js';
import { isMark } from '../model/mark.js';
import type { SecretKeeper } from '../model/observer.js';
import { keyedDigest, keyId } from './fingerprint.js';
import { jwtRecord } from './jwt.js';
import { flagsOf, isWeak, shapeOf } from './shape.js';

/** One raw value that was read in this run: what the leak scan looks for. */
export interface Needle {
  value: string;
  kind: SecretKind;
  weak: boolean;
}

export interface VaultKeys {
  /** 32 bytes of clawdoctor's own state; without it there are no fingerprints. */
  host?: Buffer;
  /** Shared by the hosts of one case (`--case-key`). */
  case?: Buffer;
}

interface Held {
  raw: string;
  used: string;
  kind: SecretKind;
}

const published: ReadonlySet<MarkFlag> = new Set(['marker', 'placeholder', 'template']);

/**
 * Raw secrets, in memory only. Observers put values in and get marks; `seal` turns the marks'
 * tickets into equality classes in the order in which observations stand, never in the order in
 * which they were read. Only src/observe/wire may ask for a value back.
 */
export class Vault implements SecretKeeper {
  readonly #held: Held[] = [];
  readonly #classes = new Map<string, number>();
  readonly #rawClasses = new Map<string, number>();
  readonly #byClass: Held[] = [];
  readonly #needles = new Map<string, Needle>();
  readonly #keys: VaultKeys;

  constructor(keys: VaultKeys = {}) {
    this.#keys = keys;
  }

  get fingerprintKey(): string | undefined {
    return this.#keys.host && keyId(this.#keys.host);
  }

  mark(
    raw: string,
    options: { kind: SecretKind; used?: string; published?: 'marker' | 'placeholder' },
  ): Mark {
    const { kind } = options;
    const used = options.used ?? raw;
    if (used.trim() === '') return { state: 'blank', kind, flags: [] };
    const flags = flagsOf(raw);
    if (options.published) flags.push(options.published);
    if (!flags.some((flag) => published.has(flag))) this.#remember(raw, used, kind);
    this.#held.push({ raw, used, kind });
    const jwt = jwtRecord(used);
    return {
      state: 'set',
      // A ticket until the stage is sealed: negative, so that it cannot pass for a class.
      class: -this.#held.length,
      rawClass: -this.#held.length,
      kind,
      shape: shapeOf(used),
      flags,
      ...(jwt ? { jwt } : {}),
    };
  }

  /** A copy of `data` in which every ticket has become a class; called stage by stage, in order. */
  seal<T>(data: T): T {
    if (isMark(data)) return this.#sealMark(data) as T;
    if (Array.isArray(data)) return data.map((item: unknown) => this.seal(item)) as T;
    if (typeof data !== 'object' || data === null) return data;
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, this.seal<unknown>(value)]),
    ) as T;
  }

  /** The value as its reader uses it. For src/observe/wire only. */
  reveal(valueClass: number): string | undefined {
    return this.#byClass[valueClass]?.used;
  }

  get hasKey(): boolean {
    return this.#keys.host !== undefined;
  }

  /** A key by which a refusal is remembered in clawdoctor's own private state. */
  refusalKey(valueClass: number): string | undefined {
    const held = this.#byClass[valueClass];
    return held && this.#keys.host && keyedDigest(this.#keys.host, 'refusal', 'any', held.used);
  }

  needles(): Needle[] {
    return [...this.#needles.values()];
  }

  toJSON(): string {
    return '[vault]';
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '[vault]';
  }

  #remember(raw: string, used: string, kind: SecretKind): void {
    for (const value of [raw, used, raw.trim()]) {
      if (!this.#needles.has(value)) {
        this.#needles.set(value, { value, kind, weak: isWeak(value) });
      }
    }
  }

  #sealMark(mark: Mark): Mark {
    const ticket = mark.class;
    if (ticket === undefined || ticket >= 0) return mark;
    const held = this.#held[-ticket - 1];
    if (!held) return { state: 'unreadable', kind: mark.kind, flags: [] };
    const sealed: Mark = {
      ...mark,
      class: classOf(this.#classes, held.used),
      rawClass: classOf(this.#rawClasses, held.raw),
    };
    this.#byClass[sealed.class ?? 0] ??= held;
    if (isWeak(held.used) || mark.flags.some((flag) => published.has(flag))) return sealed;
    if (this.#keys.host) {
      sealed.fingerprint = `fp1:${keyedDigest(this.#keys.host, 'fp', held.kind, held.used)}`;
    }
    if (this.#keys.case) {
      sealed.caseFingerprint = `fc1:${keyedDigest(this.#keys.case, 'fp', held.kind, held.used)}`;
    }
    return sealed;
  }
}

function classOf(classes: Map<string, number>, value: string): number {
  const known = classes.get(value);
  if (known !== undefined) return known;
  classes.set(value, classes.size);
  return classes.size - 1;
}
