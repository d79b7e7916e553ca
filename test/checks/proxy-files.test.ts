import check from '../../checks/doctor/proxy-files.js';
import { describeCheck } from './check-table.js';
import { type Change, file, proxy, set, unset } from './facts-builder.js';

const path = '~/.nemoclaw/ollama-proxy-token';
const token =
  (state: 'absent' | 'denied' | 'not-a-file' | 'symlink' | 'error'): Change =>
  (s) => {
    s.data['proxy.files'].token = file(path, { state, reason: 'EACCES' });
    s.data['proxy.files'].mark = {
      state: state === 'absent' ? 'unset' : 'unreadable',
      kind: 'proxy-token',
      flags: [],
    };
  };
const otherRoot =
  (value: number, port: number): Change =>
  (s) => {
    const id = 'proxy:nemoclaw-8081';
    const files = s.data['proxy.files'];
    s.targets = [...s.targets, { ...proxy, id, primary: false }];
    s.more.push({
      id: 'proxy.files',
      target: id,
      data: { ...files, mark: set(value, 'proxy-token'), port },
    });
  };

describeCheck(check, [
  ['sound files', 'proxy', () => {}, ['sound']],
  ['no token, and a sandbox that needs it', 'proxy', token('absent'), ['token-absent']],
  [
    'no token, no pid and no sandbox',
    'proxy',
    (s) => {
      token('absent')(s);
      s.data['proxy.files'].sandboxes = [];
      s.data['proxy.files'].pid = file('~/.nemoclaw/ollama-auth-proxy.pid', { state: 'absent' });
    },
    ['unused'],
  ],
  [
    'an empty token file',
    'proxy',
    (s) => {
      s.data['proxy.files'].mark = { ...unset('proxy-token'), state: 'blank' };
    },
    ['token-blank'],
  ],
  ['a FIFO', 'proxy', token('not-a-file'), ['token-not-a-file']],
  ['a symbolic link', 'proxy', token('symlink'), ['token-not-a-file']],
  ['a file of another user', 'proxy', token('denied'), ['token-denied']],
  ['an I/O error', 'proxy', token('error'), ['token-not-read']],
  [
    'a pid file with words in it',
    'proxy',
    (s) => {
      s.data['proxy.files'].pidValid = false;
    },
    ['pid-invalid'],
  ],
  [
    'two roots, two tokens, one proxy',
    'proxy',
    otherRoot(21, 11435),
    ['roots-differ', 'roots-differ'],
  ],
  ['two roots, two tokens, two proxies', 'proxy', otherRoot(21, 11450), ['sound', 'sound']],
  ['two roots, one token', 'proxy', otherRoot(20, 11435), ['sound', 'sound']],
]);
