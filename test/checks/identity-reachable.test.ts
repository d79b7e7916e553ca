import { expect, it } from 'vitest';
import check from '../../checks/probes/identity-reachable.js';
import type { ReachRow } from '../../src/model/facts-wire.js';
import { describeCheck } from './check-table.js';
import { type Change, healthyGateway, judgeOne, url } from './facts-builder.js';

function row(change: Partial<ReachRow>): Change {
  return (s) => {
    s.data['probe.reachable'].rows.push({
      url: url('wss://gw.example.com'),
      sources: ['gateway.publicOrigin'],
      place: 'external',
      state: 'asked',
      answer: { kind: 'gateway-401', status: 401 },
      ...change,
    });
  };
}

const lan = {
  url: url('ws://192.168.1.20:18789'),
  sources: ['own address'],
  place: 'lan',
} as const;

describeCheck(check, [
  ['loopback alone', '2026.5', () => {}, ['same-everywhere']],
  ['a name with the same answer', '2026.9', row({}), ['same-everywhere']],
  ['an address of this host', '2026.9', row(lan), ['same-everywhere']],
  ['nothing there', '2026.9', row({ answer: { kind: 'refused', status: 0 } }), ['nothing-there']],
  [
    'a name that this host does not resolve',
    '2026.9',
    row({ answer: { kind: 'not-resolved', status: 0 } }),
    ['not-resolved'],
  ],
  [
    'a network without a route there',
    '2026.9',
    row({ answer: { kind: 'unreachable', status: 0 } }),
    ['unreachable'],
  ],
  ['too late', '2026.9', row({ answer: { kind: 'timeout', status: 0 } }), ['no-answer']],
  [
    'open there, protected here',
    '2026.9',
    row({ answer: { kind: 'gateway-accepted', status: 400 } }),
    ['another-answer'],
  ],
  [
    'the browser control',
    '2026.5',
    row({ ...lan, answer: { kind: 'html', status: 401 } }),
    ['another-answer'],
  ],
  [
    'another program',
    '2026.5',
    row({ answer: { kind: 'json-other', status: 404 } }),
    ['another-answer'],
  ],
  [
    'a login page in front',
    '2026.9',
    row({ answer: { kind: 'html', status: 302 } }),
    ['identity-first'],
  ],
  [
    'a proxy that is not trusted',
    '2026.9',
    row({ answer: { kind: 'gateway-403', status: 403 } }),
    ['headers-refused'],
  ],
  [
    'locked there',
    '2026.9',
    row({ answer: { kind: 'gateway-429', status: 429 } }),
    ['same-everywhere'],
  ],
  ['not asked', '2026.9', row({ state: 'not-asked' }), ['not-asked']],
  ['never asked', '2026.9', row({ state: 'forbidden' }), ['same-everywhere']],
  [
    'a certificate for another name',
    '2026.9',
    row({ tls: { faults: ['wrong-name'], names: ['old.example.com'] } }),
    ['certificate'],
  ],
  [
    'the gateway’s own certificate on this host',
    '2026.9',
    row({ ...lan, tls: { faults: ['wrong-name', 'self-signed'], names: [], isOwnFile: true } }),
    ['same-everywhere'],
  ],
  [
    'the gateway’s own certificate, expired',
    '2026.9',
    row({ ...lan, tls: { faults: ['expired'], names: [], notAfterMs: 1, isOwnFile: true } }),
    ['certificate'],
  ],
  [
    'an observer that failed',
    '2026.9',
    (s) => {
      s.failed['probe.reachable'] = { state: 'timeout', reason: 'no time' };
    },
    ['not-determined'],
  ],
]);

it('says which certificate fault it is, as a sentence, and when it expired', () => {
  const facts = healthyGateway(
    '2026.9',
    row({ tls: { faults: ['expired'], names: [], notAfterMs: 0 } }),
  );
  expect(judgeOne(check, facts)[0]?.text).toBe(
    'gateway.publicOrigin names wss://gw.example.com, and its certificate has expired (on 1970-01-01)',
  );
});
