import { describe, expect, it } from 'vitest';
import { jwtRecord } from '../../src/secrets/jwt.js';

function token(claims: unknown, header: unknown = { alg: 'RS256', kid: 'k1' }, tail = 'c2ln') {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part(header)}.${part(claims)}.${tail}`;
}

describe('a value that is shaped like a JWT', () => {
  it('gives its allow-listed claims and nothing else', () => {
    const claims = {
      iss: 'https://id.example.com',
      aud: 'gw',
      exp: 2e9,
      sub: 'me',
      email: 'a@b.c',
    };
    expect(jwtRecord(token(claims))).toEqual({
      alg: 'RS256',
      kid: 'k1',
      iss: 'https://id.example.com',
      aud: ['gw'],
      exp: 2e9,
    });
  });

  it.each([
    ['userinfo', 'https://user:secret@id.example.com/'],
    ['a user', 'https://user@id.example.com/'],
    ['a query', 'https://id.example.com/?key=secret'],
    ['a fragment', 'https://id.example.com/#secret'],
  ])('hides an issuer and audience with %s', (_what, name) => {
    expect(jwtRecord(token({ iss: name, aud: [name, 'gw'] }))).toEqual({
      alg: 'RS256',
      kid: 'k1',
      aud: ['gw'],
    });
  });

  it('keeps names that only look like addresses', () => {
    const record = jwtRecord(token({ iss: 'svc@project.iam.gserviceaccount.com', aud: 'a?b' }));
    expect(record).toMatchObject({ iss: 'svc@project.iam.gserviceaccount.com', aud: ['a?b'] });
  });

  it.each<[string, unknown]>([
    ['numbers', 7],
    ['escapes', '\u001b[31m'],
    ['very long names', 'x'.repeat(201)],
    ['objects', { toString: 'x' }],
  ])('drops claims that are %s', (_what, value) => {
    expect(jwtRecord(token({ iss: value, aud: value, exp: 'soon', nbf: null }))).toEqual({
      alg: 'RS256',
      kid: 'k1',
    });
  });

  it('with alg none and an empty signature is one', () => {
    expect(jwtRecord(token({ iss: 'a' }, { alg: 'none' }, ''))).toEqual({ alg: 'none', iss: 'a' });
  });

  it.each([
    '',
    '..',
    'a.b.c',
    'a.b.c.d',
    `${'A'.repeat(20_000)}.e30.x`,
    token([], { alg: 'RS256' }),
    token({}, { kid: 'k1' }),
    token({}, { ['__proto__']: { alg: 'RS256' } }),
  ])('is not %j', (value) => {
    expect(jwtRecord(value)).toBeUndefined();
  });
});
