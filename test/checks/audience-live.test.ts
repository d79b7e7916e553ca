import check from '../../checks/probes/audience-live.js';
import { describeCheck, elsewhereHost, type Row } from './check-table.js';
import { url } from './facts-builder.js';
import { both, expectIssuer, issuer, live, provider, token } from './issuer-rows.js';

const expectAudience = (audience: string) => expectIssuer({ issuer, audience });
const seen = (change: Parameters<typeof token>[0] = {}) => live([provider()], [token(change)]);
const bare = { alg: 'ES256', iss: issuer };

const rows: Row[] = [
  ['an opaque secret', '2026.5', () => {}, ['opaque']],
  [
    'an OAuth profile alone, whose audience is its provider',
    '2026.5',
    seen({ provider: 'acme' }),
    ['opaque'],
  ],
  ['a token that nothing contradicts', '2026.5', seen(), ['verified']],
  [
    'the expected audience, with a final slash',
    '2026.5',
    both(seen(), expectAudience('https://gw.example.com/')),
    ['verified'],
  ],
  [
    'another audience than expected',
    '2026.5',
    both(seen(), expectAudience('https://other.example.com')),
    ['audience-differs'],
  ],
  [
    'no audience where one is expected',
    '2026.5',
    both(seen({ jwt: bare }), expectAudience('gw')),
    ['audience-missing'],
  ],
  ['no audience, and none expected', '2026.5', seen({ jwt: bare }), ['unbound']],
  [
    'an audience that is another host',
    '2026.9',
    both(seen(), (s) => {
      s.data['gateway.config'].publicOrigin = url('https://new.example.com');
    }),
    ['audience-elsewhere'],
  ],
  [
    'an audience that is a plain name',
    '2026.9',
    both(seen({ jwt: { ...bare, aud: ['gateway'] } }), (s) => {
      s.data['gateway.config'].publicOrigin = url('https://new.example.com');
    }),
    ['verified'],
  ],
  ['a forged token', '2026.5', seen({ signature: 'signature-wrong' }), ['unproved']],
  ['a token nobody could check', '2026.5', seen({ signature: 'not-checked' }), ['not-verified']],
  ['keys nobody could use', '2026.5', seen({ signature: 'unusable' }), ['not-verified']],
  [
    'broken expectations',
    '2026.5',
    both(seen(), (s) => {
      s.failed['host.expectations'] = { state: 'denied', reason: 'EACCES' };
    }),
    ['expectations-unreadable'],
  ],
  [
    'a probe that was cut off',
    '2026.5',
    (s) => {
      s.failed['probe.issuers'] = { state: 'timeout', reason: 'no answer within 8000 ms' };
    },
    ['undetermined'],
  ],
  elsewhereHost,
];

describeCheck(check, rows);
