import { describe, expect, it } from 'vitest';
import { isAccessIssuer, issuedTokens, namedIssuers, sameName } from '../../src/domain/issuers.js';
import { jwtHolders } from '../../src/domain/openclaw/jwt-holders.js';
import type { JwtRecord } from '../../src/model/mark.js';
import {
  type Change,
  gateway,
  healthyGateway,
  oauthProfile,
  put,
  set,
  source,
  url,
} from '../checks/facts-builder.js';
import { both, expectIssuer, issuer } from '../checks/issuer-rows.js';

const holds =
  (id: 'config' | 'shell' | 'last-good' | 'hooks', value: number, jwt: JwtRecord): Change =>
  (s) =>
    put(s, source(id, { ...set(value), jwt }));
const names = (...changes: Change[]) =>
  jwtHolders(healthyGateway('2026.5', both(...changes)), gateway).map((h) => h.name);

describe('the holders of a JWT', () => {
  it('are the gateway’s own secrets, but neither its hooks token nor what used to hold', () => {
    const all = (['config', 'shell', 'last-good', 'hooks'] as const).map((id, n) =>
      holds(id, n + 1, { iss: issuer }),
    );
    expect(names(...all)).toEqual(['config-token', 'shell-token']);
  });

  it('are references that resolve to one, unless the value is written somewhere too', () => {
    const resolved: Change = (s) => {
      s.data['gateway.credentials'].resolved = [7, 8].map((value) => ({
        slot: 'token' as const,
        ref: { source: 'file' as const, form: 'object' as const, provider: 'p', id: '/t' },
        environment: 'any' as const,
        mark: { ...set(value), jwt: { iss: issuer } },
      }));
    };
    expect(names(resolved, holds('shell', 7, { iss: issuer }))).toEqual([
      'shell-token',
      'token-any',
    ]);
  });

  it('are OAuth profiles, with their provider', () => {
    expect(
      jwtHolders(healthyGateway('2026.5', oauthProfile({ iss: issuer }, 'acme')), gateway),
    ).toMatchObject([{ name: 'acme:default', provider: 'acme', renewed: true, class: 70 }]);
  });
});

describe('the issuers that may be contacted', () => {
  const named = (...changes: Change[]) =>
    namedIssuers(healthyGateway('2026.9', both(...changes)), gateway);

  it('are declared or expected ones: the claim of a token alone names none', () => {
    expect(named(holds('config', 1, { iss: 'http://169.254.169.254' }))).toEqual([]);
    expect(named(expectIssuer({ issuer: `${issuer}/` }))).toEqual([
      { issuer: `${issuer}/`, kind: 'openid', source: 'clawdoctor.json issuer' },
    ]);
  });

  it('are listed once, the expected spelling first', () => {
    const access: Change = (s) => {
      s.data['gateway.config'].cloudflareIssuer = url('https://acme.cloudflareaccess.com');
    };
    const expected = expectIssuer({ issuer: 'https://acme.cloudflareaccess.com/' });
    expect(named(access).map((n) => n.kind)).toEqual(['cloudflare-access']);
    expect(named(access, expected)).toHaveLength(1);
    expect(named(access, expectIssuer())).toHaveLength(2);
  });
});

describe('the tokens whose signature is asked for', () => {
  const asked = (...changes: Change[]) =>
    issuedTokens(healthyGateway('2026.5', both(...changes)), gateway).map((t) => t.holder.name);

  it.each<[string, Change, string[]]>([
    ['one of the expected issuer', holds('config', 1, { iss: issuer }), ['config-token']],
    [
      'one that spells it with a slash',
      holds('config', 1, { iss: `${issuer}/` }),
      ['config-token'],
    ],
    ['one without an issuer', holds('config', 1, { alg: 'ES256' }), ['config-token']],
    ['one of somebody else', holds('config', 1, { iss: 'https://a.example.com' }), []],
    ['a profile of the expected issuer', oauthProfile({ iss: issuer }, 'acme'), ['acme:default']],
    ['a profile without an issuer', oauthProfile({ alg: 'RS256' }, 'acme'), []],
  ])('%s', (_what, change, expected) => {
    expect(asked(expectIssuer(), change)).toEqual(expected);
    expect(asked(change)).toEqual([]);
  });

  it('is asked for once a value, wherever it is written', () => {
    const both2 = [holds('config', 1, { iss: issuer }), holds('shell', 1, { iss: issuer })];
    expect(asked(expectIssuer(), ...both2)).toEqual(['config-token']);
  });
});

it.each([
  ['https://id.example.com', 'https://id.example.com/', true],
  ['https://ID.example.com:443', 'https://id.example.com', true],
  ['https://id.example.com/a', 'https://id.example.com', false],
  ['http://id.example.com', 'https://id.example.com', false],
  ['gateway', 'gateway', true],
  ['gateway', 'Gateway', false],
])('%s and %s are one name: %s', (a, b, same) => {
  expect(sameName(a, b)).toBe(same);
});

it.each([
  ['https://acme.cloudflareaccess.com', true],
  ['https://acme.fed.cloudflareaccess.com', true],
  ['https://cloudflareaccess.com', false],
  ['https://.cloudflareaccess.com', false],
  ['http://acme.cloudflareaccess.com', false],
  ['https://acme.cloudflareaccess.com:8443', false],
  ['https://acme.cloudflareaccess.com/x', false],
  ['https://acme.cloudflareaccess.com.example.org', false],
])('%s as a Cloudflare Access issuer: %s', (text, is) => {
  expect(isAccessIssuer(text)).toBe(is);
});
