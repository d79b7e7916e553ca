import { expect, it } from 'vitest';
import { planForcedHeaders } from '../../src/domain/forwarded-headers.js';
import { planReach } from '../../src/domain/reach-plan.js';
import { type Change, gateway, healthyGateway, url } from '../checks/facts-builder.js';

function wide(address: string): Change {
  return (s) => {
    s.data['gateway.config'].bind = 'lan';
    s.data['host.listeners'].listeners = [{ address, port: 18789, uid: 1000, pid: 4121 }];
    s.data['gateway.exposure'].addresses.push(
      { address: '100.101.1.2', kind: 'tailnet' },
      { address: 'fd00::2', kind: 'private' },
    );
  };
}

const hosts = (change: Change): string[] =>
  planReach(healthyGateway('2026.9', change), gateway).map((p) => `${p.place} ${p.url.host}`);

it('asks loopback, then its own addresses, then names, each once', () => {
  expect(hosts(() => {})).toEqual(['loopback 127.0.0.1']);
  expect(hosts(wide('0.0.0.0'))).toEqual([
    'loopback 127.0.0.1',
    'lan 192.168.1.20',
    'tailnet 100.101.1.2',
  ]);
  expect(hosts(wide('::'))).toContain('lan fd00::2');
  expect(
    hosts((s) => {
      s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
      s.data['gateway.credentials'].shell.url = url('wss://gw.example.com');
      s.data['gateway.credentials'].dotenv.url = url('ws://localhost:18789');
    }),
  ).toEqual(['loopback 127.0.0.1', 'external gw.example.com']);
});

const plan = (change: Change) => planForcedHeaders(healthyGateway('2026.9', change), gateway);
const proxied: Change = (s) => {
  s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
};

it('forces headers only where a proxy is declared that comes from loopback', () => {
  expect(plan(() => {})).toEqual({ send: false, notTried: 'no-proxy' });
  expect(plan(proxied)).toMatchObject({ send: true, class: 1, host: 'gw.example.com' });
  const also =
    (more: Change): Change =>
    (s) => {
      proxied(s);
      more(s);
    };
  const rows: [Change, string][] = [
    [
      (s) => {
        s.data['gateway.config'].tailscale = 'serve';
      },
      'tailscale',
    ],
    [
      (s) => {
        s.data['gateway.config'].authMode = 'trusted-proxy';
      },
      'identity',
    ],
    [
      (s) => {
        s.data['probe.credentials'].attempts = [];
      },
      'no-live-credential',
    ],
    [
      (s) => {
        s.data['probe.refusals'] = { canRemember: false, refused: [], locked: [] };
      },
      'cannot-remember',
    ],
    [
      (s) => {
        wide('0.0.0.0')(s);
        s.data['gateway.config'].trustedProxies = ['192.168.1.2'];
      },
      'proxy-elsewhere',
    ],
  ];
  for (const [more, notTried] of rows) expect(plan(also(more))).toEqual({ send: false, notTried });
});
