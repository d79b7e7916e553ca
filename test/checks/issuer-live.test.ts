import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import check from '../../checks/probes/issuer-live.js';
import { judge } from '../../src/engine/judge.js';
import type { ProviderFault } from '../../src/model/facts-issuer.js';
import { describeCheck, elsewhereHost, type Row } from './check-table.js';
import { healthyGateway, judgeOne } from './facts-builder.js';
import { both, issuer, live, nowS, provider, token } from './issuer-rows.js';

const times = (claims: { exp?: number; nbf?: number; iat?: number }) =>
  live([provider()], [token({ jwt: { alg: 'ES256', iss: issuer, ...claims } })]);
const faulty = (state: 'unreachable' | 'broken' | 'not-contacted', fault: ProviderFault) =>
  live([provider({ state, fault, document: 'discovery' })]);

const rows: Row[] = [
  ['an opaque secret', '2026.5', () => {}, ['opaque']],
  [
    'a JWT of which nobody expects anything',
    '2026.5',
    (s) => {
      s.data['probe.issuers'].embedded = 1;
    },
    ['nothing-expected'],
  ],
  ['an issuer that is well', '2026.9', live([provider()]), ['reachable']],
  ['a good token', '2026.5', live([provider()], [token()]), ['reachable', 'verified']],
  [
    'a Cloudflare team, which has no discovery document',
    '2026.9',
    (s) => {
      const { discovered: _none, ...rest } = provider({ kind: 'cloudflare-access' });
      live([rest])(s);
    },
    ['reachable'],
  ],
  [
    'an issuer that calls itself otherwise',
    '2026.5',
    live([provider({ discovered: 'https://login.example.com' })]),
    ['issuer-differs'],
  ],
  [
    'another tenant of one host',
    '2026.5',
    live([provider({ discovered: 'https://id.example.com/tenant-b' })]),
    ['issuer-differs'],
  ],
  [
    'an issuer with a final slash',
    '2026.5',
    live([provider({ discovered: `${issuer}/` })]),
    ['issuer-slash'],
  ],
  ...(['key-unknown', 'signature-wrong', 'alg-refused'] as const).map(
    (signature): Row => [
      signature,
      '2026.5',
      live([provider()], [token({ signature })]),
      ['reachable', signature],
    ],
  ),
  [
    'keys that this Node cannot use',
    '2026.5',
    live([provider()], [token({ signature: 'unusable' })]),
    ['reachable', 'keys-unusable'],
  ],
  ['a token without times', '2026.5', times({}), ['reachable', 'verified']],
  ['a token that has expired', '2026.5', times({ exp: nowS - 3600 }), ['reachable', 'expired']],
  ['one that expired just now', '2026.5', times({ exp: nowS - 59 }), ['reachable', 'verified']],
  ['one of a minute ago', '2026.5', times({ exp: nowS - 60 }), ['reachable', 'expired']],
  ['one for later', '2026.5', times({ nbf: nowS + 900 }), ['reachable', 'not-yet-valid']],
  ['one for the next minute', '2026.5', times({ nbf: nowS + 60 }), ['reachable', 'verified']],
  ['one of the future', '2026.5', times({ iat: nowS + 900 }), ['reachable', 'issued-in-future']],
  [
    'an expired profile, which OpenClaw renews',
    '2026.5',
    live(
      [provider()],
      [token({ provider: 'acme', renewed: true, jwt: { alg: 'ES256', exp: nowS - 3600 } })],
    ),
    ['reachable', 'verified'],
  ],
  [
    'an expired token of an issuer that nobody asked',
    '2026.5',
    live(
      [provider({ state: 'not-asked' })],
      [token({ signature: 'not-checked', jwt: { exp: nowS - 3600 } })],
    ),
    ['external-not-asked', 'expired'],
  ],
  [
    'a good-looking token of an issuer that nobody asked',
    '2026.5',
    live([provider({ state: 'not-asked' })], [token({ signature: 'not-checked' })]),
    ['external-not-asked'],
  ],
  [
    'clocks ten minutes apart',
    '2026.5',
    live([provider({ skewMs: -600_000 })]),
    ['reachable', 'clock-skew'],
  ],
  ['clocks a minute apart', '2026.5', live([provider({ skewMs: 60_000 })]), ['reachable']],
  [
    'an issuer that does not answer',
    '2026.5',
    faulty('unreachable', 'timeout'),
    ['discovery-unreachable'],
  ],
  ['an issuer without a document', '2026.5', faulty('broken', 'status'), ['discovery-broken']],
  ['an issuer over http', '2026.5', faulty('not-contacted', 'not-https'), ['not-contacted']],
  [
    'broken expectations beside a JWT',
    '2026.5',
    (s) => {
      s.data['probe.issuers'].embedded = 1;
      s.failed['host.expectations'] = { state: 'error', reason: 'it does not parse' };
    },
    ['expectations-unreadable'],
  ],
  [
    'broken expectations and an opaque secret',
    '2026.5',
    (s) => {
      s.failed['host.expectations'] = { state: 'error', reason: 'it does not parse' };
    },
    ['opaque'],
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

describeCheck(check, rows, ['undetermined']);

describe('an issuer that nobody asked for', () => {
  it('changes no exit code, and keeps the ticket open', () => {
    const facts = healthyGateway('2026.5', live([provider({ state: 'not-asked' })]));
    const report = judge(facts.observations, [check], () => ({
      incidents: [],
      plan: [],
      history: [],
    }));
    expect(report).toMatchObject({ exitCode: 0, closable: false });
    expect(checks).toContain(check);
  });

  it.each(['no-connection', 'timeout', 'busy', 'redirect', 'not-json', 'no-keys'] as const)(
    'has a sentence for %s',
    (fault) => {
      const facts = healthyGateway('2026.5', both(faulty('broken', fault)));
      expect(judgeOne(check, facts)[0]?.text).not.toMatch(/undefined|[{}]/);
    },
  );
});
