import { judgeCheck } from '../../src/engine/judge-check.js';
import type { AnyCheck } from '../../src/model/check.js';
import { FactSet } from '../../src/model/fact-set.js';
import type { ObservationData, ObservationId } from '../../src/model/facts.js';
import type {
  CredentialSource,
  DeviceToken,
  PairedDevice,
  PendingRequest,
  UrlParts,
} from '../../src/model/facts-gateway.js';
import type { FileFacts } from '../../src/model/facts-host.js';
import type { AgentStoreFacts } from '../../src/model/facts-models.js';
import type { Finding } from '../../src/model/finding.js';
import type { JwtRecord, Mark, SecretKind } from '../../src/model/mark.js';
import type { Observation, ObservationState, Stage } from '../../src/model/observation.js';
import type { Line, Target } from '../../src/model/target.js';

export const nowMs = Date.UTC(2026, 10, 20, 12, 0, 0);
export const gateway: Target = {
  id: 'gateway:18789',
  kind: 'gateway',
  primary: true,
  port: 18789,
  place: 'local',
  url: 'ws://127.0.0.1:18789',
  evidence: ['config'],
};
export const proxy: Target = {
  id: 'proxy:nemoclaw',
  kind: 'proxy',
  primary: true,
  root: '~/.nemoclaw',
  evidence: ['registry'],
};
export const deviceId = 'd'.repeat(64);

const versions: Record<Line, string> = {
  '2026.3': '2026.3.11',
  '2026.5': '2026.5.18',
  '2026.9': '2026.9.6',
};

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

/** The observations of one situation, to be changed before they become a fact set. */
export interface Situation {
  targets: Target[];
  data: { [K in ObservationId]?: ObservationData[K] };
  /** Observations of a second target of the same kind. */
  more: { id: ObservationId; target: string; data: unknown }[];
  failed: Partial<Record<ObservationId, { state: ObservationState; reason: string }>>;
}

export type Change = (situation: Situation & { data: Required<Situation['data']> }) => void;

/** A local gateway of one line that is well: one token in the config, never paired, all probes green. */
export function healthyGateway(line: Line, change: Change = () => {}): FactSet {
  return build(healthySituation(line), change);
}

/** The same host with a NemoClaw Ollama proxy that is well too. */
export function healthyProxy(change: Change = () => {}): FactSet {
  return build(withProxy(healthySituation('2026.9')), change);
}

function build(situation: Situation, change: Change): FactSet {
  change(situation as Situation & { data: Required<Situation['data']> });
  return factSetOf(situation);
}

