import check from '../../checks/doctor/token-permissions.js';
import type { CredentialFile } from '../../src/model/facts-credential-files.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, neverTaken } from './facts-builder.js';

const held =
  (change: Partial<CredentialFile>): Change =>
  (s) => {
    s.data['gateway.credential-files'].files = [
      {
        path: '~/.openclaw/openclaw.json',
        kind: 'config',
        mode: 0o600,
        uid: 1000,
        gid: 1000,
        reach: 'owner',
        writable: 'owner',
        ...change,
      },
    ];
  };

describeCheck(check, [
  ['files of 0600', '2026.5', held({}), ['private']],
  ['0644 in a private directory', '2026.9', held({ mode: 0o644 }), ['private']],
  ['0644', '2026.9', held({ mode: 0o644, reach: 'everybody' }), ['readable-by-others']],
  [
    '0640 of a shared group',
    '2026.5',
    held({ mode: 0o640, reach: 'group' }),
    ['readable-by-others'],
  ],
  [
    'the 0444 workaround',
    '2026.5',
    held({ mode: 0o444, reach: 'everybody' }),
    ['read-only-for-all'],
  ],
  ['0444 in a private directory', '2026.5', held({ mode: 0o444 }), ['private']],
  [
    '0666',
    '2026.5',
    held({ mode: 0o666, reach: 'everybody', writable: 'everybody' }),
    ['replaceable-by-others'],
  ],
  [
    'a state directory that everybody can write to',
    '2026.5',
    (s) => {
      held({ writable: 'everybody' })(s);
      s.data['gateway.credential-files'].stateDir.writable = 'everybody';
      s.data['gateway.credential-files'].stateDir.mode = 0o777;
    },
    ['state-dir-writable'],
  ],
  [
    'an open socket',
    '2026.9',
    held({ kind: 'socket', mode: 0o777, reach: 'everybody', writable: 'everybody' }),
    ['socket-open'],
  ],
  ['a private socket', '2026.9', held({ kind: 'socket', mode: 0o700 }), ['private']],
  ['a file that sudo left', '2026.5', held({ uid: 0 }), ['other-owner']],
  ['a unit file of root', '2026.5', held({ uid: 0, kind: 'service-file' }), ['private']],
  [
    'a file that may not be looked at',
    '2026.9',
    (s) => {
      s.data['gateway.credential-files'].hidden = [{ path: '~/x', reason: 'EACCES' }];
    },
    ['not-seen'],
  ],
  [
    'no state directory',
    '2026.9',
    (s) => {
      s.failed['gateway.credential-files'] = { state: 'absent', reason: 'no such directory' };
    },
    ['nothing-here'],
  ],
  [
    'a state directory that nobody has looked at',
    '2026.9',
    neverTaken('gateway.credential-files'),
    ['not-seen'],
  ],
  [
    'a closed state directory',
    '2026.9',
    (s) => {
      s.failed['gateway.credential-files'] = { state: 'denied', reason: 'EACCES' };
    },
    ['not-seen'],
  ],
  elsewhereHost,
]);
