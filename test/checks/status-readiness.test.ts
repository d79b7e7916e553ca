import check from '../../checks/status/status-readiness.js';
import type { ReadinessFacts } from '../../src/model/facts-probes.js';
import { describeCheck } from './check-table.js';
import type { Change } from './facts-builder.js';

const health =
  (change: Partial<ReadinessFacts['health']>): Change =>
  (s) => {
    s.data['gateway.readiness'].health = { kind: 'other', status: 0, ...change };
  };
const notReady =
  (uptimeMs: number): Change =>
  (s) => {
    s.data['gateway.readiness'].ready = {
      kind: 'json-other',
      status: 503,
      ready: false,
      failing: ['channels'],
      uptimeMs,
    };
  };

describeCheck(check, [
  ['live and ready', '2026.5', () => {}, ['ready']],
  [
    'no word of readiness',
    '2026.5',
    (s) => {
      delete s.data['gateway.readiness'].ready;
    },
    ['live'],
  ],
  ['a young gateway', '2026.9', notReady(5_000), ['starting']],
  ['an old gateway', '2026.9', notReady(900_000), ['not-ready']],
  ['503 on health', '2026.9', health({ kind: 'json-other', status: 503 }), ['starting']],
  ['a web page', '2026.5', health({ kind: 'html', status: 200 }), ['not-a-gateway']],
  ['garbage', '2026.5', health({ kind: 'not-http' }), ['not-a-gateway']],
  ['a closed port', '2026.5', health({ kind: 'refused' }), ['nothing-answers']],
  ['a port that never answers', '2026.5', health({ kind: 'timeout' }), ['no-answer']],
  [
    'a port that never answers, on a host without memory',
    '2026.5',
    (s) => {
      health({ kind: 'timeout' })(s);
      s.data['host.pressure'].memorySome10 = 40;
    },
    ['under-pressure'],
  ],
  [
    'not asked',
    '2026.5',
    (s) => {
      s.failed['gateway.readiness'] = { state: 'cancelled', reason: 'the budget was spent' };
    },
    ['not-determined'],
  ],
]);
