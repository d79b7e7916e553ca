import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { Children } from '../../src/lab/children.js';
import { Lab } from '../../src/lab/lab.js';
import { makeLayout } from '../../src/lab/layout.js';
import { gatewayConfig } from '../../src/lab/parts.js';
import { put, putNemoClaw, putPairedCli } from '../../src/lab/place.js';
import { freePort } from '../../src/lab/ports.js';
import { liveDatabase } from '../observe/sqlite-fixture.js';
import { newDevice, stateDatabase } from '../observe/state-fixture.js';
import { Canaries } from './canaries.js';

/** A deployment with a canary in every place that can hold a secret. */
export interface Planted {
  canaries: Canaries;
  home: string;
  root: string;
  env: Record<string, string>;
  caseKey: string;
  /** What the gateway has counted; only where it is a hostile one. */
  count?(): Promise<Record<string, number>>;
}

async function newLab(): Promise<Lab> {
  const root = await mkdtemp(join(tmpdir(), 'clawdoctor-leak-'));
  const children = new Children();
  onTestFinished(async () => {
    await children.stopAll();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  });
  const layout = await makeLayout(root);
  await mkdir(join(layout.home, 'work'));
  return new Lab(layout, children);
}

/** OpenClaw 2026.5 in JSON files, a service, and NemoClaw's proxy with another token than its file. */
export async function plantedJson(): Promise<Planted> {
  const canaries = new Canaries();
  const plant = (source: string) => canaries.plant(source);
  const lab = await newLab();
  const { home } = lab;
  const port = await lab.port();
  const stateDir = join(home, '.openclaw');
  const agentDir = join(stateDir, 'agents', 'main', 'agent');
  const secretUrl = (source: string, scheme: string, path = '') =>
    `${scheme}://user:${plant(`${source} userinfo`)}@127.0.0.1:${port}${path}?token=${plant(`${source} query`)}#${plant(`${source} fragment`)}`;
  const models = [{ id: 'local-model', name: 'local-model' }];
  const config = gatewayConfig(
    '2026.5',
    port,
    { mode: 'token', token: plant('config token'), password: plant('config password') },
    {
      gateway: {
        remote: {
          url: secretUrl('remote url', 'ws'),
          token: plant('remote token'),
          password: plant('remote password'),
        },
        mystery: plant('unknown gateway key'),
        http: { securityHeaders: { odd: plant('unknown nested key') } },
        controlUi: { allowedOrigins: [secretUrl('allowed origin', 'http')] },
      },
      hooks: { enabled: true, token: plant('hooks token'), path: '/hooks' },
      rootMystery: { secret: plant('unknown root key') },
      env: { MISTRAL_API_KEY: plant('config env section'), vars: { X: plant('config env vars') } },
      channels: {
        telegram: {
          enabled: true,
          botToken: plant('channel bot token'),
          webhookUrl: secretUrl('webhook url', 'https', `/hook/${plant('webhook url path')}`),
        },
      },
      models: {
        providers: {
          ownserver: {
            baseUrl: secretUrl('provider url', 'http', `/v1/${plant('provider url path')}`),
            apiKey: plant('provider key'),
            api: 'openai-completions',
            headers: { authorization: `Bearer ${plant('provider header')}` },
            models,
          },
          filed: {
            baseUrl: 'http://127.0.0.1:9/v1',
            apiKey: { source: 'file', provider: 'vaultfile', id: '/keys/filed' },
            api: 'openai-completions',
            models,
          },
          mistral: { baseUrl: 'https://api.mistral.example/v1', models },
        },
      },
      secrets: {
        providers: {
          vaultfile: { source: 'file', path: join(stateDir, 'secrets.json') },
          run: {
            source: 'exec',
            command: 'vault',
            args: ['--token', plant('exec provider argument')],
          },
        },
      },
      agents: {
        defaults: {
          model: {
            primary: 'ownserver/local-model',
            fallbacks: ['openai/gpt-x', 'anthropic/claude-x', 'mistral/local-model'],
          },
        },
        list: [{ id: 'main', default: true }],
      },
    },
  );
  await lab.installOpenClaw('2026.5');
  await lab.configure({ config });
  await putPairedCli(stateDir, ['operator.read'], 86_400_000);
  await plantPairing(stateDir, canaries);

  await put(join(stateDir, 'secrets.json'), { keys: { filed: plant('secret file') } });
  await put(
    join(stateDir, '.env'),
    `OPENCLAW_GATEWAY_PASSWORD=${plant('.env password')}\nOPENAI_API_KEY=${plant('.env provider key')}\nOTHER=${plant('.env other variable')}\n`,
  );
  await plantService(home, stateDir, canaries);
  await plantStores(agentDir, canaries);

  await put(join(agentDir, '..', 'sessions', 'a.jsonl'), `{"text":"${plant('session file')}"}\n`);
  await put(join(stateDir, 'cron', 'jobs.json'), { jobs: [{ payload: plant('cron file') }] });
  await put(join(stateDir, 'logs', 'gateway.log'), `token=${plant('log file')}\n`);
  await put(join(home, 'work', 'clawdoctor.json'), {
    identity: `https://user:${plant('clawdoctor.json identity')}@127.0.0.1:${port}/`,
  });
  const caseKey = join(home, 'case.key');
  await put(caseKey, plant('case key'));

  // Started by hand, with an environment of its own; the config's token still wins.
  await lab.gateway({
    line: '2026.5',
    config,
    env: {
      OPENCLAW_GATEWAY_TOKEN: plant('gateway process token'),
      OPENCLAW_GATEWAY_URL: secretUrl(
        'gateway process url',
        'ws',
        `/${plant('gateway process url path')}`,
      ),
      GATEWAY_OTHER: plant('gateway process other variable'),
    },
  });
  // The gateway keeps its own copy when it starts.
  const lastGood = gatewayConfig('2026.5', port, {
    mode: 'token',
    token: plant('last-good token'),
  });
  await put(join(stateDir, 'openclaw.json.last-good'), lastGood);
  const backendPort = await lab.ollama('local-model');
  const proxyToken = plant('proxy file token');
  const proxyPort = await lab.proxy({ token: plant('proxy process token'), backendPort });
  const sandboxes = [{ name: 'alpha', dashboardPort: port }];
  await putNemoClaw(home, {
    sandboxes,
    proxy: { token: proxyToken, port: proxyPort, backendPort },
  });

  const env = {
    ...lab.env,
    NEMOCLAW_OLLAMA_PROXY_PORT: String(proxyPort),
    NEMOCLAW_OLLAMA_PORT: String(backendPort),
    OPENCLAW_GATEWAY_TOKEN: plant('shell token'),
    OPENCLAW_GATEWAY_PASSWORD: plant('shell password'),
    OPENCLAW_GATEWAY_URL: secretUrl('shell url', 'ws', `/${plant('shell url path')}`),
    ANTHROPIC_API_KEY: plant('shell provider key'),
    SOME_OTHER_SECRET: plant('shell other variable'),
    HTTP_PROXY: `http://u:${plant('shell proxy url')}@127.0.0.1:9`,
  };
  return { canaries, home, root: lab.layout.root, env, caseKey };
}

