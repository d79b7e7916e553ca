import type { Observation } from '../../src/model/observation.js';
import {
  deviceToken,
  healthyGateway,
  healthyProxy,
  oauthProfile,
  pairedDevice,
  pendingRequest,
  put,
  set,
  source,
  url,
} from '../checks/facts-builder.js';
import { both, expectIssuer, issuer, live, provider, token } from '../checks/issuer-rows.js';
import { localWithCloud, modelFacts, profile, store } from '../checks/model-facts.js';

const busy = both(
  oauthProfile({ alg: 'RS256', iss: 'https://auth.openai.com', aud: ['https://api.openai.com'] }),
  expectIssuer({ issuer, audience: 'https://gw.example.com' }),
  live([provider()], [token()]),
  (s) => {
    put(s, source('shell', set(2)));
    put(s, source('dotenv', { ...set(1), flags: ['quoted'] }));
    put(s, source('remote', set(3)));
    s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
    s.data['gateway.config'].googlechat = [
      {
        path: 'channels.googlechat',
        enabled: true,
        audienceType: 'app-url',
        audienceState: 'url',
        audience: url('https://gw.example.com/chat'),
      },
    ];
    s.data['gateway.config'].rateLimit = {
      maxAttempts: 4,
      windowMs: 60_000,
      lockoutMs: 300_000,
      exemptLoopback: false,
    };
    s.data['gateway.config'].remote = {
      url: url('ws://127.0.0.1:18789'),
      token: { mark: set(3) },
      password: { mark: { state: 'unset', kind: 'password', flags: [] } },
    };
    const rows = { state: 'ok' as const, source: '~/.openclaw' };
    s.data['gateway.pairing'].paired = { ...rows, rows: [pairedDevice()] };
    s.data['gateway.pairing'].pending = { ...rows, rows: [pendingRequest()] };
    s.data['gateway.pairing'].deviceTokens = { ...rows, rows: [deviceToken()] };
    s.data['probe.refusals'] = {
      canRemember: true,
      refused: [{ endpoint: 'http://127.0.0.1:18789', class: 2, atMs: 1, untilMs: 2 }],
      locked: [],
    };
  },
);

/** Situations whose every value may stand in another one of them: what mutations are made of. */
export const corpus: readonly (readonly Observation[])[] = [
  healthyGateway('2026.3').observations,
  healthyGateway('2026.5').observations,
  healthyGateway('2026.9').observations,
  healthyProxy().observations,
  healthyGateway('2026.5', busy).observations,
  healthyGateway('2026.9', busy).observations,
  modelFacts({
    lines: '2026.5',
    config: localWithCloud({ apiKey: 'ollama-local', baseUrl: 'http://127.0.0.1:11434' }),
    stores: { main: store([profile('openai:default'), profile('anthropic:default')]) },
  }).observations,
];
