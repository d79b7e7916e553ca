import { expect, it } from 'vitest';
import check from '../../checks/doctor/scopes-pending.js';
import type { PairedDevice, PendingRequest } from '../../src/model/facts-pairing.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import {
  type Change,
  healthyGateway,
  judgeOne,
  nowMs,
  pairedDevice,
  pendingRequest,
} from './facts-builder.js';

function pending(request: Partial<PendingRequest>, device: Partial<PairedDevice> = {}): Change {
  return (s) => {
    const pairing = s.data['gateway.pairing'];
    pairing.paired = { ...pairing.paired, state: 'ok', rows: [pairedDevice(device)] };
    pairing.pending = { ...pairing.pending, state: 'ok', rows: [pendingRequest(request)] };
  };
}

describeCheck(check, [
  ['nothing pending', '2026.5', () => {}, ['none-pending']],
  ['a scope upgrade', '2026.5', pending({}), ['scope-upgrade-pending']],
  ['a scope upgrade', '2026.9', pending({}), ['scope-upgrade-pending']],
  ['a role upgrade', '2026.9', pending({ roles: ['operator', 'node'] }), ['role-upgrade-pending']],
  [
    'another platform',
    '2026.9',
    pending({ scopes: ['operator.pairing'], platform: 'darwin' }),
    ['metadata-upgrade-pending'],
  ],
  [
    'the same platform in capitals',
    '2026.9',
    pending({ scopes: ['operator.pairing'], platform: 'Linux' }),
    ['already-approved'],
  ],
  [
    'read asked of a device with write',
    '2026.5',
    pending({}, { approvedScopes: ['operator.write'] }),
    ['already-approved'],
  ],
  [
    'a device that nobody has paired',
    '2026.5',
    pending({ deviceId: 'e'.repeat(64) }),
    ['new-device-waiting'],
  ],
  [
    'a truncated store',
    '2026.5',
    (s) => {
      s.data['gateway.pairing'].pending = {
        state: 'invalid',
        source: 'pending.json',
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
      s.data['gateway.pairing'].pending = {
        state: 'denied',
        source: 'pending.json',
        reason: 'EACCES',
        rows: [],
      };
    },
    ['store-denied'],
  ],
  [
    'a request, and paired devices that cannot be read',
    '2026.9',
    (s) => {
      pending({})(s);
      s.data['gateway.pairing'].paired = { state: 'error', source: 'db', reason: 'EIO', rows: [] };
    },
    ['store-not-read'],
  ],
  elsewhereHost,
]);

it('says device, approved, requested, request, client and age, and that it is safe', () => {
  const [finding] = judgeOne(check, healthyGateway('2026.5', pending({ tsMs: nowMs - 600_000 })));
  expect(finding).toMatchObject({
    subject: 'gateway:18789#0b9d4a7e-1111-4222-8333-444455556666',
    next: ['approve-request'],
    params: {
      device: 'dddddddddddd',
      client: 'cli',
      approved: ['operator.pairing'],
      requested: ['operator.read'],
      ageMinutes: 10,
      expired: 'yes',
      risk: 'safe',
    },
  });
});

it.each([
  ['admin', { scopes: ['operator.admin'] }],
  ['approvals', { scopes: ['operator.read', 'operator.approvals'] }],
  ['an unknown client', { clientId: 'webchat' }],
])('leaves %s to a person', (_what, request) => {
  const [finding] = judgeOne(check, healthyGateway('2026.5', pending(request)));
  expect(finding?.params.risk).toBe('privileged');
  expect(finding?.next).toEqual(['review-request']);
});
