import check from '../../checks/doctor/issuer-declared.js';
import type { JwtRecord } from '../../src/model/mark.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, neverTaken, oauthProfile, put, set, source, url } from './facts-builder.js';

const expectations = { path: '~/clawdoctor.json', allowedCloudProviders: [] };
const jwtToken =
  (jwt: JwtRecord): Change =>
  (s) =>
    put(s, source('config', { ...set(1), jwt }));

describeCheck(check, [
  ['an opaque secret', '2026.5', () => {}, ['opaque']],
  [
    'a Cloudflare team',
    '2026.9',
    (s) => {
      s.data['gateway.config'].cloudflareIssuer = url('https://acme.cloudflareaccess.com');
    },
    ['declared'],
  ],
  [
    'a Cloudflare issuer over http',
    '2026.9',
    (s) => {
      s.data['gateway.config'].cloudflareIssuer = url('http://acme.cloudflareaccess.com');
    },
    ['malformed-issuer'],
  ],
  [
    'a Cloudflare team with a final slash',
    '2026.9',
    (s) => {
      s.data['gateway.config'].cloudflareIssuer = url('https://acme.cloudflareaccess.com');
      s.data['gateway.config'].cloudflareSlash = true;
    },
    ['slash-refused'],
  ],
  [
    'a look-alike domain',
    '2026.9',
    (s) => {
      s.data['gateway.config'].cloudflareIssuer = url(
        'https://acme.cloudflareaccess.com.example.org',
      );
    },
    ['malformed-issuer'],
  ],
  [
    'another Cloudflare team than expected',
    '2026.9',
    (s) => {
      s.data['gateway.config'].cloudflareIssuer = url('https://acme.cloudflareaccess.com');
      s.data['host.expectations'] = {
        ...expectations,
        issuer: 'https://other.cloudflareaccess.com',
      };
    },
    ['issuer-differs'],
  ],
  [
    'the expected team with a final slash',
    '2026.9',
    (s) => {
      s.data['gateway.config'].cloudflareIssuer = url('https://acme.cloudflareaccess.com/');
      s.data['host.expectations'] = {
        ...expectations,
        issuer: 'https://acme.cloudflareaccess.com',
      };
    },
    ['declared'],
  ],
  [
    'a declared issuer and broken expectations',
    '2026.9',
    (s) => {
      s.data['gateway.config'].cloudflareIssuer = url('https://acme.cloudflareaccess.com');
      s.failed['host.expectations'] = { state: 'error', reason: 'it does not parse' };
    },
    ['expectations-unreadable'],
  ],
  [
    'a JWT token that nothing contradicts',
    '2026.5',
    jwtToken({ iss: 'https://id.example.com' }),
    ['declared'],
  ],
  [
    'a JWT token of another issuer',
    '2026.5',
    (s) => {
      jwtToken({ iss: 'https://id.example.com' })(s);
      s.data['host.expectations'] = { ...expectations, issuer: 'https://sso.example.com' };
    },
    ['issuer-differs'],
  ],
  [
    'a JWT token without an issuer',
    '2026.5',
    (s) => {
      jwtToken({ alg: 'HS256' })(s);
      s.data['host.expectations'] = { ...expectations, issuer: 'https://sso.example.com' };
    },
    ['no-issuer'],
  ],
  [
    'a JWT token and expectations that nobody has looked for',
    '2026.5',
    (s) => {
      jwtToken({ iss: 'https://id.example.com' })(s);
      neverTaken('host.expectations')(s);
    },
    ['expectations-unreadable'],
  ],
  [
    'a JWT token and broken expectations',
    '2026.5',
    (s) => {
      jwtToken({ iss: 'https://id.example.com' })(s);
      s.failed['host.expectations'] = { state: 'denied', reason: 'EACCES' };
    },
    ['expectations-unreadable'],
  ],
  [
    'an OAuth profile of its provider',
    '2026.5',
    oauthProfile({ iss: 'https://auth.openai.com' }),
    ['declared'],
  ],
  [
    'an OAuth profile of somebody else',
    '2026.5',
    oauthProfile({ iss: 'https://auth.example.com' }),
    ['issuer-not-of-provider'],
  ],
  ['an OAuth profile without an issuer', '2026.5', oauthProfile({ alg: 'RS256' }), ['opaque']],
  [
    'an OAuth profile of a provider we do not know',
    '2026.5',
    oauthProfile({ iss: 'https://auth.acme.dev' }, 'acme'),
    ['declared'],
  ],
  [
    'an expected issuer that nothing has',
    '2026.5',
    (s) => {
      s.data['host.expectations'] = { ...expectations, issuer: 'https://sso.example.com' };
    },
    ['expected-but-none'],
  ],
  elsewhereHost,
]);