async function plantPairing(stateDir: string, canaries: Canaries): Promise<void> {
  const edit = async (file: string, change: (value: Row) => void) => {
    const value = JSON.parse(await readFile(file, 'utf8')) as Row;
    change(value);
    await writeFile(file, JSON.stringify(value));
  };
  const identity = join(stateDir, 'identity');
  const key = JSON.parse(await readFile(join(identity, 'device.json'), 'utf8')) as Row;
  const pem = String(key.privateKeyPem).replace(/-----[^-]*-----|\s/g, '');
  // The first characters of an Ed25519 key in PKCS #8 are the same for everybody.
  canaries.adopt('device private key', pem.slice(24));
  await edit(join(identity, 'device-auth.json'), (auth) => {
    at(at(auth, 'tokens'), 'operator').token = canaries.plant('stored device token');
  });
  await edit(join(stateDir, 'devices', 'paired.json'), (rows) => {
    for (const row of Object.values(rows) as Row[]) {
      at(at(row, 'tokens'), 'operator').token = canaries.plant('paired device token');
      row.remoteIp = canaries.plant('paired row other member');
    }
  });
  const deviceId = String(key.deviceId);
  const pending = { requestId: 'request-1', deviceId, clientId: 'cli', role: 'operator', ts: 1 };
  const odd = { scopes: ['operator.read'], token: canaries.plant('pending row token') };
  await put(join(stateDir, 'devices', 'pending.json'), { 'request-1': { ...pending, ...odd } });
}

type Row = Record<string, unknown>;

function at(row: Row, key: string): Row {
  return row[key] as Row;
}

async function plantService(home: string, stateDir: string, canaries: Canaries): Promise<void> {
  const file = join(stateDir, 'gateway.systemd.env');
  await put(file, `OPENCLAW_GATEWAY_PASSWORD=${canaries.plant('unit environment file')}\n`);
  const unit = [
    '[Service]',
    `ExecStart=/usr/bin/node /opt/openclaw/openclaw.mjs gateway --token ${canaries.plant('unit argument')}`,
    `Environment=OPENCLAW_GATEWAY_TOKEN=${canaries.plant('unit environment')}`,
    `Environment=OTHER=${canaries.plant('unit other variable')}`,
    `EnvironmentFile=-${file}`,
  ];
  await put(join(home, '.config/systemd/user/openclaw-gateway.service'), `${unit.join('\n')}\n`);
}

async function plantStores(agentDir: string, canaries: Canaries): Promise<void> {
  const profiles = {
    'openai:default': { type: 'api_key', provider: 'openai', key: canaries.plant('profile key') },
    'anthropic:oauth': {
      type: 'oauth',
      provider: 'anthropic',
      access: canaries.jwt('oauth access token'),
      refresh: canaries.plant('oauth refresh token'),
      idToken: canaries.jwt('oauth id token'),
      expires: Date.now() + 3_600_000,
      email: canaries.plant('oauth other member'),
    },
  };
  await put(join(agentDir, 'auth-profiles.json'), { version: 1, profiles });
  const usage = { 'openai:default': { lastUsed: 1, note: canaries.plant('auth-state.json') } };
  await put(join(agentDir, 'auth-state.json'), { version: 1, usageStats: usage });
  const provider = {
    baseUrl: `https://u:${canaries.plant('models.json url')}@models.example/v1`,
    apiKey: canaries.plant('models.json key'),
    models: [],
  };
  await put(join(agentDir, 'models.json'), { providers: { 'from-models': provider } });
}

