import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { GatewayState } from './context.js';
import { isRecord, type Json } from './json.js';
import { releases } from './line.js';
import { approve, forget, redacted, revoke } from './pairing.js';

export type RpcAnswer =
  | { ok: true; payload: unknown }
  | { ok: false; error: { code: string; message: string; details?: object } };

interface Method {
  /** The scope that it needs; none for `health`. */
  scope?: string;
  run(state: GatewayState, params: Json): unknown;
}

const read = 'operator.read';
const pairing = 'operator.pairing';

const methods: Readonly<Record<string, Method>> = {
  health: {
    run: (state) => ({
      ok: true,
      ts: Date.now(),
      durationMs: 1,
      eventLoop: calm,
      plugins: { loaded: [], errors: [] },
      ...(state.line === '2026.9' && { configReload: { hotReloadStatus: 'active' } }),
      channels: {},
      channelOrder: [],
      heartbeatSeconds: 1800,
      defaultAgentId: 'main',
      agents: [{ agentId: 'main', isDefault: true }],
    }),
  },
  status: {
    scope: read,
    run: (state) => ({
      runtimeVersion: releases[state.line],
      channelSummary: [],
      queuedSystemEvents: [],
      sessions: { paths: [], count: 0, recent: [] },
      eventLoop: calm,
    }),
  },
  'system-presence': {
    scope: read,
    run: (state) => [
      {
        host: hostname(),
        version: releases[state.line],
        mode: 'gateway',
        reason: 'self',
        ts: Date.now(),
      },
    ],
  },
  'gateway.identity.get': {
    scope: read,
    run: ({ identity }) => ({ deviceId: identity.deviceId, publicKey: identity.publicKey }),
  },
  'config.get': { scope: read, run: (state) => configSnapshot(state) },
  'models.list': { scope: read, run: () => ({ models: [] }) },
  'node.list': { scope: read, run: () => ({ ts: Date.now(), nodes: [] }) },
  'node.pair.list': { scope: pairing, run: () => ({ pending: [], paired: [] }) },
  'device.pair.list': {
    scope: pairing,
    run: ({ store }) => ({
      pending: Object.values(store.pending()),
      paired: Object.values(store.paired()).map(redacted),
    }),
  },
  'device.pair.approve': {
    scope: pairing,
    run({ store }, params) {
      const device = approve(store, String(params.requestId));
      if (device === undefined) throw new Error('unknown requestId');
      return { requestId: params.requestId, device: redacted(device) };
    },
  },
  'device.pair.reject': {
    scope: pairing,
    run: ({ store }, params) => drop(store, params.requestId),
  },
  'device.pair.remove': {
    scope: pairing,
    run: ({ store }, params) => drop(store, params.deviceId),
  },
  'device.token.revoke': {
    scope: pairing,
    run({ store }, { deviceId, role }) {
      if (!revoke(store, String(deviceId), String(role))) throw new Error('unknown deviceId/role');
      return { deviceId, role, revokedAtMs: Date.now() };
    },
  },
};

export const calm = {
  degraded: false,
  reasons: [],
  intervalMs: 1000,
  delayP99Ms: 0,
  delayMaxMs: 0,
  utilization: 0.02,
  cpuCoreRatio: 0.02,
};

/** The scope that a client asks for when it calls this method. */
export function scopeOf(name: string): string {
  return (Object.hasOwn(methods, name) ? methods[name]?.scope : undefined) ?? read;
}

export const methodNames: readonly string[] = Object.keys(methods);

/** Answers one call; the scope comes before the method, and an unknown method needs admin. */
export function answer(
  state: GatewayState,
  scopes: readonly string[],
  name: string,
  params: Json,
): RpcAnswer {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  const scope = method === undefined ? 'operator.admin' : method.scope;
  if (scope !== undefined && !scopes.includes(scope) && !scopes.includes('operator.admin'))
    return missingScope(scope, state.line === '2026.9');
  if (method === undefined) return failure('INVALID_REQUEST', `unknown method: ${name}`);
  try {
    return { ok: true, payload: method.run(state, params) };
  } catch (error) {
    return failure('INVALID_REQUEST', error instanceof Error ? error.message : 'failed');
  }
}

function missingScope(scope: string, detailed: boolean): RpcAnswer {
  const message = `missing scope: ${scope}`;
  if (!detailed) return failure('INVALID_REQUEST', message);
  const details = { code: 'MISSING_SCOPE', missingScope: scope, requiredScopes: [scope] };
  return { ok: false, error: { code: 'FORBIDDEN', message, details } };
}

function failure(code: string, message: string): RpcAnswer {
  return { ok: false, error: { code, message } };
}

function drop(store: GatewayState['store'], id: unknown): { ok: true } {
  if (!forget(store, String(id))) throw new Error('unknown requestId');
  return { ok: true };
}

function configSnapshot(state: GatewayState): Json {
  const path = state.paths.configPath;
  let onDisk = '';
  try {
    onDisk = readFileSync(path, 'utf8');
  } catch {
    // gone: the hash of nothing differs from every applied one
  }
  const config = hidden(state.config);
  const base = { path, exists: onDisk !== '', parsed: config, valid: true, config, issues: [] };
  const plain = createHash('sha256').update(onDisk).digest('hex');
  if (state.line === '2026.5') return { ...base, hash: plain };
  const revision = revisionOf(onDisk);
  return {
    ...base,
    hash: revision,
    configRevisionHash: revision,
    appliedConfigHash: state.appliedHash,
  };
}

/** Stands for 2026.9's keyed hash of a config: equal texts, equal hashes. */
export function revisionOf(text: string): string {
  return `hmac-sha256:v1:${createHash('sha256').update(text).digest('base64url')}`;
}

const secretKey = /^(token|password|apiKey|key|secret)$/i;

function hidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(hidden);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      secretKey.test(key) && typeof item === 'string' ? '__OPENCLAW_REDACTED__' : hidden(item),
    ]),
  );
}
