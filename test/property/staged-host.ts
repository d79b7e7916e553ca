import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DiagnoseOptions, HostAccess } from '../../src/model/observer.js';
import { Canaries } from '../acceptance/canaries.js';
import { liveDatabase } from '../observe/sqlite-fixture.js';
import { newDevice, stateDatabase } from '../observe/state-fixture.js';

/** The gateway that is alive only in a /proc of our own. */
const pid = 4121;
const startTicks = 70_000;

export interface StagedHost {
  line: '2026.5' | '2026.9';
  host: HostAccess;
  options: DiagnoseOptions;
  canaries: Canaries;
  /** Files that may be mutated, absolute. */
  files: string[];
  /** A named pipe that nobody writes to, to be linked in a file's place. */
  fifo: string;
  /** Everything as it was staged. */
  restore(): void;
  remove(): void;
}

/** A whole host in one directory: home, temporary directory, /proc, and a secret in every place. */
export async function stageHost(
  line: StagedHost['line'],
  ports: { gateway: number; proxy: number },
  accepts: Set<string>,
): Promise<StagedHost> {
  const root = mkdtempSync(join(tmpdir(), 'clawdoctor-property-'));
  const live = join(root, 'live');
  const copy = join(root, 'copy');
  const fifo = join(root, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const home = join(live, 'home');
  const canaries = new Canaries();
  const files: string[] = [];
  const put = (path: string, content: unknown): void => {
    const file = join(live, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content), {
      mode: 0o600,
    });
    files.push(file);
  };
  const at: Staging = { line, live, home, ports, canaries, put };
  const token = line === '2026.5' ? canaries.plant('config token') : jwtFor(at);
  accepts.add(token);
  putConfig(at, token);
  putStores(at);
  putAround(at);
  await putDatabases(at, files);
  putProc(at);
  mkdirSync(join(home, 'bin'), { recursive: true });
  cpSync(live, copy, { recursive: true, verbatimSymlinks: true });
  return {
    line,
    canaries,
    fifo,
    files: [...new Set(files)].filter((file) => existsSync(file)).sort(),
    host: {
      env: {
        HOME: home,
        PATH: join(home, 'bin'),
        OPENCLAW_GATEWAY_PASSWORD: canaries.plant('shell password'),
        ANTHROPIC_API_KEY: canaries.plant('shell provider key'),
        OPENCLAW_GATEWAY_URL: `ws://u:${canaries.plant('shell url')}@127.0.0.1:${ports.gateway}`,
      },
      home,
      uid: process.getuid?.() ?? 0,
      cwd: join(home, 'work'),
      platform: 'linux',
      procRoot: join(live, 'proc'),
      tmpDir: join(live, 'tmp'),
      logDir: join(live, 'tmp', 'openclaw'),
      ownStateDir: join(live, 'own'),
      now: () => Date.now(),
    },
    options: {
      command: 'run',
      sandbox: [],
      through: 'probes',
      stopOnFail: false,
      only: [],
      skip: [],
      budgetMs: 2500,
      failOn: 'fail',
      external: false,
      as: 'cli',
    },
    restore() {
      rmSync(live, { recursive: true, force: true });
      cpSync(copy, live, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true });
    },
    remove() {
      rmSync(root, { recursive: true, force: true });
    },
  };
}

interface Staging {
  line: StagedHost['line'];
  live: string;
  home: string;
  ports: { gateway: number; proxy: number };
  canaries: Canaries;
  put(path: string, content: unknown): void;
}

/** A JWT of the issuer that is expected here; its subject and its signature are secret. */
function jwtFor({ ports, canaries }: Staging): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const iss = `http://127.0.0.1:${ports.gateway}`;
  const head = part({ alg: 'ES256', kid: 'k1' });
  const claims = part({ iss, aud: 'gw', sub: canaries.plant('JWT subject') });
  return `${head}.${claims}.${canaries.plant('JWT signature')}`;
}

