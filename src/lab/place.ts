import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { registry, type SandboxPlan } from './parts.js';
import { type Identity, makeIdentity } from './servers/identity.js';
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
