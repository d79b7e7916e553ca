import type { ObservationData, ObservationId } from '../../src/model/facts.js';
import type { ObservationState } from '../../src/model/observation.js';
import type { Line, Target } from '../../src/model/target.js';
import { deviceId, file, nowMs, set, source, unset } from './facts-rows.js';

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

const versions: Record<Line, string> = {
  '2026.3': '2026.3.11',
  '2026.5': '2026.5.18',
  '2026.9': '2026.9.6',
};

/** The observations of one situation, to be changed before they become a fact set. */
export interface Situation {
  targets: Target[];
  data: { [K in ObservationId]?: ObservationData[K] };
  /** Observations of a second target of the same kind. */
  more: { id: ObservationId; target: string; data: unknown }[];
  failed: Partial<Record<ObservationId, { state: ObservationState; reason: string }>>;
}

export type Change = (situation: Situation & { data: Required<Situation['data']> }) => void;

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
      'gateway.exposure': {
        addresses: [
          { address: '127.0.0.1', kind: 'loopback' },
          { address: '::1', kind: 'loopback' },
          { address: '192.168.1.20', kind: 'private' },
        ],
        container: false,
        openai: { chatCompletions: false, responses: false },
        openaiUrls: [],
      },
      'gateway.tls': {
        enabled: false,
        autoGenerate: true,
        declared: false,
        certificate: { file: { path: '', state: 'absent' }, parse: 'not-read', names: [] },
        key: { path: '', state: 'absent' },
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
      'gateway.runtime': {},
      'gateway.plugins': {
        disabled: false,
        records: { state: 'absent', source: '~/.openclaw/plugins/installs.json' },
        plugins: [],
      },
      'gateway.credential-files': {
        stateDir: { path: '~/.openclaw', mode: 0o755, uid: 1000, writable: 'owner' },
        files: [],
        hidden: [],
      },
      'gateway.state': {
        dir: file('~/.openclaw'),
        layout: line === '2026.9' ? 'sqlite' : 'json',
        ...(line === '2026.9' ? { writerVersion: version } : {}),
        lastGoodPresent: line !== '2026.9',
      },
      'gateway.boots': {
        boots: [],
        table: { state: line === '2026.9' ? 'ok' : 'absent' },
        bundles: [],
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
      'gateway.logs': {
        files: [{ file: file('/tmp/openclaw/openclaw-2026-11-20.log'), from: 0, bytes: 100 }],
        sinceMs: nowMs - 86_400_000,
        lines: { total: 400, matched: 3, broken: 0 },
        ports: [18789],
        refusals: [],
        lifecycle: [
          { event: 'starting', atMs: nowMs - 3_600_000 },
          { event: 'listening', atMs: nowMs - 3_597_000 },
          { event: 'ready', atMs: nowMs - 3_596_000 },
        ],
        reloads: [],
        upgrades: [],
        headers: [],
        accepted: [],
        approvals: [],
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
      'probe.headers': { endpoint: '', class: -1, outcome: 'not-tried', notTried: 'no-proxy' },
      'probe.reachable': {
        rows: [
          {
            url: { scheme: 'ws', host: '127.0.0.1', port: 18789, path: '/', hadSecretParts: false },
            sources: ['own address'],
            place: 'loopback',
            state: 'asked',
            answer: { kind: 'gateway-401', status: 401 },
          },
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
      'probe.issuers': { providers: [], tokens: [], embedded: 0 },
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
