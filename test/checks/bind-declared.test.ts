import check from '../../checks/doctor/bind-declared.js';
import { describeCheck, elsewhereHost } from './check-table.js';

describeCheck(check, [
  ['loopback', '2026.5', () => {}, ['consistent']],
  [
    'no bind',
    '2026.5',
    (s) => {
      delete s.data['gateway.config'].bind;
    },
    ['not-declared'],
  ],
  [
    'lan with a token',
    '2026.9',
    (s) => {
      s.data['gateway.config'].bind = 'lan';
    },
    ['consistent'],
  ],
  [
    'a misspelt bind',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'localhost';
    },
    ['unknown-bind'],
  ],
  [
    'custom without a host',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'custom';
    },
    ['custom-without-host'],
  ],
  [
    'custom with a name',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'custom';
      s.data['gateway.config'].customBindHost = 'gw.lan';
    },
    ['custom-without-host'],
  ],
  [
    'custom with an address',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'custom';
      s.data['gateway.config'].customBindHost = '192.168.1.5';
    },
    ['consistent'],
  ],
  [
    'lan without authentication',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'lan';
      s.data['gateway.config'].authMode = 'none';
    },
    ['exposed-without-auth'],
  ],
  [
    'serve beside lan',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'lan';
      s.data['gateway.config'].tailscale = 'serve';
    },
    ['tailscale-needs-loopback'],
  ],
  [
    'funnel with a token',
    '2026.5',
    (s) => {
      s.data['gateway.config'].tailscale = 'funnel';
      s.data['gateway.config'].authMode = 'token';
    },
    ['funnel-needs-password'],
  ],
  [
    'serve on loopback',
    '2026.5',
    (s) => {
      s.data['gateway.config'].tailscale = 'serve';
    },
    ['consistent'],
  ],
  [
    'an unreadable config',
    '2026.5',
    (s) => {
      s.data['gateway.config'].parse = 'invalid';
    },
    ['not-read'],
  ],
  elsewhereHost,
]);