export function healthySituation(line: Line): Situation {
  const version = versions[line];
  const path = '~/.openclaw/openclaw.json';
  const absent = { state: 'absent' as const, source: 'none', rows: [] };
  const endpoint = 'http://127.0.0.1:18789';
  return {
    targets: [gateway],
    more: [],
    failed: {},
    data: {
      run: {
        command: 'run',
        nowMs,
        timeZone: 'UTC',
        platform: 'linux',
        uid: 1000,
        toolVersion: '0.1.0',
        rules: '1',
        options: {
          through: 'probes',
          only: [],
          skip: [],
          failOn: 'fail',
          stopOnFail: false,
          budgetMs: 20_000,
          external: false,
          as: 'operator',
          sandbox: [],
          relocated: false,
        },
      },
      'host.install': {
        binaries: [{ path: '/usr/bin/openclaw', realPath: '/opt/openclaw', version, first: true }],
        nodeVersion: 'v24.16.0',
      },
      'gateway.config': {
        file: file(path),
        parse: 'ok',
        includes: [],
        unknownKeys: [],
        mode: 'local',
        port: 18789,
        bind: 'loopback',
        token: { mark: set(1) },
        password: { mark: unset('password') },
        controlUi: { enabled: true, allowedOrigins: [] },
        trustedProxies: [],
        tls: { enabled: false },
        hsts: false,
        hooks: { enabled: false, token: { mark: unset('hooks-token') } },
        googlechat: [],
        msteams: [],
        webhooks: [],
        providers: [],
      },
      'gateway.credentials': {
        sources: [
          source('config', set(1)),
          source('config', unset('password'), { slot: 'password' }),
          source('shell', unset()),
          source('shell', unset('password'), { slot: 'password' }),
          source('dotenv', unset()),
          source('dotenv', unset('password'), { slot: 'password' }),
        ],
        resolved: [],
        shell: { home: false, stateDir: false, configPath: false },
        dotenv: { file: file('~/.openclaw/.env', { state: 'absent' }) },
      },
      'gateway.state': {
        dir: file('~/.openclaw'),
        layout: line === '2026.9' ? 'sqlite' : 'json',
        ...(line === '2026.9' ? { writerVersion: version } : {}),
        lastGoodPresent: line !== '2026.9',
      },
      'gateway.pairing': {
        store: line === '2026.9' ? 'sqlite' : 'json',
        staleJson: [],
        identity: {
          state: 'ok',
          source: '~/.openclaw/identity/device.json',
          rows: [{ deviceId, idMatchesKey: true }],
        },
        deviceTokens: { ...absent, source: '~/.openclaw/identity/device-auth.json' },
        paired: { ...absent, source: '~/.openclaw/devices/paired.json' },
        pending: { ...absent, source: '~/.openclaw/devices/pending.json' },
      },
      'host.listeners': {
        ownersKnown: true,
        listeners: ['127.0.0.1', '::1'].map((address) => ({
          address,
          port: 18789,
          uid: 1000,
          pid: 4121,
        })),
      },
      'host.pressure': {
        totalBytes: 8e9,
        availableBytes: 5e9,
        swapTotalBytes: 0,
        swapFreeBytes: 0,
        load1: 0.5,
        cpus: 2,
      },
      'gateway.process': {
        found: 'socket',
        pid: 4121,
        uid: 1000,
        comm: 'openclaw',
        kind: 'openclaw',
        startedAtMs: nowMs - 3_600_000,
        environment: { state: 'ok', token: unset(), password: unset('password'), referenced: [] },
        configPath: path,
        stateDir: '~/.openclaw',
        sameConfig: true,
        sameStateDir: true,
        lines: [line],
        versionEvidence: ['process name'],
      },
      'gateway.readiness': {
        endpoint,
        health: { kind: 'json-other', status: 200, live: true },
        ready: { kind: 'json-other', status: 200, ready: true, failing: [], uptimeMs: 3_600_000 },
      },
      'probe.anonymous': {
        endpoint: `POST ${endpoint}/tools/invoke`,
        answer: { kind: 'gateway-401', status: 401 },
      },
      'probe.credentials': {
        endpoint: `POST ${endpoint}/tools/invoke`,
        attempts: [
          { class: 1, slot: 'token', sources: ['config'], why: 'predicted', outcome: 'accepted' },
        ],
      },
      'probe.handshake': {
        endpoint: 'ws://127.0.0.1:18789',
        class: 1,
        outcome: 'accepted',
        protocol: 4,
        serverVersion: version,
        scopes: ['operator.read'],
        skewMs: 3,
        read: { method: 'status', ok: true, latencyMs: 4 },
      },
    },
  };
}

export function withProxy(situation: Situation): Situation {
  const endpoint = 'GET http://127.0.0.1:11435/v1/models';
  situation.targets = [...situation.targets, proxy];
  situation.data['proxy.files'] = {
    root: file('~/.nemoclaw'),
    token: file('~/.nemoclaw/ollama-proxy-token'),
    mark: set(20, 'proxy-token'),
    pid: file('~/.nemoclaw/ollama-auth-proxy.pid'),
    pidValue: 777,
    pidValid: true,
    port: 11435,
    portSource: 'default',
    backendPort: 11434,
    sandboxes: ['alpha'],
  };
  situation.data['proxy.process'] = {
    found: 'socket',
    pid: 777,
    uid: 1000,
    isProxy: true,
    script: 'ollama-auth-proxy.mts',
    startedAtMs: nowMs - 600_000,
    token: set(20, 'proxy-token'),
    environment: { state: 'ok' },
    pidFile: { pid: 777, alive: true, isProxy: true, ownsPort: true },
    others: [],
  };
  situation.data['proxy.probe'] = {
    endpoint,
    anonymous: { kind: 'proxy-401', status: 401 },
    attempts: [{ class: 20, source: 'file', outcome: 'accepted' }],
  };
  situation.data['proxy.backend'] = {
    endpoint: 'http://127.0.0.1:11434',
    answer: { kind: 'text-other', status: 200 },
    isOllama: true,
    listens: ['127.0.0.1'],
  };
  return situation;
}

const statusIds: readonly ObservationId[] = [
  'host.listeners',
  'host.pressure',
  'gateway.process',
  'gateway.readiness',
  'proxy.process',
];

