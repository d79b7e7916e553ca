import check from '../../checks/doctor/bind-declared.js';
import type { CertificateFile, TlsFacts } from '../../src/model/facts-wire.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, file, neverTaken, nowMs } from './facts-builder.js';

const good: CertificateFile = {
  file: file('/etc/gw.pem'),
  parse: 'ok',
  names: ['gw.example.com'],
  notAfterMs: nowMs + 60 * 86_400_000,
};
const absent = file('/etc/gw.key', { state: 'absent' });
const gone: CertificateFile = {
  file: file('/etc/gw.pem', { state: 'absent' }),
  parse: 'not-read',
  names: [],
};

function tls(change: Partial<TlsFacts>): Change {
  return (s) => {
    s.data['gateway.tls'] = {
      enabled: true,
      autoGenerate: true,
      declared: true,
      certificate: good,
      key: file('/etc/gw.key'),
      ...change,
    };
  };
}

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
    'custom with an address of this host',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'custom';
      s.data['gateway.config'].customBindHost = '192.168.1.20';
    },
    ['consistent'],
  ],
  [
    'custom with an address of another host',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'custom';
      s.data['gateway.config'].customBindHost = '192.168.1.5';
    },
    ['custom-not-own'],
  ],
  [
    'custom with an address, and no interface is known',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'custom';
      s.data['gateway.config'].customBindHost = '192.168.1.5';
      s.failed['gateway.exposure'] = { state: 'error', reason: 'x' };
    },
    ['not-determined'],
  ],
  [
    'tailnet without a tailnet address',
    '2026.9',
    (s) => {
      s.data['gateway.config'].bind = 'tailnet';
    },
    ['tailnet-without-address'],
  ],
  [
    'tailnet with one',
    '2026.9',
    (s) => {
      s.data['gateway.config'].bind = 'tailnet';
      s.data['gateway.exposure'].addresses.push({ address: '100.101.1.2', kind: 'tailnet' });
    },
    ['consistent'],
  ],
  [
    'no bind and no authentication in a container',
    '2026.5',
    (s) => {
      delete s.data['gateway.config'].bind;
      s.data['gateway.config'].authMode = 'none';
      s.data['gateway.exposure'].container = true;
    },
    ['exposed-without-auth'],
  ],
  [
    'the same behind tailscale serve, which means loopback',
    '2026.5',
    (s) => {
      delete s.data['gateway.config'].bind;
      s.data['gateway.config'].authMode = 'none';
      s.data['gateway.config'].tailscale = 'serve';
      s.data['gateway.exposure'].container = true;
    },
    ['not-declared'],
  ],
  ['TLS with a good certificate', '2026.9', tls({}), ['consistent']],
  [
    'TLS that makes its own pair',
    '2026.5',
    tls({ certificate: gone, key: absent }),
    ['consistent'],
  ],
  [
    'TLS without files, and none may be made',
    '2026.5',
    tls({ certificate: gone, key: absent, autoGenerate: false }),
    ['tls-files-missing'],
  ],
  ['TLS without its key', '2026.5', tls({ key: absent }), ['tls-files-missing']],
  ['TLS without its certificate', '2026.9', tls({ certificate: gone }), ['tls-files-missing']],
  [
    'TLS with something else',
    '2026.9',
    tls({ certificate: { ...good, parse: 'invalid' } }),
    ['certificate-invalid'],
  ],
  [
    'TLS with a certificate that we may not read',
    '2026.9',
    tls({
      certificate: {
        file: file('/etc/gw.pem', { state: 'denied', reason: 'EACCES' }),
        parse: 'not-read',
        names: [],
      },
    }),
    ['certificate-not-read'],
  ],
  [
    'TLS with an expired certificate',
    '2026.9',
    tls({ certificate: { ...good, notAfterMs: nowMs - 1 } }),
    ['certificate-expired'],
  ],
  [
    'TLS with one that ends in three days',
    '2026.9',
    tls({ certificate: { ...good, notAfterMs: nowMs + 3 * 86_400_000 } }),
    ['certificate-expires-soon'],
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
    'addresses that nobody has looked at',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'lan';
      neverTaken('gateway.exposure')(s);
    },
    ['not-determined'],
  ],
  [
    'the same, and they do not count',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'loopback';
      neverTaken('gateway.exposure')(s);
    },
    ['consistent'],
  ],
  [
    'a certificate that could not be looked at',
    '2026.9',
    (s) => {
      s.data['gateway.config'].tls.enabled = true;
      s.failed['gateway.tls'] = { state: 'timeout', reason: 'no time' };
    },
    ['not-determined'],
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