/** OpenClaw 2026.9 in SQLite, in front of it a gateway that answers with canaries. */
export async function plantedSqlite(): Promise<Planted> {
  const canaries = new Canaries();
  const plant = (source: string) => canaries.plant(source);
  const lab = await newLab();
  const { home } = lab;
  const port = await freePort();
  const token = plant('stored secret');
  const auth = { mode: 'token', token: { source: 'store', id: 'GATEWAY_TOKEN' } };
  await lab.installOpenClaw('2026.9');
  await lab.configure({ config: gatewayConfig('2026.9', port, auth) });
  const device = newDevice();
  const pem = device.privateKeyPem.replace(/-----[^-]*-----|\s/g, '');
  canaries.adopt('database private key', pem.slice(24));
  const tokens = {
    operator: {
      role: 'operator',
      scopes: ['operator.read'],
      token: plant('database paired token'),
    },
  };
  const store = {
    profiles: {
      'groq:default': { type: 'api_key', provider: 'groq', key: plant('shared store key') },
    },
  };
  const now = Date.now();
  const one = JSON.stringify(['operator.read']);
  await stateDatabase(home, [
    'CREATE TABLE secret_store_entries(scope_kind TEXT, scope_id TEXT, name TEXT, value TEXT, kind TEXT, created_at_ms INTEGER, updated_at_ms INTEGER, updated_by TEXT, deleted_at_ms INTEGER, allowed_hosts TEXT) STRICT',
    [
      "INSERT INTO secret_store_entries VALUES('team', '', 'GATEWAY_TOKEN', ?, 'secret', 1, 1, NULL, NULL, NULL)",
      [token],
    ],
    [
      "INSERT INTO secret_store_entries VALUES('team', '', 'UNUSED', ?, 'secret', 1, 1, NULL, NULL, NULL)",
      [plant('unused stored secret')],
    ],
    [
      "INSERT INTO device_identities VALUES('primary', ?, ?, ?, ?, ?)",
      [device.id, device.publicKeyPem, device.privateKeyPem, now, now],
    ],
    [
      "INSERT INTO device_auth_tokens VALUES(?, 'operator', ?, ?, ?)",
      [device.id, plant('database device token'), one, now],
    ],
    [
      "INSERT INTO device_pairing_paired VALUES(?, 'cli', 'cli', 'linux', 'operator', '[\"operator\"]', ?, ?, ?, ?, ?)",
      [device.id, one, one, JSON.stringify(tokens), now, now],
    ],
    [
      "INSERT INTO config_machine_state VALUES('auth.sharedStore', ?, 1)",
      [JSON.stringify({ location: 'state-db' })],
    ],
    [
      "INSERT INTO config_machine_state VALUES('authProfiles.store', ?, 1)",
      [JSON.stringify(store)],
    ],
    [
      "INSERT INTO config_machine_state VALUES('other.secret', ?, 1)",
      [JSON.stringify(plant('database other cell'))],
    ],
  ]);
  const agentStore = {
    profiles: {
      'openai:default': { type: 'token', provider: 'openai', token: plant('agent database key') },
    },
  };
  await liveDatabase(join(home, '.openclaw/agents/main/agent/openclaw-agent.sqlite'), {
    base: [
      'CREATE TABLE auth_profile_store(store_key TEXT PRIMARY KEY, store_json TEXT, updated_at INTEGER) STRICT',
      'CREATE TABLE auth_profile_state(state_key TEXT PRIMARY KEY, state_json TEXT, updated_at INTEGER) STRICT',
    ],
    log: [["INSERT INTO auth_profile_store VALUES('primary', ?, 1)", [JSON.stringify(agentStore)]]],
  });
  await rm(join(home, '.openclaw/state/openclaw.sqlite.writer'), { force: true });
  const tokenFile = join(lab.layout.lib, 'hostile-token');
  await put(tokenFile, token);
  const served = {
    body: plant('HTTP body'),
    header: plant('HTTP header'),
    type: plant('HTTP media type'),
    frame: plant('WebSocket frame'),
    close: plant('WebSocket close reason'),
  };
  const { PATH = '', TMPDIR = '' } = lab.env;
  await lab.children.start({
    script: fileURLToPath(new URL('./hostile-gateway.mjs', import.meta.url)),
    args: [String(port), tokenFile, JSON.stringify(served)],
    env: { PATH, TMPDIR, HOME: home },
    cwd: home,
  });
  const caseKey = join(home, 'case.key');
  await put(caseKey, plant('case key'));
  const count = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/count`);
    return (await answer.json()) as Record<string, number>;
  };
  return { canaries, home, root: lab.layout.root, env: lab.env, caseKey, count };
}
