import type { CredentialSource, UrlParts } from '../../src/model/facts-gateway.js';
import type { FileFacts } from '../../src/model/facts-host.js';
import type { DeviceToken, PairedDevice, PendingRequest } from '../../src/model/facts-pairing.js';
import type { Mark, SecretKind } from '../../src/model/mark.js';

export const nowMs = Date.UTC(2026, 10, 20, 12, 0, 0);
export const deviceId = 'd'.repeat(64);

export function set(value: number, kind: SecretKind = 'token'): Mark {
  return { state: 'set', class: value, rawClass: value, kind, flags: [] };
}

export function unset(kind: SecretKind = 'token'): Mark {
  return { state: 'unset', kind, flags: [] };
}

export function file(path: string, change: Partial<FileFacts> = {}): FileFacts {
  return {
    path,
    state: 'ok',
    size: 100,
    mode: 0o600,
    uid: 1000,
    mtimeMs: nowMs - 7_200_000,
    ...change,
  };
}

export function url(text: string): UrlParts {
  const parsed = new URL(text);
  const scheme = parsed.protocol.slice(0, -1);
  const fallback = scheme === 'https' || scheme === 'wss' ? 443 : 80;
  return {
    scheme,
    host: parsed.hostname.replace(/^\[|\]$/g, ''),
    port: parsed.port === '' ? fallback : Number(parsed.port),
    path: parsed.pathname,
    hadSecretParts: false,
  };
}

export function source(
  id: CredentialSource['id'],
  mark: Mark,
  change: Partial<CredentialSource> = {},
): CredentialSource {
  const config = id === 'config' || id === 'last-good';
  const slot = change.slot ?? 'token';
  const where: Partial<Record<CredentialSource['id'], string>> = {
    config: '~/.openclaw/openclaw.json',
    'last-good': '~/.openclaw/openclaw.json.last-good',
    shell: 'shell',
    dotenv: '~/.openclaw/.env',
    'service-env': 'openclaw-gateway.service',
    'service-file': '~/.openclaw/gateway.systemd.env',
    remote: '~/.openclaw/openclaw.json',
  };
  const variable = `OPENCLAW_GATEWAY_${slot.toUpperCase()}`;
  const name = config
    ? `gateway.auth.${slot}`
    : id === 'remote'
      ? `gateway.remote.${slot}`
      : variable;
  return { id, name, slot, where: where[id] ?? id, mark, ...change };
}

/** This host's own CLI device as the gateway has it on record. */
export function pairedDevice(change: Partial<PairedDevice> = {}): PairedDevice {
  return {
    deviceId,
    clientId: 'cli',
    clientMode: 'cli',
    platform: 'linux',
    roles: ['operator'],
    scopes: ['operator.pairing'],
    approvedScopes: ['operator.pairing'],
    tokens: [{ role: 'operator', scopes: ['operator.pairing'], mark: set(50, 'device-token') }],
    approvedAtMs: nowMs - 3_000_000,
    ...change,
  };
}

export function deviceToken(change: Partial<DeviceToken> = {}): DeviceToken {
  return {
    deviceId,
    role: 'operator',
    scopes: ['operator.pairing'],
    mark: set(50, 'device-token'),
    ...change,
  };
}

export function pendingRequest(change: Partial<PendingRequest> = {}): PendingRequest {
  return {
    requestId: '0b9d4a7e-1111-4222-8333-444455556666',
    deviceId,
    clientId: 'cli',
    clientMode: 'cli',
    platform: 'linux',
    roles: ['operator'],
    scopes: ['operator.read'],
    silent: false,
    isRepair: true,
    tsMs: nowMs - 120_000,
    ...change,
  };
}
