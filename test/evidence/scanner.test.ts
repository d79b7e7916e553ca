import { describe, expect, it } from 'vitest';
import type { LeakHit } from '../../src/evidence/scanner.js';
import { Scanner } from '../../src/evidence/scanner.js';

const secret = 'Zk/9+v"Q2\\x w7Rt_4uPé8LmN3bYc6';

function scan(
  text: string,
  value = secret,
  more: { own?: string; recorded?: string[] } = {},
): LeakHit[] {
  const scanner = new Scanner({
    needles: [{ value, kind: 'token', weak: false }],
    ownText: () => more.own ?? '',
    recorded: more.recorded ?? [],
  });
  return scanner.scan('stdout', text);
}

const bytes = Buffer.from(secret, 'utf8');

describe('a secret is found', () => {
  it.each([
    ['as it is', secret],
    ['in JSON', JSON.stringify({ a: [secret] })],
    ['in JSON in JSON', JSON.stringify(JSON.stringify(secret)).slice(12, 40)],
    ['in ASCII JSON', `"${secret.replace('"', '\\"').replace('é', '\\u00e9')}"`],
    ['in lower-case hex', `0x${bytes.toString('hex')}`],
    ['in upper-case hex', bytes.toString('hex').toUpperCase()],
    ['in a URL', `https://x/?token=${encodeURIComponent(secret)}`],
    ['with every byte percent-encoded', [...bytes].map((b) => `%${b.toString(16)}`).join('')],
    ['its first 8 characters', `prefix ${secret.slice(0, 8)}…`],
    ['its last 8 characters', secret.slice(-8)],
    ['8 characters of its middle', secret.slice(11, 19)],
    ['broken over two lines', secret.replace(' ', '\n      ')],
    ['with colours in it', `${secret.slice(0, 9)}\u001b[1m${secret.slice(9)}\u001b[22m`],
  ])('%s', (_name, text) => {
    expect(scan(text)).not.toEqual([]);
  });

  it.each([0, 1, 2, 3, 4, 5])('in base64 behind %i bytes, both alphabets', (before) => {
    const text = Buffer.from(`${'u'.repeat(before)}${secret}:rest`).toString('base64');
    expect(scan(`Basic ${text}`)[0]?.form).toBe('base64');
    expect(scan(text.replaceAll('+', '-').replaceAll('/', '_'))[0]?.form).toBe('base64');
  });

  it('and the hit does not hold it', () => {
    expect(scan(`ab ${secret}`)[0]).toEqual({
      where: 'stdout',
      form: 'plain',
      kind: 'token',
      offset: 3,
    });
    expect(JSON.stringify(scan(secret))).not.toContain(secret.slice(0, 4));
  });
});

describe('a secret is not found', () => {
  it.each([
    ['7 characters of it', secret.slice(0, 7)],
    ['an unrelated text', 'the gateway accepts A'.repeat(50)],
    ['a digest', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ])('%s', (_name, text) => {
    expect(scan(text)).toEqual([]);
  });
});

describe('words that are not the secret’s alone', () => {
  const human = 'openclaw-gateway-Xy7';

  it('a piece of our own texts is excused, the whole value is not', () => {
    const own = 'an openclaw-gateway here';
    expect(scan('openclaw-gateway', human, { own })).toEqual([]);
    expect(scan('teway-Xy', human, { own })).toHaveLength(1);
    expect(scan(human, human, { own })).toHaveLength(1);
  });

  it('a piece of a recorded field is excused, the whole value is not', () => {
    const recorded = ['/home/openclaw-gateway-Xy7/x'];
    expect(scan('openclaw-gateway', human, { recorded })).toEqual([]);
    expect(scan('/home/openclaw-gateway-Xy7/x', human, { recorded })).toHaveLength(1);
  });

  it('a value that is one of our own words tells nothing', () => {
    expect(scan('the openclaw gateway', 'openclaw', { own: 'openclaw' })).toEqual([]);
  });
});

describe('a long run of a secret that a recorded name repeats', () => {
  const hex = Array.from({ length: 300 }, (_, i) => ((i * i * 7 + i * 3) % 16).toString(16)).join(
    '',
  );
  const cut = `${hex.slice(0, 199)}…`;

  it.each([
    ['its first 199 characters', cut, hex, [cut], 1],
    ['17 of them', hex.slice(40, 57), hex, [cut], 1],
    ['16 of them: a name may share that much', hex.slice(40, 56), hex, [cut], 0],
    [
      'a path that begins as a secret path does',
      '/home/someone/.openclaw/x',
      '/home/someone/.openclaw/secret',
      ['/home/someone/.openclaw/x'],
      0,
    ],
  ])('%s', (_name, text, value, recorded, hits) => {
    expect(scan(text, value, { recorded })).toHaveLength(hits);
  });

  it('is excused by our own text alone', () => {
    const own = 'ollama-local-key-of-everybody';
    expect(scan(own, `${own}-Xy7`, { own, recorded: [own] })).toEqual([]);
  });
});

describe('a secret in another case', () => {
  const mixed = 'SeCrEt0A1BqWxY7z';

  it.each([
    ['the whole value', mixed.toLowerCase(), [], 1],
    ['the whole value in a recorded name', mixed.toLowerCase(), [mixed.toLowerCase()], 1],
    ['8 characters of it', mixed.slice(3, 11).toUpperCase(), [], 1],
    ['7 characters of it', mixed.slice(3, 10).toLowerCase(), [], 0],
    ['8 characters that a recorded name has too', 'et0a1bqw', ['ET0A1BQW'], 0],
  ])('%s', (_name, text, recorded, hits) => {
    expect(scan(`agent:${text} `, mixed, { recorded })).toHaveLength(hits);
  });
});

describe('short secrets', () => {
  it.each([
    ['as a word', 'the pin is hun7er, yes', 'hun7er', 1],
    ['inside a word', 'xhun7ery', 'hun7er', 0],
    ['of three characters: never', 'abc', 'abc', 0],
    ['at both ends', 'hun7er', 'hun7er', 1],
  ])('%s', (_name, text, value, hits) => {
    expect(scan(text, value)).toHaveLength(hits);
  });

  it('are excused as a word of ours or of a recorded field', () => {
    expect(scan('pid 4121', '4121', { recorded: ['4121'] })).toEqual([]);
    expect(scan('loopback only', 'only', { own: 'reads only' })).toEqual([]);
    expect(scan('4121', '4121', { recorded: ['41217'] })).toHaveLength(1);
  });
});

it('stays linear: 100 secrets of 1,000 characters over a megabyte', () => {
  const needles = Array.from({ length: 100 }, (_, i) => ({
    value: Array.from({ length: 200 }, (_x, j) => `${i}.${j}.zq`)
      .join('')
      .slice(0, 1000),
    kind: 'token' as const,
    weak: false,
  }));
  const scanner = new Scanner({ needles, ownText: () => '', recorded: [] });
  const text = 'the gateway accepts A; '.repeat(45_000);
  const started = performance.now();
  expect(scanner.scan('x', text)).toEqual([]);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(
    scanner.scan('x', text + Buffer.from(needles[99]?.value ?? '').toString('hex')),
  ).toHaveLength(1);
});
