import { expect, it } from 'vitest';
import {
  externalIdentity,
  identityRows,
  identityUrls,
} from '../../src/domain/openclaw/identity.js';
import { gateway, healthyGateway, url } from '../checks/facts-builder.js';

it('shows bind, identity, issuer, audience and mode even when all is well', () => {
  expect(identityRows(healthyGateway('2026.5'))).toEqual([
    {
      target: 'gateway:18789',
      bind: 'loopback, listens on 127.0.0.1, ::1',
      externalUrl: 'none (loopback only)',
      issuer: 'not applicable (opaque secret)',
      audience: 'not applicable (opaque secret)',
      mode: 'loopback',
      sources: [],
    },
  ]);
});

it('puts the URLs of clients, proxies and webhooks side by side', () => {
  const facts = healthyGateway('2026.9', (s) => {
    s.data['gateway.credentials'].shell.url = url('ws://127.0.0.1:18789');
    s.data['gateway.credentials'].dotenv.url = url('ws://10.0.0.5:18789');
    s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
    s.data['gateway.config'].cloudflareIssuer = url('https://acme.cloudflareaccess.com');
    s.data['gateway.config'].googlechat = [
      {
        path: 'channels.googlechat',
        enabled: true,
        audienceType: 'project-number',
        audienceState: 'number',
        projectNumber: '42',
      },
    ];
  });
  expect(identityRows(facts)).toMatchObject([
    {
      externalUrl: 'https://gw.example.com',
      issuer: 'https://acme.cloudflareaccess.com',
      audience: '42',
      mode: 'proxy',
      sources: [
        'shell OPENCLAW_GATEWAY_URL: ws://127.0.0.1:18789',
        'gateway.publicOrigin: https://gw.example.com',
      ],
    },
  ]);
});

it('takes the expected identity before the advertised one', () => {
  const facts = healthyGateway('2026.9', (s) => {
    s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
    s.data['host.expectations'] = {
      path: 'x',
      identity: url('https://sso.example.com'),
      allowedCloudProviders: [],
    };
  });
  expect(externalIdentity(facts, gateway)?.url.host).toBe('sso.example.com');
});

it('leaves gateway.remote.url out while the mode is local', () => {
  const remote = (mode: string) =>
    healthyGateway('2026.5', (s) => {
      s.data['gateway.config'].mode = mode;
      s.data['gateway.config'].remote = {
        url: url('wss://far.example.com'),
        token: s.data['gateway.config'].token,
        password: s.data['gateway.config'].password,
      };
    });
  expect(identityUrls(remote('local'), gateway)).toEqual([]);
  expect(identityUrls(remote('remote'), gateway)).toHaveLength(1);
});
