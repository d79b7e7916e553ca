import check from '../../checks/status/host-pressure.js';
import { describeCheck } from './check-table.js';

describeCheck(check, [
  ['a calm host', '2026.5', () => {}, ['calm']],
  [
    'stalls on memory',
    '2026.5',
    (s) => {
      s.data['host.pressure'].memorySome10 = 35;
    },
    ['pressed'],
  ],
  [
    'no memory left',
    '2026.5',
    (s) => {
      s.data['host.pressure'].availableBytes = 1e7;
    },
    ['pressed'],
  ],
  [
    'a control group at its limit',
    '2026.5',
    (s) => {
      s.data['host.pressure'].groups = [
        { of: 'gateway:18789', version: 2, limitBytes: 1e9, usedBytes: 0.99e9, oomKills: 1 },
      ];
    },
    ['group-pressed'],
  ],
  [
    'a control group full of cache that can be taken back',
    '2026.5',
    (s) => {
      s.data['host.pressure'].groups = [
        { of: 'own', version: 2, limitBytes: 1e9, usedBytes: 0.99e9, reclaimableBytes: 0.5e9 },
      ];
    },
    ['calm'],
  ],
  [
    'a full swap with memory left',
    '2026.5',
    (s) => {
      s.data['host.pressure'].swapTotalBytes = 1e9;
    },
    ['calm'],
  ],
  [
    'nothing known',
    '2026.5',
    (s) => {
      s.failed['host.pressure'] = { state: 'error', reason: 'EIO' };
    },
    ['undetermined'],
  ],
]);
