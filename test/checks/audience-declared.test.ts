import check from '../../checks/doctor/audience-declared.js';
import type { GoogleChatFacts } from '../../src/model/facts-gateway.js';
import type { JwtRecord } from '../../src/model/mark.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, oauthProfile, put, set, source, url } from './facts-builder.js';

const expectations = { path: '~/clawdoctor.json', allowedCloudProviders: [] };
const jwtToken =
  (jwt: JwtRecord): Change =>
  (s) =>
    put(s, source('config', { ...set(1), jwt }));

function chat(change: Partial<GoogleChatFacts>, origin?: string): Change {
  return (s) => {
    s.data['gateway.config'].googlechat = [
      { path: 'channels.googlechat', enabled: true, audienceState: 'unset', ...change },
    ];
    if (origin) s.data['gateway.config'].publicOrigin = url(origin);
  };
}

const app = (text: string): Partial<GoogleChatFacts> => ({
  audienceType: 'app-url',
  audience: url(text),
  audienceState: 'url',
});

describeCheck(check, [
  ['an opaque secret', '2026.5', () => {}, ['opaque']],
  ['Google Chat that is off', '2026.5', chat({ enabled: false }), ['opaque']],
  [
    'an app URL under the public origin',
    '2026.9',
    chat(app('https://gw.example.com/googlechat'), 'https://gw.example.com'),
    ['declared'],
  ],
  [
    'an app URL with nothing to compare',
    '2026.5',
    chat(app('https://gw.example.com/googlechat')),
    ['declared'],
  ],
  [
    'an app URL of another host',
    '2026.9',
    chat(app('https://old.example.com/googlechat'), 'https://gw.example.com'),
    ['audience-elsewhere'],
  ],
  [
    'an app URL over http',
    '2026.5',
    chat(app('http://gw.example.com/googlechat')),
    ['audience-not-public'],
  ],
  [
    'an app URL on loopback',
    '2026.5',
    chat(app('https://127.0.0.1/googlechat')),
    ['audience-not-public'],
  ],
  [
    'app-url and a number',
    '2026.5',
    chat({ audienceType: 'app-url', audienceState: 'number', projectNumber: '123' }),
    ['audience-not-a-url'],
  ],
  [
    'a project number',
    '2026.5',
    chat({ audienceType: 'project-number', audienceState: 'number', projectNumber: '123456789' }),
    ['declared'],
  ],
  [
    'project-number and a URL',
    '2026.5',
    chat({ ...app('https://gw.example.com'), audienceType: 'project-number' }),
    ['audience-not-a-number'],
  ],
  ['no audience', '2026.5', chat({ audienceType: 'app-url' }), ['audience-missing']],
  ['no audience type', '2026.5', chat({}), ['audience-missing']],
  [
    'an unknown type',
    '2026.5',
    chat({ audienceType: 'client-id', audienceState: 'other' }),
    ['audience-type-unknown'],
  ],
  [
    'another audience than expected',
    '2026.5',
    (s) => {
      chat(app('https://gw.example.com/googlechat'))(s);
      s.data['host.expectations'] = { ...expectations, audience: 'https://gw.example.com/chat' };
    },
    ['audience-differs'],
  ],
  [
    'Google Chat and broken expectations',
    '2026.5',
    (s) => {
      chat(app('https://gw.example.com/googlechat'))(s);
      s.failed['host.expectations'] = { state: 'error', reason: 'it does not parse' };
    },
    ['expectations-unreadable'],
  ],
  [
    'a JWT token of this audience',
    '2026.5',
    (s) => {
      jwtToken({ aud: ['gateway', 'other'] })(s);
      s.data['host.expectations'] = { ...expectations, audience: 'gateway' };
    },
    ['declared'],
  ],
  [
    'a JWT token of another audience',
    '2026.5',
    (s) => {
      jwtToken({ aud: ['other'] })(s);
      s.data['host.expectations'] = { ...expectations, audience: 'gateway' };
    },
    ['audience-differs'],
  ],
  [
    'a JWT token without an audience',
    '2026.5',
    (s) => {
      jwtToken({ alg: 'HS256' })(s);
      s.data['host.expectations'] = { ...expectations, audience: 'gateway' };
    },
    ['no-audience'],
  ],
  [
    'a JWT token and broken expectations',
    '2026.5',
    (s) => {
      jwtToken({ aud: ['gateway'] })(s);
      s.failed['host.expectations'] = { state: 'denied', reason: 'EACCES' };
    },
    ['expectations-unreadable'],
  ],
  [
    'a JWT token for another public name',
    '2026.9',
    (s) => {
      jwtToken({ aud: ['https://old.example.com'] })(s);
      s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
    },
    ['audience-elsewhere'],
  ],
  [
    'an OAuth profile, whose audience is its provider',
    '2026.5',
    oauthProfile({ aud: ['https://api.openai.com/v1'] }),
    ['declared'],
  ],
  elsewhereHost,
]);
