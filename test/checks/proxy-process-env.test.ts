import check from '../../checks/status/proxy-process-env.js';
import { describeCheck } from './check-table.js';
import { set } from './facts-builder.js';

const unreadable = { state: 'unreadable' as const, kind: 'proxy-token' as const, flags: [] };

describeCheck(check, [
  ['one token', 'proxy', () => {}, ['same']],
  [
    'another token in the process',
    'proxy',
    (s) => {
      s.data['proxy.process'].token = set(21, 'proxy-token');
    },
    ['differs'],
  ],
  [
    'an environ of another user',
    'proxy',
    (s) => {
      s.data['proxy.process'].token = unreadable;
      s.data['proxy.process'].environment = { state: 'denied', reason: 'EACCES' };
    },
    ['environ-hidden'],
  ],
  [
    'a token file of another user',
    'proxy',
    (s) => {
      s.data['proxy.files'].mark = unreadable;
    },
    ['file-unreadable'],
  ],
  [
    'no proxy',
    'proxy',
    (s) => {
      s.data['proxy.process'].found = 'none';
    },
    ['no-process'],
  ],
]);
