import check from '../../checks/doctor/install-plugins.js';
import type { PluginFacts } from '../../src/model/facts-installs.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, neverTaken } from './facts-builder.js';

const registered =
  (change: Partial<PluginFacts>): Change =>
  (s) => {
    s.data['gateway.plugins'].plugins = [
      { id: 'demo', from: 'load-path', path: '~/plugins/demo', state: 'ok', ...change },
    ];
  };

describeCheck(check, [
  ['none', '2026.5', () => {}, ['none-registered']],
  ['a plugin that is whole', '2026.9', registered({}), ['complete']],
  ['a load path that is gone', '2026.5', registered({ state: 'absent' }), ['path-gone']],
  ['a load path that is gone', '2026.9', registered({ state: 'absent' }), ['path-unavailable']],
  [
    'a load path that is gone, version not known',
    '2026.5',
    (s) => {
      registered({ state: 'absent' })(s);
      s.data['host.install'].binaries = [];
      s.data['gateway.state'].layout = 'empty';
    },
    ['depends-on-version'],
  ],
  ['no manifest', '2026.9', registered({ state: 'no-manifest' }), ['incomplete']],
  ['no entry file', '2026.5', registered({ state: 'no-entry-file' }), ['incomplete']],
  ['a folder of another user', '2026.5', registered({ state: 'denied' }), ['not-seen']],
  ['a stale record', '2026.5', registered({ from: 'record', state: 'absent' }), ['stale-record']],
  [
    'a stale record of a plugin that is off',
    '2026.5',
    registered({ from: 'record', state: 'absent', enabled: false }),
    ['complete'],
  ],
  [
    'plugins that are off',
    '2026.5',
    (s) => {
      registered({ state: 'absent' })(s);
      s.data['gateway.plugins'].disabled = true;
    },
    ['switched-off'],
  ],
  [
    'records that may not be read',
    '2026.5',
    (s) => {
      s.data['gateway.plugins'].records.state = 'denied';
    },
    ['records-unreadable'],
  ],
  [
    'a config that nobody has looked at',
    '2026.5',
    neverTaken('gateway.config'),
    ['config-not-read'],
  ],
  [
    'a config that does not parse',
    '2026.5',
    (s) => {
      s.data['gateway.config'].parse = 'invalid';
    },
    ['config-not-read'],
  ],
  [
    'plugins that were not looked at',
    '2026.5',
    (s) => {
      s.failed['gateway.plugins'] = { state: 'timeout', reason: 'no answer in 3 s' };
    },
    ['undetermined'],
  ],
  elsewhereHost,
]);
