import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { liveDatabase } from '../observe/sqlite-fixture.js';
import { newDevice, stateDatabase } from '../observe/state-fixture.js';
import { gatewayProcess, type Staging } from './staging.js';

/** Service, NemoClaw, lock and logs. */
export function putAround({ line, live, home, ports, canaries, put }: Staging): void {
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
  const { pid, startTicks: startTime } = gatewayProcess;
  const lock = { pid, createdAt: new Date().toISOString(), configPath, startTime };
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

/** The stores of 2026.9, with rows that are in the write-ahead log alone. */
export async function putDatabases({ line, live, home, canaries }: Staging, files: string[]) {
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
export function putProc({ line, live, home, ports, canaries, put }: Staging): void {
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
    const rest = `S 1 ${'0 '.repeat(17)}${gatewayProcess.startTicks} ${'0 '.repeat(20)}`;
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
  processOf(gatewayProcess.pid, comm, ['node', '/opt/openclaw/openclaw.mjs', 'gateway'], held, 555);
  const proxy = `OLLAMA_PROXY_TOKEN=${canaries.plant('proxy process token')}\0`;
  processOf(777, 'node', ['node', '/opt/nemoclaw/ollama-auth-proxy.mjs'], proxy, 777);
}
