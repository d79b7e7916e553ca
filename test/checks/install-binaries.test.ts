import check from '../../checks/doctor/install-binaries.js';
import type { InstallFacts } from '../../src/model/facts-host.js';
import type { RuntimeFacts } from '../../src/model/facts-installs.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, file } from './facts-builder.js';

type Binary = InstallFacts['binaries'][number];

const binary = (version: string, change: Partial<Binary> = {}): Binary => ({
  path: `/opt/${version}/bin/openclaw`,
  realPath: `/opt/${version}/openclaw.mjs`,
  version,
  first: false,
  onPath: false,
  manager: 'npm',
  ...change,
});
const installed =
  (...binaries: Binary[]): Change =>
  (s) => {
    s.data['host.install'].binaries = binaries;
  };
const service =
  (change: Partial<NonNullable<RuntimeFacts['service']>>): Change =>
  (s) => {
    s.data['gateway.runtime'] = {
      service: { unit: 'openclaw-gateway.service', marked: true, ...change },
    };
  };
const written =
  (version: string): Change =>
  (s) => {
    s.data['gateway.config'].writerVersion = version;
  };
const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };
const cli = binary('2026.5.18', { first: true, onPath: true });

const twoOnPath = installed(cli, binary('2026.9.6', { onPath: true, manager: 'brew' }));

describeCheck(check, [
  ['one install', '2026.5', () => {}, ['one-version']],
  ['nothing installed', '2026.9', installed(), ['none']],
  [
    'the CLI of a container',
    '2026.9',
    (s) => {
      s.data['gateway.credentials'].shell.container = 'openclaw';
    },
    ['in-container'],
  ],
  ['an install off PATH', '2026.5', installed(binary('2026.5.18')), ['not-on-path']],
  [
    'another version for another Node, off PATH',
    '2026.5',
    installed(cli, binary('2026.9.6')),
    ['side-by-side'],
  ],
  [
    'the same version twice on PATH',
    '2026.5',
    installed(cli, binary('2026.5.18', { path: '/b/openclaw', onPath: true })),
    ['one-version'],
  ],
  ['two versions on PATH, and nothing is amiss', '2026.5', twoOnPath, ['two-on-path-apart']],
  [
    'the same, and the service is of the first',
    '2026.5',
    both(twoOnPath, service({ version: '2026.5.18' })),
    ['two-on-path-apart'],
  ],
  [
    'the same, and the service is of the other',
    '2026.5',
    both(twoOnPath, service({ version: '2026.9.6' })),
    ['service-differs', 'two-on-path'],
  ],
  [
    'the same, and the other wrote the config',
    '2026.9',
    both(
      installed(
        binary('2026.9.6', { first: true, onPath: true }),
        binary('2026.5.18', { onPath: true }),
      ),
      written('2026.5.18'),
    ),
    ['two-on-path'],
  ],
  [
    'the same, and the first wrote the config',
    '2026.5',
    both(twoOnPath, written('2026.5.18')),
    ['two-on-path-apart'],
  ],
  [
    'a service of another version',
    '2026.5',
    both(installed(cli), service({ version: '2026.9.6' })),
    ['service-differs'],
  ],
  [
    'a service of the same version',
    '2026.5',
    both(installed(cli), service({ version: '2026.5.18' }), written('2026.5.18')),
    ['one-version'],
  ],
  [
    'a service older than the config',
    '2026.5',
    both(installed(), service({ version: '2026.5.18' }), written('2026.9.6')),
    ['service-older-than-config'],
  ],
  [
    'the same without the marker, which 2026.5 starts with',
    '2026.5',
    both(installed(), service({ version: '2026.5.18', marked: false }), written('2026.9.6')),
    ['none'],
  ],
  [
    'the same without the marker on 2026.9',
    '2026.9',
    both(installed(), service({ version: '2026.9.6', marked: false }), written('2026.12.1')),
    ['service-older-than-config'],
  ],
  [
    '2026.3, which nobody has measured',
    '2026.3',
    both(installed(), service({ version: '2026.3.11' }), written('2026.9.6')),
    ['none'],
  ],
  [
    'a config of an older version',
    '2026.9',
    both(installed(binary('2026.9.6', { first: true, onPath: true })), written('2026.5.18')),
    ['one-version'],
  ],
  [
    'a CLI older than the config',
    '2026.5',
    both(installed(cli), written('2026.9.6')),
    ['cli-older-than-config'],
  ],
  [
    'a config that could not be read',
    '2026.5',
    (s) => {
      s.data['gateway.config'].file = file('~/.openclaw/openclaw.json', { state: 'denied' });
      s.failed['gateway.runtime'] = { state: 'timeout', reason: 'no answer in 3 s' };
    },
    ['one-version'],
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
