import { randomBytes } from 'node:crypto';
import { appendFile, chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { registry, type SandboxPlan } from './parts.js';
import { type Identity, makeIdentity } from './servers/identity.js';
import { type Level, logRecord } from './servers/log.js';
import { newToken, type Paired, type Pending } from './servers/pairing.js';

/** Writes one file with the mode that its product gives it, and the directories above it. */
export async function put(file: string, content: object | string, mode = 0o600): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const text = typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`;
  await writeFile(file, text, { mode });
  await chmod(file, mode);
}

/** A profile store of one agent (2026.5). */
export function putProfiles(stateDir: string, agent: string, profiles: object): Promise<void> {
  const file = join(stateDir, 'agents', agent, 'agent', 'auth-profiles.json');
  return put(file, { version: 1, profiles });
}

/**
 * The host's own CLI as a paired device of 2026.5: identity, paired record and the CLI's copy of
 * the device token, all three in agreement.
 */
export async function putPairedCli(
  stateDir: string,
  scopes: readonly string[],
  ageMs: number,
): Promise<Identity> {
  const identity = makeIdentity();
  const at = Date.now() - ageMs;
  const { deviceId, publicKey, publicKeyPem, privateKeyPem } = identity;
  const token = { token: newToken(), role: 'operator', scopes: [...scopes] };
  const paired: Paired = {
    ...cliClaim(identity),
    scopes: [...scopes],
    approvedScopes: [...scopes],
    tokens: { operator: { ...token, createdAtMs: at } },
    createdAtMs: at,
    approvedAtMs: at,
  };
  const device = { version: 1, deviceId, publicKeyPem, privateKeyPem, createdAtMs: at };
  const auth = { version: 1, deviceId, tokens: { operator: { ...token, updatedAtMs: at } } };
  await put(join(stateDir, 'identity', 'device.json'), device);
  await put(join(stateDir, 'identity', 'device-auth.json'), auth);
  await put(join(stateDir, 'devices', 'paired.json'), { [deviceId]: { ...paired, publicKey } });
  await put(join(stateDir, 'devices', 'pending.json'), {});
  await chmod(join(stateDir, 'devices'), 0o755);
  return identity;
}

/** A request of that device for more than it has, as 2026.5 writes it after a refused connect. */
export async function putPending(
  stateDir: string,
  identity: Identity,
  request: { requestId: string; scopes: readonly string[]; ageMs: number },
): Promise<void> {
  const row: Pending = {
    requestId: request.requestId,
    ...cliClaim(identity),
    scopes: [...request.scopes],
    silent: false,
    isRepair: true,
    ts: Date.now() - request.ageMs,
  };
  await put(join(stateDir, 'devices', 'pending.json'), { [row.requestId]: row });
}

function cliClaim({ deviceId, publicKey }: Identity) {
  const client = { platform: 'linux', clientId: 'cli', clientMode: 'cli' };
  return { deviceId, publicKey, ...client, role: 'operator', roles: ['operator'] };
}

/** The host side of NemoClaw: registry, and the Ollama proxy's token and ports. */
export async function putNemoClaw(
  home: string,
  plan: {
    sandboxes: readonly SandboxPlan[];
    proxy?: { token: string; port: number; backendPort: number };
  },
): Promise<void> {
  const root = join(home, '.nemoclaw');
  await put(join(root, 'sandboxes.json'), registry(plan.sandboxes));
  if (plan.proxy === undefined) return;
  const { token, port, backendPort } = plan.proxy;
  await put(join(root, 'ollama-proxy-token'), `${token}\n`);
  await put(join(root, 'ollama-proxy-port'), `${port}\n`);
  await put(join(root, 'ollama-backend'), `http://127.0.0.1:${backendPort}\n`);
}

/** A line of the gateway's log, some time ago. */
export interface PastLine {
  agoMs: number;
  /** None: console output. */
  subsystem?: string;
  level?: Level;
  text: string;
  context?: object;
}

/** Puts lines into a log as if the gateway had written them, oldest first. */
export async function putLog(file: string, lines: readonly PastLine[]): Promise<void> {
  const now = Date.now();
  const records = lines.map(({ agoMs, subsystem, level = 'INFO', text, context }) => {
    const date = new Date(now - agoMs);
    return JSON.stringify(logRecord(date, subsystem, level, text, context && { ...context }));
  });
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, `${records.join('\n')}\n`, { mode: 0o600 });
}

/** The systemd user unit that `openclaw gateway install` writes (2026.5), plus `more` lines. */
export async function putUnit(
  home: string,
  plan: { entry: string; node: string; port: number; more?: readonly string[] },
): Promise<void> {
  const { entry, node, port, more = [] } = plan;
  const settings = [
    `OPENCLAW_GATEWAY_PORT=${port}`,
    'OPENCLAW_SYSTEMD_UNIT=openclaw-gateway.service',
  ];
  settings.push('OPENCLAW_SERVICE_KIND=gateway', 'OPENCLAW_SERVICE_MARKER=openclaw');
  settings.push(`HOME=${home}`);
  const text = [
    '[Unit]',
    'Description=OpenClaw Gateway',
    'After=network-online.target',
    'Wants=network-online.target',
    'StartLimitBurst=5',
    'StartLimitIntervalSec=60',
    '',
    '[Service]',
    `ExecStart=${node} ${entry} gateway --port ${port}`,
    'Restart=always',
    'RestartSec=5',
    'RestartPreventExitStatus=78',
    'SuccessExitStatus=0 143',
    'KillMode=control-group',
    ...settings.map((each) => `Environment="${each}"`),
    ...more,
    '',
    '[Install]',
    'WantedBy=default.target',
    '',
  ];
  const units = join(home, '.config', 'systemd', 'user');
  const file = join(units, 'openclaw-gateway.service');
  await put(file, text.join('\n'), 0o644);
  const wanted = join(units, 'default.target.wants');
  await mkdir(wanted, { recursive: true });
  const link = join(wanted, 'openclaw-gateway.service');
  await rm(link, { force: true });
  await symlink(file, link);
}

/** What systemd and the unit of `gateway install` add to an environment. */
export function managed(env: Readonly<Record<string, string>>): Record<string, string> {
  const INVOCATION_ID = randomBytes(16).toString('hex');
  return { ...env, OPENCLAW_SERVICE_KIND: 'gateway', INVOCATION_ID };
}
