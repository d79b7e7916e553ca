import check from '../../checks/doctor/config-readable.js';
import { describeCheck } from './check-table.js';
import { file } from './facts-builder.js';

const path = '~/.openclaw/openclaw.json';

describeCheck(check, [
  ['a sound file', '2026.5', () => {}, ['readable']],
  [
    'a missing file',
    '2026.5',
    (s) => {
      s.data['gateway.config'].file = file(path, { state: 'absent' });
      s.data['gateway.config'].parse = 'invalid';
    },
    ['absent'],
  ],
  [
    'a missing file of a gateway elsewhere',
    '2026.5',
    (s) => {
      s.targets = s.targets.map((t) => ({ ...t, place: 'remote' }));
      s.data['gateway.config'].file = file(path, { state: 'absent' });
    },
    ['another-host'],
  ],
  [
    'mode 000 of our own',
    '2026.5',
    (s) => {
      s.data['gateway.config'].file = file(path, { state: 'denied', reason: 'EACCES' });
    },
    ['not-ours'],
  ],
  [
    'a file of another user',
    '2026.5',
    (s) => {
      s.data['gateway.config'].file = file(path, { state: 'denied', reason: 'EACCES', uid: 0 });
    },
    ['denied'],
  ],
  [
    'a FIFO',
    '2026.5',
    (s) => {
      s.data['gateway.config'].file = file(path, { state: 'not-a-file' });
    },
    ['not-a-file'],
  ],
  [
    '200 MB',
    '2026.5',
    (s) => {
      s.data['gateway.config'].file = file(path, { state: 'too-large' });
    },
    ['too-large'],
  ],
  [
    'an I/O error',
    '2026.5',
    (s) => {
      s.data['gateway.config'].file = file(path, { state: 'error', reason: 'EIO' });
    },
    ['not-read'],
  ],
  [
    'a truncated file',
    '2026.5',
    (s) => {
      s.data['gateway.config'].parse = 'invalid';
      s.data['gateway.config'].errorAt = { line: 3, column: 7 };
    },
    ['syntax-error'],
  ],
  [
    'an array',
    '2026.5',
    (s) => {
      s.data['gateway.config'].parse = 'not-an-object';
    },
    ['not-an-object'],
  ],
  [
    'deep nesting',
    '2026.5',
    (s) => {
      s.data['gateway.config'].parse = 'too-deep';
    },
    ['too-deep'],
  ],
  [
    'a broken include and a misspelt key',
    '2026.5',
    (s) => {
      s.data['gateway.config'].includes = [
        { path: 'a.json', state: 'absent' },
        { path: 'b.json', state: 'ok' },
      ];
      s.data['gateway.config'].unknownKeys = [
        { path: 'gateway.auth.tokn', nearest: 'gateway.auth.token' },
      ];
    },
    ['include-broken', 'refused-key'],
  ],
  [
    'a key at the root that nobody knows',
    '2026.9',
    (s) => {
      s.data['gateway.config'].unknownKeys = [{ path: 'nonsense' }];
    },
    ['refused-key'],
  ],
  [
    'a key that a newer OpenClaw may know',
    '2026.9',
    (s) => {
      s.data['gateway.config'].unknownKeys = [{ path: 'somethingNew' }];
      s.data['host.install'].binaries = s.data['host.install'].binaries.map((b) => ({
        ...b,
        version: '2026.11.2',
      }));
    },
    ['unknown-key'],
  ],
  [
    'a key of 2026.9 on 2026.5',
    '2026.5',
    (s) => {
      s.data['gateway.config'].newerKeys = ['gateway.publicOrigin'];
    },
    ['newer-key'],
  ],
  [
    'a key of 2026.9 on 2026.9',
    '2026.9',
    (s) => {
      s.data['gateway.config'].newerKeys = ['gateway.publicOrigin'];
    },
    ['readable'],
  ],
  [
    'a key of 2026.9 with a gateway of 2026.5, and a 2026.9 that is installed since',
    '2026.5',
    (s) => {
      s.data['gateway.config'].newerKeys = ['gateway.publicOrigin'];
      s.data['host.install'].binaries = s.data['host.install'].binaries.map((b) => ({
        ...b,
        version: '2026.9.6',
      }));
    },
    ['readable'],
  ],
  [
    'a CLI that runs in a container',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].shell.container = 'gw';
    },
    ['cli-in-container'],
  ],
  [
    'a config that was not looked at',
    '2026.5',
    (s) => {
      s.failed['gateway.config'] = { state: 'timeout', reason: 'no answer in 2 s' };
    },
    ['undetermined'],
  ],
]);
