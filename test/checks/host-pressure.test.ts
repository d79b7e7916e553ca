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
    'nothing known',
    '2026.5',
    (s) => {
      s.failed['host.pressure'] = { state: 'error', reason: 'EIO' };
    },
    ['undetermined'],
  ],
]);
