import { randomBytes } from 'node:crypto';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const windowLength = 8;

/** Random secrets by the source in which they are planted: no text has a piece of one by chance. */
export class Canaries {
  readonly #planted = new Map<string, string>();

  /** 36 letters and digits, the same for the same source. */
  plant(source: string): string {
    const known = this.#planted.get(source);
    if (known !== undefined) return known;
    const canary = [...randomBytes(36)].map((byte) => alphabet[byte % 62]).join('');
    return this.adopt(source, canary);
  }

  /** A secret that something else has made, a private key say. */
  adopt(source: string, secret: string): string {
    this.#planted.set(source, secret);
    return secret;
  }

  /** A JWT whose subject and signature are secret; `iss`, `aud` and times may be told. */
  jwt(source: string): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: 'https://issuer.example', aud: 'gateway', sub: this.plant(source) };
    const head = part({ alg: 'RS256', kid: 'k1' });
    return `${head}.${part(claims)}.${this.plant(`${source} signature`)}`;
  }

  get sources(): string[] {
    return [...this.#planted.keys()];
  }

  value(source: string): string {
    const value = this.#planted.get(source);
    if (value === undefined) throw new Error(`nothing is planted as ${source}`);
    return value;
  }

  /** `source (form) in place`, for every source and form of which a piece stands in a text. */
  found(places: readonly { name: string; text: string }[]): string[] {
    const hits = new Set<string>();
    const all = this.#pieces();
    for (const length of new Set(all.map(({ piece }) => piece.length))) {
      const pieces = new Map(
        all.filter(({ piece }) => piece.length === length).map(({ piece, what }) => [piece, what]),
      );
      for (const { name, text } of places) {
        for (let at = 0; at + length <= text.length; at += 1) {
          const what = pieces.get(text.slice(at, at + length));
          if (what !== undefined) hits.add(`${what} in ${name}`);
        }
      }
    }
    return [...hits].sort();
  }

  /** Whether a piece of this source's secret stands in the text as it is or encoded. */
  isIn(source: string, text: string): boolean {
    const one = new Canaries();
    one.adopt(source, this.value(source));
    return one.found([{ name: '', text }]).length > 0;
  }

  #pieces(): { piece: string; what: string }[] {
    return [...this.#planted].flatMap(([source, secret]) =>
      formsOf(secret).flatMap(({ form, text, length }) =>
        windows(text, length).map((piece) => ({ piece, what: `${source} (${form})` })),
      ),
    );
  }
}

/** Pieces that carry at least eight bytes of the secret, in every form that it could leave in. */
function formsOf(secret: string): { form: string; text: string; length: number }[] {
  const bytes = Buffer.from(secret, 'utf8');
  const hex = bytes.toString('hex');
  const percent = hex.replace(/../g, '%$&');
  const base64 = [0, 1, 2].flatMap((before) => {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const whole = encoded.slice(before === 0 ? 0 : before + 1).replace(/=+$/, '');
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [
    { form: 'plain', text: secret, length: windowLength },
    { form: 'reversed', text: [...secret].reverse().join(''), length: windowLength },
    { form: 'hex', text: hex, length: 2 * windowLength },
    { form: 'hex', text: hex.toUpperCase(), length: 2 * windowLength },
    { form: 'percent', text: percent, length: 3 * windowLength },
    { form: 'percent', text: percent.toUpperCase(), length: 3 * windowLength },
    ...base64.map((text) => ({ form: 'base64', text, length: 12 })),
  ];
}

function windows(text: string, length: number): string[] {
  const count = Math.max(text.length - length + 1, 0);
  return Array.from({ length: count }, (_, at) => text.slice(at, at + length));
}
