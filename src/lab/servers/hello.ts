import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import type { Grant } from './admission.js';
import type { GatewayState } from './context.js';
import { releases } from './line.js';
import { methodNames } from './rpc.js';

const buildId = `${releases['2026.9']}-release`;

/** The `hello-ok` payload of the line. */
export function helloOk(state: GatewayState, grant: Grant, role: string, connId: string): object {
  const version = releases[state.line];
  const presence = [{ host: hostname(), version, mode: 'gateway', reason: 'self', ts: Date.now() }];
  const snapshot = {
    presence,
    health: {},
    stateVersion: { presence: 1, health: 1 },
    uptimeMs: Date.now() - state.startedAtMs,
    sessionDefaults: { defaultAgentId: 'main', mainKey: 'main', mainSessionKey: 'agent:main:main' },
  };
  const features = { methods: methodNames, events: ['connect.challenge'] };
  const policy = { maxPayload: 26_214_400, maxBufferedBytes: 52_428_800, tickIntervalMs: 30_000 };
  const device = grant.device && {
    deviceToken: grant.device.token,
    issuedAtMs: grant.device.issuedAtMs,
  };
  const base = { type: 'hello-ok', protocol: 4, pluginSurfaceUrls: {} };
  const auth = { role, scopes: grant.scopes, ...device };
  if (state.line === '2026.5')
    return { ...base, server: { version, connId }, features, snapshot, auth, policy };
  return {
    ...base,
    server: { version, buildId, bootId: state.bootId, controlUiBuildSource: 'bundled', connId },
    features: { ...features, capabilities: [] },
    snapshot: {
      ...snapshot,
      suspension: { phase: 'accepting' },
      appliedConfigHash: state.appliedHash,
    },
    ...(grant.scopes.includes('operator.read') && {
      controlUiWidgetKinds: [],
      controlUiLinkReaders: [],
    }),
    auth: { ...auth, method: grant.method, ...recovery(state, grant) },
    policy: {
      ...policy,
      attachments: { maxBytes: 19_464_192, maxImageBytes: 6_291_456 },
      allowedSessionVisibilities: ['shared', 'read-only', 'suggest', 'draft'],
      hasMultipleSessionSharingIdentities: false,
    },
  };
}

function recovery(state: GatewayState, grant: Grant): object {
  if (grant.method === 'none') return {};
  const who = grant.device?.id ?? grant.deviceId ?? 'shared';
  const seed = `${state.identity.deviceId}|${who}|${grant.device?.token ?? ''}`;
  const recoveryScope = createHash('sha256').update(seed).digest('base64url');
  return { recoveryScope, ...(grant.device && { recoveryMigrationAllowed: true }) };
}
