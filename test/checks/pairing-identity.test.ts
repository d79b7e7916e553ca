import check from '../../checks/doctor/pairing-identity.js';
import { describeCheck, elsewhereHost, type Row } from './check-table.js';
import {
  type Change,
  deviceToken,
  nowMs,
  pairedDevice,
  put,
  set,
  source,
  unset,
} from './facts-builder.js';

const paired: Change = (s) => {
  const pairing = s.data['gateway.pairing'];
  pairing.paired = { ...pairing.paired, state: 'ok', rows: [pairedDevice()] };
  pairing.deviceTokens = { ...pairing.deviceTokens, state: 'ok', rows: [deviceToken()] };
};

/** Nothing on this host that the CLI could send: its device token is all it has. */
const alone =
  (change: Change): Change =>
  (s) => {
    put(s, source('config', unset()));
    change(s);
  };
const differs: Change = (s) => {
  paired(s);
  s.data['gateway.pairing'].deviceTokens.rows = [deviceToken({ mark: set(51, 'device-token') })];
};
const revoked: Change = (s) => {
  paired(s);
  const mark = set(50, 'device-token');
  const tokens = [{ role: 'operator', scopes: [], mark, revokedAtMs: nowMs }];
  s.data['gateway.pairing'].paired.rows = [pairedDevice({ tokens })];
};
const unknown: Change = (s) => {
  paired(s);
  s.data['gateway.pairing'].paired.rows = [];
};
const replaced: Change = (s) => {
  paired(s);
  s.data['gateway.pairing'].deviceTokens.rows = [deviceToken({ deviceId: 'e'.repeat(64) })];
};
const foreignKey: Change = (s) => {
  s.data['gateway.pairing'].identity.rows = [{ deviceId: 'd'.repeat(64), idMatchesKey: false }];
};
const damaged =
  (part: 'identity' | 'deviceTokens' | 'paired'): Change =>
  (s) => {
    paired(s);
    const reason = 'the JSON ends early';
    s.data['gateway.pairing'][part] = { state: 'invalid', source: part, reason, rows: [] };
  };

const pairedOn =
  (platform: string): Change =>
  (s) => {
    paired(s);
    s.data['gateway.pairing'].paired.rows = [pairedDevice({ platform })];
  };

describeCheck(check, [
  ['a state directory of a Mac', '2026.5', pairedOn('darwin'), ['platform-differs']],
  [
    'the same on 2026.9, without a secret',
    '2026.9',
    alone(pairedOn('darwin')),
    ['platform-differs'],
  ],
  [
    'the same on 2026.9, which looks at no device',
    '2026.9',
    pairedOn('darwin'),
    ['belongs-together'],
  ],
  ['this platform in capitals', '2026.5', pairedOn('Linux'), ['belongs-together']],
  ['a platform that is not told', '2026.5', pairedOn(''), ['belongs-together']],
  ['a platform in the words of an app', '2026.5', pairedOn('macOS 26.1'), ['belongs-together']],
  [
    'another device from another platform',
    '2026.5',
    (s) => {
      paired(s);
      const other = pairedDevice({ deviceId: 'f'.repeat(64), platform: 'darwin' });
      s.data['gateway.pairing'].paired.rows.push(other);
    },
    ['belongs-together'],
  ],
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
  ['a token that differs, and nothing else', '2026.5', alone(differs), ['token-differs']],
  ['a revoked token, and nothing else', '2026.9', alone(revoked), ['token-revoked']],
  ['an unknown device, and nothing else', '2026.5', alone(unknown), ['unknown-to-gateway']],
  ['a new identity, and nothing else', '2026.5', alone(replaced), ['identity-replaced']],
  ['a key of somebody else, and nothing else', '2026.5', alone(foreignKey), ['identity-broken']],
  ['damaged tokens, and nothing else', '2026.5', alone(damaged('deviceTokens')), ['store-broken']],
  ...[differs, revoked, unknown, replaced, foreignKey].map((change): Row => {
    const what = 'a drift, with the shared secret at hand';
    return [what, '2026.5', change, ['mended-at-next-connect']];
  }),
  [
    'a node token that differs: no shared secret mends that',
    '2026.5',
    (s) => {
      differs(s);
      const [token] = s.data['gateway.pairing'].deviceTokens.rows;
      if (token) token.role = 'node';
    },
    ['unknown-to-gateway'],
  ],
  ['damaged tokens', '2026.5', damaged('deviceTokens'), ['tokens-damaged']],
  ['a damaged identity', '2026.5', damaged('identity'), ['identity-damaged']],
  ['a damaged store of paired devices', '2026.5', damaged('paired'), ['store-broken']],
  [
    'files of before beside the database',
    '2026.9',
    (s) => {
      s.data['gateway.pairing'].staleJson = ['~/.openclaw/devices/paired.json'];
    },
    ['never-paired', 'stale-files'],
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