function putConfig({ line, ports, canaries, put }: Staging, token: string): void {
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

function putStores({ line, canaries, put }: Staging): void {
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

/** Service, NemoClaw, lock and logs. */
function putAround({ line, live, home, ports, canaries, put }: Staging): void {
  put(
    'home/.config/systemd/user/openclaw-gateway.service',
    [
      '[Unit]',
      'StartLimitIntervalSec=60',
      '[Service]',
      `ExecStart=/usr/bin/node /opt/openclaw/openclaw.mjs gateway --port ${ports.gateway} --password ${canaries.plant('unit argument')}`,
      `Environment=OPENCLAW_GATEWAY_TOKEN=${canaries.plant('unit token')}`,
      'EnvironmentFile=-%h/.openclaw/gateway.systemd.env',
      'Restart=always',
      'RestartSec=5',
      '',
    ].join('\n'),
  );
  put(
    'home/.openclaw/gateway.systemd.env',
    `OPENCLAW_GATEWAY_PASSWORD=${canaries.plant('unit environment file')}\n`,
  );
  put('home/.nemoclaw/sandboxes.json', {
    sandboxes: { alpha: { name: 'alpha', dashboardPort: ports.gateway, provider: 'ollama-local' } },
    defaultSandbox: 'alpha',
  });
  put('home/.nemoclaw/ollama-proxy-token', `${canaries.plant('proxy token')}\n`);
  put('home/.nemoclaw/ollama-proxy-port', `${ports.proxy}\n`);
  put('home/.nemoclaw/ollama-backend', `http://127.0.0.1:${ports.proxy}\n`);
  put('home/.nemoclaw/ollama-auth-proxy.pid', '777\n');
  const configPath = join(home, '.openclaw', 'openclaw.json');
  const name = createHash('sha256').update(configPath).digest('hex').slice(0, 8);
  const uid = process.getuid?.() ?? 0;
  const lock = { pid, createdAt: new Date().toISOString(), configPath, startTime: startTicks };
  const place = line === '2026.5' ? `tmp/openclaw-${uid}` : `home/.openclaw/tmp/openclaw-${uid}`;
  const stateDir = join(live, 'home', '.openclaw');
  put(
    `${place}/gateway.${name}.lock`,
    line === '2026.5' ? lock : { ...lock, stateDir, port: ports.gateway },
  );
  const day = new Date().toISOString();
  const lines = [
    '[gateway] listening on ws://127.0.0.1',
    `unauthorized conn=1 client=cli reason=token_mismatch token=${canaries.plant('log line')}`,
    'config change detected; evaluating reload (gateway.auth.token)',
    'pairing required: device is asking for more scopes than currently approved',
  ].map((text) =>
    JSON.stringify({ 0: text, time: day, _meta: { logLevelName: 'WARN', date: day } }),
  );
  put(`tmp/openclaw/openclaw-${day.slice(0, 10)}.log`, `${lines.join('\n')}\n`);
}

async function putDatabases({ line, live, home, canaries }: Staging, files: string[]) {
  if (line === '2026.5') return;
  const one = JSON.stringify(['operator.read']);
  const device = newDevice();
  canaries.adopt('private key', device.privateKeyPem.replace(/-----[^-]*-----|\s/g, '').slice(24));
  const profiles = {
    'groq:default': { type: 'api_key', provider: 'groq', key: canaries.plant('shared store') },
  };
  await stateDatabase(home, [
    [
      "INSERT INTO device_identities VALUES('primary', ?, ?, ?, 1, 1)",
      [device.id, device.publicKeyPem, device.privateKeyPem],
    ],
    [
      "INSERT INTO device_auth_tokens VALUES(?, 'operator', ?, ?, 1)",
      [device.id, canaries.plant('device token'), one],
    ],
    [
      "INSERT INTO device_pairing_paired VALUES(?, 'cli', 'cli', 'linux', 'operator', '[\"operator\"]', ?, ?, '{}', 1, 1)",
      [device.id, one, one],
    ],
    [
      "INSERT INTO config_machine_state VALUES('auth.sharedStore', ?, 1)",
      [JSON.stringify({ location: 'state-db' })],
    ],
    [
      "INSERT INTO config_machine_state VALUES('authProfiles.store', ?, 1)",
      [JSON.stringify({ profiles })],
    ],
  ]);
  const agent = join(home, '.openclaw/agents/main/agent/openclaw-agent.sqlite');
  const own = {
    profiles: {
      'openai:default': { type: 'token', provider: 'openai', token: canaries.plant('agent store') },
    },
  };
  await liveDatabase(agent, {
    base: [
      'CREATE TABLE auth_profile_store(store_key TEXT PRIMARY KEY, store_json TEXT, updated_at INTEGER) STRICT',
      'CREATE TABLE auth_profile_state(state_key TEXT PRIMARY KEY, state_json TEXT, updated_at INTEGER) STRICT',
    ],
    log: [["INSERT INTO auth_profile_store VALUES('primary', ?, 1)", [JSON.stringify(own)]]],
  });
  const state = join(live, 'home/.openclaw/state/openclaw.sqlite');
  for (const path of [state, agent]) {
    rmSync(`${path}.writer`, { force: true });
    rmSync(`${path}.writer-wal`, { force: true });
    files.push(path, `${path}-wal`);
  }
}

/** As much of /proc as is looked at: a gateway that listens, and an Ollama proxy. */
function putProc({ line, live, home, ports, canaries, put }: Staging): void {
  const row = (n: number, port: number, inode: number): string =>
    `   ${n}: 0100007F:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 ${inode} 1 0000000000000000 100 0 0 10 0`;
  put(
    'proc/net/tcp',
    ['  sl  local_address', row(0, ports.gateway, 555), row(1, ports.proxy, 777), ''].join('\n'),
  );
  put('proc/net/tcp6', '  sl  local_address\n');
  put('proc/stat', `cpu 1 1 1\nbtime ${Math.floor(Date.now() / 1000) - 90_000}\n`);
  put('proc/1/cgroup', '0::/init.scope\n');
  put('proc/pressure/memory', 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n');
  const processOf = (
    id: number,
    comm: string,
    argv: string[],
    environ: string,
    inode: number,
  ): void => {
    const rest = `S 1 ${'0 '.repeat(17)}${startTicks} ${'0 '.repeat(20)}`;
    put(`proc/${id}/stat`, `${id} (${comm}) ${rest}\n`);
    put(`proc/${id}/comm`, `${comm}\n`);
    put(`proc/${id}/cmdline`, `${argv.join('\0')}\0`);
    put(`proc/${id}/environ`, environ);
    put(`proc/${id}/maps`, '');
    put(`proc/${id}/status`, `Name:\t${comm}\n`);
    put(`proc/${id}/task/${id}/children`, '');
    mkdirSync(join(live, `proc/${id}/fd`), { recursive: true });
    symlinkSync(`socket:[${inode}]`, join(live, `proc/${id}/fd/7`));
    symlinkSync(home, join(live, `proc/${id}/cwd`));
  };
  const comm = line === '2026.5' ? 'openclaw' : 'openclaw-gatewa';
  const held = `HOME=${home}\0OPENCLAW_SERVICE_KIND=gateway\0OPENCLAW_GATEWAY_PASSWORD=${canaries.plant('process password')}\0OTHER=${canaries.plant('process other')}\0`;
  processOf(pid, comm, ['node', '/opt/openclaw/openclaw.mjs', 'gateway'], held, 555);
  const proxy = `OLLAMA_PROXY_TOKEN=${canaries.plant('proxy process token')}\0`;
  processOf(777, 'node', ['node', '/opt/nemoclaw/ollama-auth-proxy.mjs'], proxy, 777);
}