function stageOf(id: ObservationId): Stage {
  if (statusIds.includes(id)) return 'status';
  return id.startsWith('probe.') || id === 'proxy.probe' || id === 'proxy.backend'
    ? 'probes'
    : 'doctor';
}

function targetOf(id: ObservationId, targets: readonly Target[]): string {
  const kind = id.startsWith('proxy.') ? 'proxy' : id.startsWith('agent.') ? 'agent' : 'gateway';
  if (
    id === 'run' ||
    id.startsWith('host.') ||
    id === 'sandbox.registry' ||
    id === 'probe.refusals'
  ) {
    return 'host';
  }
  return targets.find((target) => target.kind === kind)?.id ?? 'host';
}

export function factSetOf(situation: Situation): FactSet {
  const { targets, data, more, failed } = situation;
  const make = (id: ObservationId, target: string, rest: object): Observation =>
    ({
      id,
      target,
      stage: stageOf(id),
      source: `source of ${id}`,
      takenAt: new Date(nowMs).toISOString(),
      durationMs: 1,
      state: 'ok',
      complete: true,
      ...rest,
    }) as Observation;
  const discovery: ObservationData['host.discovery'] = {
    targets,
    gateway: 'local',
    openclawInstalled: true,
    openclawState: true,
    nemoclawState: false,
    nemoclawRoots: [],
    idle: [],
  };
  const ids = Object.keys(data) as ObservationId[];
  const given = ids
    .filter((id) => data[id] !== undefined && failed[id] === undefined)
    .map((id) => make(id, targetOf(id, targets), { data: data[id] }));
  const broken = (Object.keys(failed) as ObservationId[]).map((id) =>
    make(id, targetOf(id, targets), { ...failed[id] }),
  );
  const others = more.map((m) => make(m.id, m.target, { data: m.data }));
  return new FactSet([
    make('host.discovery', 'host', { data: discovery }),
    ...given,
    ...broken,
    ...others,
  ]);
}

/**
 * The findings of one check over all of its subjects, as the engine makes them. Throws when a
 * sentence names a parameter that the finding does not give, or when the check crashed.
 */
export function judgeOne(
  check: AnyCheck,
  facts: FactSet,
  earlier: readonly Finding[] = [],
): Finding[] {
  const findings = judgeCheck(check, facts, earlier);
  for (const { code, params, text } of findings) {
    if (code === 'crashed') throw new Error(`${check.id}: ${text}`);
    for (const [, name] of check.codes[code]?.text.matchAll(/\{(\w+)\}/g) ?? []) {
      if (name !== undefined && params[name] === undefined) {
        throw new Error(`${check.id} ${code} gives no ${name}`);
      }
    }
  }
  return findings;
}

export function codesOf(check: AnyCheck, facts: FactSet): string[] {
  return judgeOne(check, facts).map((finding) => finding.code);
}

/** Puts a value into a source of the credential table, which may not exist yet. */
export function put(situation: Situation, changed: CredentialSource): void {
  const credentials = situation.data['gateway.credentials'];
  if (!credentials) throw new Error('the situation has no credentials');
  const at = credentials.sources.findIndex((s) => s.id === changed.id && s.slot === changed.slot);
  if (at < 0) credentials.sources.push(changed);
  else credentials.sources[at] = changed;
  const config = situation.data['gateway.config'];
  if (config && changed.id === 'config') {
    config[changed.slot] = { mark: changed.mark, ...(changed.ref ? { ref: changed.ref } : {}) };
  }
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

/** An agent whose store holds one OAuth profile with a JWT. */
export function oauthProfile(jwt: JwtRecord, provider = 'openai-codex'): Change {
  return (s) => {
    s.targets = [
      ...s.targets,
      { id: 'agent:main', kind: 'agent', primary: true, parent: gateway.id, evidence: [] },
    ];
    const store: AgentStoreFacts = {
      kind: 'json',
      file: file('~/.openclaw/agents/main/agent/auth-profiles.json'),
      legacy: [],
      contents: {
        shape: 'profiles',
        dropped: [],
        order: {},
        usage: [],
        profiles: [
          {
            id: `${provider}:default`,
            provider,
            type: 'oauth',
            key: set(70, 'oauth'),
            alias: false,
            hasRefresh: true,
            jwt,
          },
        ],
      },
    };
    s.data['agent.store'] = store;
  };
}
