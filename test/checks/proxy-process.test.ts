import check from '../../checks/status/proxy-process.js';
import type { ProxyProcessFacts } from '../../src/model/facts-sandbox.js';
import { describeCheck } from './check-table.js';
import { type Change, file } from './facts-builder.js';

function process(
  change: Partial<ProxyProcessFacts>,
  drop: (keyof ProxyProcessFacts)[] = [],
): Change {
  return (s) => {
    Object.assign(s.data['proxy.process'], change);
    for (const key of drop) delete s.data['proxy.process'][key];
  };
}

describeCheck(check, [
  ['the proxy of the pid file', 'proxy', () => {}, ['owned-by-proxy']],
  ['a proxy without a pid file', 'proxy', process({ pidFile: {} }), ['owned-by-proxy']],
  [
    'nothing, and a sandbox that needs it',
    'proxy',
    process({ found: 'none' }),
    ['nothing-listens'],
  ],
  [
    'nothing, and nobody who needs it',
    'proxy',
    (s) => {
      process({ found: 'none' })(s);
      s.data['proxy.files'].sandboxes = [];
      s.data['proxy.files'].pid = file('pid', { state: 'absent' });
    },
    ['unused'],
  ],
  ['a foreign program', 'proxy', process({ isProxy: false }), ['foreign-program']],
  ['a stopped proxy', 'proxy', process({ stopped: true }), ['stopped']],
  [
    'an old proxy that onboarding could not stop',
    'proxy',
    process({ pidFile: { pid: 900, alive: false } }),
    ['pid-file-elsewhere'],
  ],
  ['a second proxy', 'proxy', process({ others: [901] }), ['second-proxy']],
  [
    'an owner that may not be seen',
    'proxy',
    process({ found: 'socket-without-owner' }, ['pid', 'isProxy']),
    ['owner-hidden'],
  ],
  ['a command line that may not be seen', 'proxy', process({}, ['isProxy']), ['owner-hidden']],
  [
    'a platform that cannot tell',
    'proxy',
    (s) => {
      s.failed['proxy.process'] = { state: 'unsupported', reason: 'there is no /proc' };
    },
    ['not-determined'],
  ],
]);
