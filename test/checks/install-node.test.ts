import check from '../../checks/doctor/install-node.js';
import type { NodeFacts, RuntimeFacts } from '../../src/model/facts-installs.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import type { Change } from './facts-builder.js';

const node = (version?: string, path = '/usr/bin/node'): NodeFacts => ({
  path,
  state: 'ok',
  ...(version === undefined ? {} : { version }),
});
const cli =
  (engines: string | undefined, runs?: NodeFacts): Change =>
  (s) => {
    s.data['host.install'].binaries = [
      {
        path: '/usr/bin/openclaw',
        realPath: '/opt/openclaw',
        version: '2026.5.18',
        first: true,
        ...(engines === undefined ? {} : { engines }),
        ...(runs === undefined ? {} : { node: runs }),
      },
    ];
  };
const none: Change = (s) => {
  s.data['host.install'].binaries = [];
};
const service =
  (change: Partial<NonNullable<RuntimeFacts['service']>>, shell?: string): Change =>
  (s) => {
    none(s);
    if (shell !== undefined) s.data['host.install'].shellNode = node(shell);
    s.data['gateway.runtime'] = {
      service: {
        unit: 'openclaw-gateway.service',
        marked: true,
        version: '2026.9.6',
        engines: '>=24.16.0 <25 || >=26.1.0',
        ...change,
      },
    };
  };
const nvm = '~/.nvm/versions/node/v24.16.0/bin/node';

describeCheck(check, [
  ['a Node in range', '2026.5', cli('>=22.19.0', node('22.23.3')), ['satisfied']],
  ['a Node below', '2026.5', cli('>=22.19.0', node('20.19.0')), ['cli-unsupported']],
  [
    'a gap in the range',
    '2026.9',
    cli('>=24.16.0 <25 || >=26.1.0', node('25.2.0')),
    ['cli-unsupported'],
  ],
  ['a shim that tells no version', '2026.5', cli('>=22.19.0', node()), ['not-told']],
  ['a package without engines', '2026.5', cli(undefined, node('20.0.0')), ['not-told']],
  ['a range of another form', '2026.5', cli('lts', node('20.0.0')), ['not-told']],
  ['no Node on PATH', '2026.5', cli('>=22.19.0'), ['not-told']],
  ['nothing installed', '2026.5', none, ['nothing-here']],
  ['a service in range', '2026.9', service({ node: node('24.21.0') }), ['satisfied']],
  ['a service out of range', '2026.9', service({ node: node('22.23.3') }), ['service-unsupported']],
  [
    'a Node that is gone: service/units fails for it',
    '2026.9',
    service({ node: { path: '/opt/node', state: 'absent' } }),
    ['not-told'],
  ],
  [
    'a service with a Node of its own beside another shell',
    '2026.9',
    service({ node: node('24.16.0', '~/.openclaw/tools/node/bin/node') }, '22.23.3'),
    ['satisfied'],
  ],
  [
    'a service with a Node of nvm, as the shell has it',
    '2026.9',
    service({ node: node('24.16.0', nvm) }, '24.16.0'),
    ['satisfied'],
  ],
  [
    'a service with a Node of nvm that the shell has left',
    '2026.9',
    service({ node: node('24.16.0', nvm) }, '26.1.0'),
    ['service-node-differs'],
  ],
  [
    'PATH that was not looked at',
    '2026.5',
    (s) => {
      s.failed['host.install'] = { state: 'timeout', reason: 'no answer in 3 s' };
    },
    ['undetermined'],
  ],
  elsewhereHost,
]);
