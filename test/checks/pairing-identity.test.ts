import check from '../../checks/doctor/pairing-identity.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, deviceToken, nowMs, pairedDevice, set } from './facts-builder.js';

const paired: Change = (s) => {
  const pairing = s.data['gateway.pairing'];
  pairing.paired = { ...pairing.paired, state: 'ok', rows: [pairedDevice()] };
  pairing.deviceTokens = { ...pairing.deviceTokens, state: 'ok', rows: [deviceToken()] };
};

describeCheck(check, [
  ['a gateway identity that nobody has paired', '2026.5', () => {}, ['never-paired']],
  [
    'no identity at all',
    '2026.9',
    (s) => {
      s.data['gateway.pairing'].identity = { state: 'absent', source: 'none', rows: [] };
    },
    ['never-paired'],
  ],
  ['a paired host', '2026.5', paired, ['belongs-together']],
  [
    'a paired host without a token of its own',
    '2026.9',
    (s) => {
      paired(s);
      s.data['gateway.pairing'].deviceTokens.rows = [];
    },
    ['paired-without-token'],
  ],
  [
    'a token that was replaced on one side',
    '2026.5',
    (s) => {
      paired(s);
      s.data['gateway.pairing'].deviceTokens.rows = [
        deviceToken({ mark: set(51, 'device-token') }),
      ];
    },
    ['token-differs'],
  ],
  [
    'a token that an approval renewed after the client kept its own',
    '2026.5',
    (s) => {
      paired(s);
      const { deviceTokens, paired: records } = s.data['gateway.pairing'];
      records.rows = [pairedDevice({ approvedAtMs: nowMs })];
      const mark = set(51, 'device-token');
      deviceTokens.rows = [deviceToken({ mark, updatedAtMs: nowMs - 1000 })];
    },
    ['renewed-by-approval'],
  ],
  [
    'a revoked token',
    '2026.9',
    (s) => {
      paired(s);
      s.data['gateway.pairing'].paired.rows = [
        pairedDevice({
          tokens: [
            { role: 'operator', scopes: [], mark: set(50, 'device-token'), revokedAtMs: nowMs },
          ],
        }),
      ];
    },
    ['token-revoked'],
  ],
  [
    'a device that the gateway does not know',
    '2026.5',
    (s) => {
      paired(s);
      s.data['gateway.pairing'].paired.rows = [];
    },
    ['unknown-to-gateway'],
  ],
  [
    'a new identity beside the old token',
    '2026.5',
    (s) => {
      paired(s);
      s.data['gateway.pairing'].deviceTokens.rows = [deviceToken({ deviceId: 'e'.repeat(64) })];
    },
    ['identity-replaced'],
  ],
  [
    'a key of somebody else',
    '2026.5',
    (s) => {
      s.data['gateway.pairing'].identity.rows = [{ deviceId: 'd'.repeat(64), idMatchesKey: false }];
    },
    ['identity-broken'],
  ],
  [
    'a truncated store',
    '2026.5',
    (s) => {
      paired(s);
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
    'a store that may not be read, and one that fails',
    '2026.5',
    (s) => {
      s.data['gateway.pairing'].identity = {
        state: 'denied',
        source: 'device.json',
        reason: 'EACCES',
        rows: [],
      };
      s.data['gateway.pairing'].paired = {
        state: 'error',
        source: 'paired.json',
        reason: 'EIO',
        rows: [],
      };
    },
    ['store-denied', 'store-not-read'],
  ],
  elsewhereHost,
]);
