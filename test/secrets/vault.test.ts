import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Mark } from '../../src/model/mark.js';
import { Vault } from '../../src/secrets/vault.js';

const strong = 'f3b1c2d4e5f60718293a4b5c6d7e8f901234567890abcdef';
const other = 'aa'.repeat(4) + strong.slice(8);
const key = Buffer.alloc(32, 7);

describe('equality classes', () => {
  it('follow the order of observations, not the order of reading', () => {
    const vault = new Vault();
    const late = vault.mark(strong, { kind: 'token' });
    const early = vault.mark(other, { kind: 'token' });
    const [first, second] = vault.seal([early, late]);
    expect([first?.class, second?.class]).toEqual([0, 1]);
  });

  it('compare the value as used, and keep the raw value apart', () => {
    const vault = new Vault();
    const [a, b] = vault.seal([
      vault.mark(`${strong}\n`, { kind: 'token', used: strong }),
      vault.mark(strong, { kind: 'token' }),
    ]);
    expect(a?.class).toBe(b?.class);
    expect(a?.rawClass).not.toBe(b?.rawClass);
    expect(a?.flags).toEqual(['outer-blank', 'newline']);
  });

  it('only grow: a later stage keeps what an earlier one was given', () => {
    const vault = new Vault();
    const first = vault.seal(vault.mark(strong, { kind: 'token' }));
    const again = vault.seal({ deep: [vault.mark(strong, { kind: 'proxy-token' })] });
    const fresh = vault.seal(vault.mark(other, { kind: 'token' }));
    expect([first.class, again.deep[0]?.class, fresh.class]).toEqual([0, 0, 1]);
  });

  it('are not given to what is blank', () => {
    expect(new Vault().mark(' \n', { kind: 'token' })).toEqual({
      state: 'blank',
      kind: 'token',
      flags: [],
    });
  });
});

describe('a vault', () => {
  it('cannot be printed, serialised or spread into view', () => {
    const vault = new Vault({ host: key });
    vault.seal(vault.mark(strong, { kind: 'token' }));
    const shown = [
      inspect(vault, { showHidden: true, depth: 9 }),
      JSON.stringify(vault),
      `${JSON.stringify({ ...vault })}`,
    ];
    for (const text of shown) expect(text).not.toContain(strong.slice(0, 8));
  });

  it('reveals by sealed class only', () => {
    const vault = new Vault();
    const mark = vault.mark(strong, { kind: 'token' });
    expect(vault.reveal(mark.class ?? 0)).toBeUndefined();
    expect(vault.reveal(vault.seal(mark).class ?? -1)).toBe(strong);
  });

  it('lists raw and used values for the leak scan, but never a published text', () => {
    const vault = new Vault();
    vault.mark(`"${strong}"`, { kind: 'token', used: strong });
    vault.mark('ollama-local', { kind: 'api-key', published: 'marker' });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as it stands in a config
    vault.mark('${NOPE_TOKEN}', { kind: 'token' });
    expect(vault.needles().map((n) => n.value)).toEqual([`"${strong}"`, strong]);
  });
});

describe('fingerprints', () => {
  const sealed = (value: string, keys = { host: key }): Mark => {
    const vault = new Vault(keys);
    return vault.seal(vault.mark(value, { kind: 'token' }));
  };

  it('are equal between runs with one key, and differ with another', () => {
    expect(sealed(strong).fingerprint).toMatch(/^fp1:[a-z2-7]{10}$/);
    expect(sealed(strong).fingerprint).toBe(sealed(strong).fingerprint);
    expect(sealed(strong).fingerprint).not.toBe(sealed(other).fingerprint);
    expect(sealed(strong, { host: Buffer.alloc(32, 8) }).fingerprint).not.toBe(
      sealed(strong).fingerprint,
    );
  });

  it.each(['hunter2', 'change-me-now', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'])(
    'are never made of the weak value %s',
    (value) => {
      expect(sealed(value).fingerprint).toBeUndefined();
      expect(sealed(value).flags).toContain('weak');
    },
  );
});

describe('flags', () => {
  it.each([
    ['plain', strong, []],
    ['trailing newline', `${strong}\n`, ['outer-blank', 'newline']],
    ['CRLF', `${strong}\r\n`, ['outer-blank', 'newline', 'cr']],
    ['quotes', `"${strong}"`, ['quoted']],
    ['BOM', `\ufeff${strong}`, ['outer-blank', 'bom']],
    ['scheme', `Bearer ${strong}`, ['bearer-prefix']],
    ['escape sequence', `\u001b[31m${strong}`, ['control']],
    ['short', 'abc', ['weak']],
  ])('%s', (_name, raw, flags) => {
    expect(new Vault().mark(raw, { kind: 'token' }).flags).toEqual(flags);
  });
});

describe('JWT-shaped values', () => {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

  it('give their registered claims and nothing else', () => {
    const token = `${part({ alg: 'RS256', kid: 'k1', secret: 'x' })}.${part({
      iss: 'https://issuer.example',
      aud: 'gateway',
      exp: 1_800_000_000,
      email: 'someone@example.com',
    })}.c2lnbmF0dXJl`;
    expect(new Vault().mark(token, { kind: 'token' }).jwt).toEqual({
      alg: 'RS256',
      kid: 'k1',
      iss: 'https://issuer.example',
      aud: ['gateway'],
      exp: 1_800_000_000,
    });
  });

  it.each(['a.b.c', `${'x'.repeat(20)}.${'y'.repeat(20)}.z`, `${part({ alg: 'RS256' })}.%%%.z`])(
    'are not seen in %s',
    (value) => {
      expect(new Vault().mark(value, { kind: 'token' }).jwt).toBeUndefined();
    },
  );
});
