import { expect, it } from 'vitest';
import check from '../../checks/doctor/identity-external.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { healthyGateway, judgeOne, neverTaken, url } from './facts-builder.js';

const expectations = { path: '~/clawdoctor.json', allowedCloudProviders: [] };

describeCheck(check, [
  ['no URL at all', '2026.5', () => {}, ['loopback-only']],
  [
    'another spelling of loopback',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].shell.url = url('ws://localhost:18789');
    },
    ['loopback-only'],
  ],
  [
    'a text that is no URL',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].shell.urlBroken = true;
    },
    ['client-url-broken'],
  ],
  [
    'a text that is no URL in .env, hidden by the shell',
    '2026.9',
    (s) => {
      s.data['gateway.credentials'].dotenv.urlBroken = true;
      s.data['gateway.credentials'].shell.url = url('ws://127.0.0.1:18789');
    },
    ['loopback-only'],
  ],
  [
    'another address of 127.0.0.0/8, bind loopback',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].shell.url = url('ws://127.0.0.2:18789');
    },
    ['client-url-elsewhere'],
  ],
  [
    'another address of 127.0.0.0/8, bind lan',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'lan';
      s.data['gateway.credentials'].shell.url = url('ws://127.0.0.2:18789');
    },
    ['loopback-only'],
  ],
  [
    'TLS to a gateway that speaks none',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].shell.url = url('wss://127.0.0.1:18789');
    },
    ['client-url-scheme'],
  ],
  [
    'no TLS to a gateway that speaks it',
    '2026.9',
    (s) => {
      s.data['gateway.config'].tls = { enabled: true };
      s.data['gateway.credentials'].dotenv.url = url('ws://localhost:18789');
    },
    ['client-url-scheme'],
  ],
  [
    'TLS to a gateway that speaks it',
    '2026.5',
    (s) => {
      s.data['gateway.config'].tls = { enabled: true };
      s.data['gateway.credentials'].shell.url = url('wss://127.0.0.1:18789');
    },
    ['loopback-only'],
  ],
  [
    'a scheme that a config which does not parse could have asked for',
    '2026.5',
    (s) => {
      s.data['gateway.config'].parse = 'invalid';
      s.data['gateway.credentials'].shell.url = url('wss://127.0.0.1:18789');
    },
    ['loopback-only'],
  ],
  [
    'another port than the one that is only a guess',
    '2026.5',
    (s) => {
      s.targets = s.targets.map((target) =>
        target.kind === 'gateway' ? { ...target, portAssumed: true } : target,
      );
      s.data['gateway.credentials'].shell.url = url('ws://127.0.0.1:23165');
    },
    ['loopback-only'],
  ],
  [
    'a tailnet name at the gateway port, bind loopback',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].shell.url = url('ws://box.tail1234.ts.net:18789');
    },
    ['client-url-elsewhere'],
  ],
  [
    'a LAN address in .env, bind loopback',
    '2026.9',
    (s) => {
      s.data['gateway.credentials'].dotenv.url = url('ws://192.168.1.20:18789');
    },
    ['client-url-elsewhere'],
  ],
  [
    'loopback at another port',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].shell.url = url('ws://127.0.0.1:18790');
    },
    ['client-url-elsewhere'],
  ],
  [
    'a LAN address, bind lan',
    '2026.5',
    (s) => {
      s.data['gateway.config'].bind = 'lan';
      s.data['gateway.credentials'].shell.url = url('ws://192.168.1.20:18789');
    },
    ['one-identity'],
  ],
  [
    'a LAN address, no bind declared: the listeners tell',
    '2026.5',
    (s) => {
      delete s.data['gateway.config'].bind;
      s.data['gateway.credentials'].shell.url = url('ws://192.168.1.20:18789');
    },
    ['one-identity'],
  ],
  [
    'a proxy in front that is declared',
    '2026.9',
    (s) => {
      s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
      s.data['gateway.credentials'].shell.url = url('wss://gw.example.com');
    },
    ['one-identity'],
  ],
  [
    'a proxy in front that nothing declares',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].shell.url = url('wss://gw.example.com');
    },
    ['client-url-unconfirmed'],
  ],
  [
    'remote.url with mode local, which no client uses',
    '2026.5',
    (s) => {
      s.data['gateway.config'].remote = {
        url: url('ws://192.168.1.9:18789'),
        token: { mark: { state: 'unset', kind: 'token', flags: [] } },
        password: { mark: { state: 'unset', kind: 'password', flags: [] } },
      };
    },
    ['loopback-only'],
  ],
  [
    'two public names',
    '2026.9',
    (s) => {
      s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
      s.data['gateway.config'].webhooks = [
        { path: 'channels.telegram.webhookUrl', url: url('https://old.example.com/t') },
      ];
    },
    ['identities-differ'],
  ],
  [
    'another name than expected',
    '2026.9',
    (s) => {
      s.data['host.expectations'] = { ...expectations, identity: url('https://gw.example.com') };
      s.data['gateway.config'].publicOrigin = url('https://old.example.com');
    },
    ['not-the-expected-identity'],
  ],
  [
    'a client that names port + 2',
    '2026.5',
    (s) => {
      s.data['gateway.credentials'].shell.url = url('ws://127.0.0.1:18791');
    },
    ['browser-control-url'],
  ],
  [
    'an OpenAI client at an endpoint that is off',
    '2026.5',
    (s) => {
      s.data['gateway.exposure'].openaiUrls = [
        { name: 'OPENAI_BASE_URL', url: url('http://127.0.0.1:18789/v1') },
      ];
    },
    ['openai-endpoint-off'],
  ],
  [
    'an OpenAI client at port + 2',
    '2026.5',
    (s) => {
      s.data['gateway.exposure'].openai.chatCompletions = true;
      s.data['gateway.exposure'].openaiUrls = [
        { name: 'OPENAI_API_BASE', url: url('http://192.168.1.20:18791/v1') },
      ];
    },
    ['browser-control-url'],
  ],
  [
    'an OpenAI client at an endpoint that is on',
    '2026.9',
    (s) => {
      s.data['gateway.exposure'].openai.responses = true;
      s.data['gateway.exposure'].openaiUrls = [
        { name: 'OPENAI_BASE_URL', url: url('http://127.0.0.1:18789/v1') },
      ];
    },
    ['loopback-only'],
  ],
  [
    'an OpenAI client of somebody else',
    '2026.9',
    (s) => {
      s.data['gateway.exposure'].openaiUrls = [
        { name: 'OPENAI_BASE_URL', url: url('http://10.0.0.9:18789/v1') },
      ];
    },
    ['loopback-only'],
  ],
  [
    'an origin list without the public origin',
    '2026.9',
    (s) => {
      s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
      s.data['gateway.config'].controlUi.allowedOrigins = ['https://old.example.com'];
    },
    ['origin-not-allowed'],
  ],
  [
    'an origin list with it',
    '2026.9',
    (s) => {
      s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
      s.data['gateway.config'].controlUi.allowedOrigins = [
        'http://localhost:18789',
        'https://gw.example.com',
      ];
    },
    ['one-identity'],
  ],
  [
    'tailscale serve beside a public origin elsewhere',
    '2026.9',
    (s) => {
      s.data['gateway.config'].tailscale = 'serve';
      s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
    },
    ['modes-mixed'],
  ],
  [
    'tailscale serve under its own name',
    '2026.9',
    (s) => {
      s.data['gateway.config'].tailscale = 'serve';
      s.data['gateway.config'].publicOrigin = url('https://box.tail1234.ts.net');
    },
    ['one-identity'],
  ],
  [
    'a proxy on another host, which is trusted',
    '2026.9',
    (s) => {
      s.data['gateway.config'].bind = 'lan';
      s.data['gateway.config'].trustedProxies = ['192.168.1.2'];
      s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
    },
    ['one-identity'],
  ],
  [
    'another base path than expected',
    '2026.9',
    (s) => {
      s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
      s.data['host.expectations'] = {
        ...expectations,
        identity: url('https://gw.example.com/claw/'),
      };
    },
    ['base-path-differs'],
  ],
  [
    'the base path that is expected',
    '2026.9',
    (s) => {
      s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
      s.data['gateway.config'].controlUi.basePath = '/claw';
      s.data['host.expectations'] = {
        ...expectations,
        identity: url('https://gw.example.com/claw/'),
      };
    },
    ['one-identity'],
  ],
  [
    'a proxy that is expected and adds no headers',
    '2026.9',
    (s) => {
      s.data['host.expectations'] = { ...expectations, mode: 'proxy' };
    },
    ['loopback-only'],
  ],
  [
    'another mode than expected',
    '2026.9',
    (s) => {
      s.data['host.expectations'] = { ...expectations, mode: 'tailnet' };
    },
    ['mode-not-expected'],
  ],
  [
    'expectations that nobody has looked for',
    '2026.9',
    neverTaken('host.expectations'),
    ['expectations-unreadable'],
  ],
  [
    'expectations that cannot be read',
    '2026.9',
    (s) => {
      s.failed['host.expectations'] = { state: 'error', reason: 'it does not parse' };
    },
    ['expectations-unreadable'],
  ],
  [
    'no expectations',
    '2026.9',
    (s) => {
      s.failed['host.expectations'] = { state: 'absent', reason: 'there is no such file' };
    },
    ['loopback-only'],
  ],
  elsewhereHost,
]);

it('names the URL without userinfo and where it comes from', () => {
  const facts = healthyGateway('2026.5', (s) => {
    s.data['gateway.credentials'].shell.url = url('ws://box.lan:18789');
  });
  const [finding] = judgeOne(check, facts);
  expect(finding?.params).toMatchObject({
    source: 'shell OPENCLAW_GATEWAY_URL',
    url: 'ws://box.lan:18789',
  });
  expect(finding?.subject).toBe('gateway:18789#shell OPENCLAW_GATEWAY_URL');
});
