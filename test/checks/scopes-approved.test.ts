import check from '../../checks/doctor/scopes-approved.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, pairedDevice } from './facts-builder.js';

const approved =
  (...scopes: string[]): Change =>
  (s) => {
    const pairing = s.data['gateway.pairing'];
    pairing.paired = {
      ...pairing.paired,
      state: 'ok',
      rows: [pairedDevice({ scopes, approvedScopes: scopes })],
    };
  };

describeCheck(check, [
  ['a host that never paired', '2026.5', () => {}, ['never-paired']],
  ['read', '2026.5', approved('operator.read'), ['covered']],
  ['write, which includes read', '2026.5', approved('operator.write'), ['covered']],
  ['admin', '2026.9', approved('operator.admin'), ['covered']],
  ['pairing alone', '2026.5', approved('operator.pairing'), ['narrow-scopes']],
  ['pairing alone, which grows', '2026.9', approved('operator.pairing'), ['grows-silently']],
  ['nothing', '2026.5', approved(), ['narrow-scopes']],
  [
    'a device of somebody else',
    '2026.5',
    (s) => {
      approved('operator.pairing')(s);
      s.data['gateway.pairing'].paired.rows = [pairedDevice({ deviceId: 'e'.repeat(64) })];
    },
    ['never-paired'],
  ],
  [
    'a truncated store',
    '2026.5',
    (s) => {
      s.data['gateway.pairing'].paired = {
        state: 'invalid',
        source: 'paired.json',
        reason: 'the JSON ends early',
        rows: [],
      };
    },
    ['store-broken'],
  ],
  [
    'a store of another user',
    '2026.5',
    (s) => {
      s.data['gateway.pairing'].paired = {
        state: 'denied',
        source: 'paired.json',
        reason: 'EACCES',
        rows: [],
      };
    },
    ['store-denied'],
  ],
  [
    'an I/O error',
    '2026.5',
    (s) => {
      s.data['gateway.pairing'].paired = {
        state: 'error',
        source: 'paired.json',
        reason: 'EIO',
        rows: [],
      };
    },
    ['store-not-read'],
  ],
  elsewhereHost,
]);
