import check from '../../checks/doctor/config-gateway-auth.js';
import type { ConfigFacts } from '../../src/model/facts-gateway.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, put, set, source, unset, url } from './facts-builder.js';

const config =
  (change: Partial<ConfigFacts>): Change =>
  (s) => {
    Object.assign(s.data['gateway.config'], change);
  };
/** A proxy on this host that says who calls. */
const proxied =
  (change: Partial<ConfigFacts> = {}): Change =>
  (s) => {
    put(s, source('config', unset()));
    config({
      authMode: 'trusted-proxy',
      trustedProxies: ['127.0.0.1'],
      trustedProxy: { userHeader: 'x-forwarded-user', allowUsers: 0, allowLoopback: true },
      ...change,
    })(s);
  };
const block = { userHeader: 'x-forwarded-user', allowUsers: 0, allowLoopback: true };

describeCheck(check, [
  ['a token on loopback', '2026.5', () => {}, ['fits']],
  ['mode token', '2026.9', config({ authMode: 'token' }), ['fits']],
  ['a proxy on this host', '2026.5', proxied(), ['fits']],
  [
    'a proxy on another host',
    '2026.9',
    proxied({ bind: 'lan', trustedProxies: ['10.0.0.5'] }),
    ['fits'],
  ],
  ['a misspelt mode', '2026.5', config({ authMode: 'tokn' }), ['unknown-mode']],
  ['no trusted proxy', '2026.9', proxied({ trustedProxies: [] }), ['no-trusted-proxy']],
  [
    'no user header',
    '2026.5',
    proxied({ trustedProxy: { allowUsers: 0, allowLoopback: true } }),
    ['no-user-header'],
  ],
  [
    'names that are none',
    '2026.9',
    proxied({
      trustedProxy: { ...block, userHeader: 'x forwarded user', requiredHeaders: ['a:b', 'x-ok'] },
    }),
    ['impossible-header', 'impossible-header'],
  ],
  [
    'loopback that is not allowed',
    '2026.5',
    proxied({ trustedProxy: { ...block, allowLoopback: false } }),
    ['loopback-refused'],
  ],
  [
    'the same where the bind is not declared',
    '2026.5',
    (s) => {
      proxied({ trustedProxy: { ...block, allowLoopback: false } })(s);
      delete s.data['gateway.config'].bind;
    },
    ['fits'],
  ],
  [
    'a proxy that cannot connect',
    '2026.9',
    proxied({ trustedProxies: ['10.0.0.5'] }),
    ['proxy-out-of-reach'],
  ],
  [
    'proxies of another host',
    '2026.9',
    config({ trustedProxies: ['10.0.0.5', '192.168.0.0/16'] }),
    ['leftover-proxies'],
  ],
  ['a proxy on loopback', '2026.9', config({ trustedProxies: ['127.0.0.0/8'] }), ['fits']],
  [
    'a token beside trusted-proxy, which token/sources reports',
    '2026.5',
    (s) => {
      proxied()(s);
      put(s, source('config', set(1)));
    },
    ['told-by-sources'],
  ],
  ['reload off', '2026.5', config({ reloadMode: 'off' }), ['reload-off']],
  ['an exposed bind without a limiter', '2026.5', config({ bind: 'lan' }), ['no-rate-limit']],
  ['the same on 2026.9, which always has one', '2026.9', config({ bind: 'lan' }), ['fits']],
  [
    'an exposed bind with a limiter',
    '2026.5',
    config({
      bind: 'lan',
      rateLimit: { maxAttempts: 10, windowMs: 60_000, lockoutMs: 300_000, exemptLoopback: true },
    }),
    ['fits'],
  ],
  ['HSTS on plain loopback', '2026.5', config({ hsts: true }), ['hsts-without-tls']],
  [
    'HSTS behind a proxy',
    '2026.9',
    config({ hsts: true, publicOrigin: url('https://claw.example.com/') }),
    ['fits'],
  ],
  ['HSTS with TLS', '2026.5', config({ hsts: true, tls: { enabled: true } }), ['fits']],
  [
    'remote mode beside a service',
    '2026.5',
    (s) => {
      s.targets = s.targets.map((target) => ({ ...target, place: 'remote' }));
      config({ mode: 'remote' })(s);
      s.data['gateway.credentials'].service = {
        supervisor: 'systemd-user',
        unit: 'openclaw-gateway.service',
        path: '~/x',
        environmentFiles: [],
      };
    },
    ['remote-beside-service'],
  ],
  [
    'a config of another user',
    '2026.5',
    (s) => {
      config({ parse: 'invalid', file: { ...s.data['gateway.config'].file, state: 'denied' } })(s);
    },
    ['not-read'],
  ],
  elsewhereHost,
]);
