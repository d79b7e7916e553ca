import check from '../../checks/status/bind-listeners.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, url } from './facts-builder.js';

const listen =
  (...addresses: string[]): Change =>
  (s) => {
    s.data['host.listeners'].listeners = addresses.map((address) => ({
      address,
      port: 18789,
      uid: 1000,
      pid: 4121,
    }));
  };

describeCheck(check, [
  ['both loopback addresses', '2026.5', () => {}, ['as-declared']],
  ['IPv4 loopback alone', '2026.5', listen('127.0.0.1'), ['as-declared']],
  [
    'the browser control beside it',
    '2026.5',
    (s) => {
      s.data['host.listeners'].listeners.push({
        address: '0.0.0.0',
        port: 18791,
        uid: 1000,
        pid: 4121,
      });
    },
    ['as-declared'],
  ],
  [
    'no bind, loopback',
    '2026.5',
    (s) => {
      delete s.data['gateway.config'].bind;
    },
    ['by-default'],
  ],
  [
    'no bind in a container',
    '2026.9',
    (s) => {
      delete s.data['gateway.config'].bind;
      listen('0.0.0.0')(s);
    },
    ['by-default'],
  ],
  ['loopback declared, all addresses listen', '2026.5', listen('0.0.0.0'), ['wider-than-declared']],
  [
    'lan declared, loopback listens',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'lan';
    },
    ['narrower-than-declared'],
  ],
  [
    'lan declared, all addresses listen',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'lan';
      listen('0.0.0.0')(s);
    },
    ['as-declared'],
  ],
  [
    'a custom host that does not listen',
    '2026.9',
    (s) => {
      s.data['gateway.config'].bind = 'custom';
      s.data['gateway.config'].customBindHost = '192.168.1.5';
      listen('127.0.0.1', '192.168.1.6')(s);
    },
    ['narrower-than-declared'],
  ],
  [
    'a custom host and loopback',
    '2026.9',
    (s) => {
      s.data['gateway.config'].bind = 'custom';
      s.data['gateway.config'].customBindHost = '192.168.1.5';
      listen('127.0.0.1', '192.168.1.5')(s);
    },
    ['as-declared'],
  ],
  [
    'a LAN URL and no declared bind',
    '2026.5',
    (s) => {
      delete s.data['gateway.config'].bind;
      s.data['gateway.credentials'].shell.url = url('ws://192.168.1.5:18789');
    },
    ['advertised-not-listening'],
  ],
  [
    'a URL of a proxy',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].shell.url = url('wss://gw.example.com');
    },
    ['as-declared'],
  ],
  [
    'another owner on IPv6',
    '2026.5',
    (s) => {
      s.data['host.listeners'].listeners.push({ address: '::1', port: 18789, uid: 1001, pid: 99 });
    },
    ['two-owners'],
  ],
  ['no listener to be seen', '2026.5', listen(), ['no-listener']],
  [
    'listeners that cannot be listed',
    '2026.5',
    (s) => {
      s.failed['host.listeners'] = { state: 'unsupported', reason: 'there is no /proc' };
    },
    ['undetermined'],
  ],
  [
    'another program on the port of the browser control',
    '2026.5',
    (s) => {
      s.data['host.listeners'].listeners.push({
        address: '127.0.0.1',
        port: 18791,
        uid: 1000,
        pid: 5000,
      });
    },
    ['control-port-taken'],
  ],
  [
    'the gateway itself on that port',
    '2026.5',
    (s) => {
      s.data['host.listeners'].listeners.push({
        address: '127.0.0.1',
        port: 18791,
        uid: 1000,
        pid: 4121,
      });
    },
    ['as-declared'],
  ],
  [
    'the same where this version has no browser control',
    '2026.9',
    (s) => {
      s.data['host.listeners'].listeners.push({
        address: '127.0.0.1',
        port: 18791,
        uid: 1000,
        pid: 5000,
      });
    },
    ['as-declared'],
  ],
  elsewhereHost,
]);
