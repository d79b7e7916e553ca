import { newDevice } from '../observe/state-fixture.js';
import type { Staging } from './staging.js';

/** A JWT of the issuer that is expected here; its subject and its signature are secret. */
export function jwtFor({ ports, canaries }: Staging): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iss = `http://127.0.0.1:${ports.gateway}`;
  const head = part({ alg: 'ES256', kid: 'k1' });
  const claims = part({ iss, aud: 'gw', sub: canaries.plant('JWT subject') });
  return `${head}.${claims}.${canaries.plant('JWT signature')}`;
}

export function putConfig({ line, ports, canaries, put }: Staging, token: string): void {
  const config = {
    meta: { lastTouchedVersion: line === '2026.5' ? '2026.5.18' : '2026.9.6' },
    gateway: {
      mode: 'local',
      port: ports.gateway,
      bind: 'loopback',
      auth: { mode: 'token', token, rateLimit: { maxAttempts: 10 } },
      remote: { url: `ws://127.0.0.1:${ports.gateway}`, token: canaries.plant('remote token') },
      trustedProxies: ['127.0.0.1'],
      controlUi: { allowedOrigins: ['https://gw.example.com'] },
    },
    hooks: { enabled: true, token: canaries.plant('hooks token') },
    channels: {
      googlechat: { enabled: true, audienceType: 'app-url', audience: 'https://gw.example.com/c' },
      telegram: { enabled: true, botToken: canaries.plant('bot token') },
    },
    models: {
      providers: {
        house: {
          baseUrl: `http://127.0.0.1:${ports.proxy}/v1`,
          apiKey: canaries.plant('provider key'),
          api: 'openai-completions',
          models: [{ id: 'm', name: 'm' }],
        },
        filed: {
          baseUrl: 'http://127.0.0.1:9/v1',
          apiKey: { source: 'file', provider: 'files', id: '/key' },
          models: [],
        },
      },
    },
    secrets: { providers: { files: { source: 'file', path: '~/.openclaw/secrets.json' } } },
    agents: { defaults: { model: { primary: 'house/m', fallbacks: ['openai/gpt-x'] } } },
  };
  put('home/.openclaw/openclaw.json', config);
  put('home/.openclaw/openclaw.json.last-good', {
    gateway: { auth: { token: canaries.plant('last-good token') } },
  });
  put('home/.openclaw/secrets.json', { key: canaries.plant('secret file') });
  put(
    'home/.openclaw/.env',
    `OPENCLAW_GATEWAY_TOKEN=${canaries.plant('.env token')}\nOPENAI_API_KEY=${canaries.plant('.env key')}\n`,
  );
  put('home/work/clawdoctor.json', {
    identity: 'https://gw.example.com',
    issuer: `http://127.0.0.1:${ports.gateway}`,
    audience: 'gw',
    localOnly: true,
  });
}

export function putStores({ line, canaries, put }: Staging): void {
  const agent = 'home/.openclaw/agents/main/agent';
  if (line === '2026.5') {
    put(`${agent}/auth-profiles.json`, {
      version: 1,
      profiles: {
        'openai:default': { type: 'api_key', provider: 'openai', key: canaries.plant('profile') },
        'acme:oauth': {
          type: 'oauth',
          provider: 'acme',
          access: canaries.jwt('access token'),
          refresh: canaries.plant('refresh token'),
          expires: Date.now() + 3_600_000,
        },
      },
    });
    put(`${agent}/auth-state.json`, { version: 1, usageStats: {} });
    const device = newDevice();
    canaries.adopt(
      'private key',
      device.privateKeyPem.replace(/-----[^-]*-----|\s/g, '').slice(24),
    );
    const deviceId = device.id;
    const held = {
      token: canaries.plant('device token'),
      role: 'operator',
      scopes: ['operator.read'],
    };
    put('home/.openclaw/identity/device.json', { version: 1, deviceId, ...device });
    put('home/.openclaw/identity/device-auth.json', {
      version: 1,
      deviceId,
      tokens: { operator: held },
    });
    const row = {
      deviceId,
      clientId: 'cli',
      clientMode: 'cli',
      platform: 'linux',
      role: 'operator',
    };
    put('home/.openclaw/devices/paired.json', {
      [deviceId]: { ...row, scopes: held.scopes, tokens: { operator: held }, approvedAtMs: 1 },
    });
    const requestId = '0b9d4a7e-1111-4222-8333-444455556666';
    put('home/.openclaw/devices/pending.json', {
      [requestId]: { requestId, ...row, scopes: ['operator.write'], ts: Date.now() - 60_000 },
    });
    put('home/.openclaw/logs/config-health.json', { entries: {} });
  }
  put(`${agent}/models.json`, {
    providers: { more: { baseUrl: 'http://127.0.0.1:9', apiKey: canaries.plant('models.json') } },
  });
}
