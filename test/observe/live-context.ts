import { FactSet } from '../../src/model/fact-set.js';
import type { ObservationData, ObservationId } from '../../src/model/facts.js';
import type { ConfigFacts } from '../../src/model/facts-gateway.js';
import type { GatewayProcessFacts, RunFacts } from '../../src/model/facts-host.js';
import { type Mark, unsetMark } from '../../src/model/mark.js';
import type { Observation } from '../../src/model/observation.js';
import type { ObserverContext } from '../../src/model/observer.js';
import { hostTarget, type Target } from '../../src/model/target.js';
import { Vault } from '../../src/secrets/vault.js';
import { gatewayContext } from './store-context.js';

export const nowMs = Date.UTC(2026, 10, 20);

/** An observation as the engine would have recorded it. */
export function fact<K extends ObservationId>(
  id: K,
  data: ObservationData[K],
  target: string = hostTarget.id,
): Observation {
  return {
    id,
    target,
    stage: 'doctor',
    source: 'test',
    takenAt: new Date(nowMs).toISOString(),
    durationMs: 0,
    state: 'ok',
    complete: true,
    data,
  };
}

export function gateway(port: number, more: Partial<Target> = {}): Target {
  const id = `gateway:${port}`;
  return { id, kind: 'gateway', primary: true, port, place: 'local', evidence: [], ...more };
}

export function proxy(port: number, more: Partial<Target> = {}): Target {
  return { id: 'proxy:nemoclaw', kind: 'proxy', primary: false, port, evidence: [], ...more };
}

export const unset = unsetMark('token');

export function setMark(value: number, more: Partial<Mark> = {}): Mark {
  return { state: 'set', class: value, rawClass: value, kind: 'token', flags: [], ...more };
}

export function configFacts(more: Partial<ConfigFacts> = {}): ConfigFacts {
  return {
    file: { path: '~/.openclaw/openclaw.json', state: 'ok', mtimeMs: 0 },
    parse: 'ok',
    includes: [],
    unknownKeys: [],
    mode: 'local',
    authMode: 'token',
    token: { mark: unset },
    password: { mark: unsetMark('password') },
    controlUi: { enabled: true, allowedOrigins: [] },
    trustedProxies: [],
    tls: { enabled: false },
    hsts: false,
    hooks: { enabled: false, token: { mark: unsetMark('hooks-token') } },
    googlechat: [],
    msteams: [],
    webhooks: [],
    providers: [],
    ...more,
  };
}

export function processFacts(more: Partial<GatewayProcessFacts> = {}): GatewayProcessFacts {
  return {
    found: 'socket',
    pid: 4121,
    kind: 'openclaw',
    comm: 'openclaw-gatewa',
    startedAtMs: 1000,
    sameConfig: true,
    environment: { state: 'ok', token: unset, password: unsetMark('password'), referenced: [] },
    lines: ['2026.9'],
    versionEvidence: [],
    ...more,
  };
}

export function runFacts(more: Partial<RunFacts> = {}): RunFacts {
  return {
    command: 'run',
    nowMs,
    timeZone: 'UTC',
    platform: 'linux',
    uid: 0,
    toolVersion: '0',
    rules: '0',
    options: {
      through: 'probes',
      only: [],
      skip: [],
      failOn: 'fail',
      stopOnFail: false,
      budgetMs: 20_000,
      external: false,
      as: 'cli',
      sandbox: [],
      relocated: false,
    },
    ...more,
  };
}

/** A context with the real /proc, the given facts and a vault of its own. */
export function liveContext(
  home: string,
  target: Target,
  observations: readonly Observation[] = [],
  more: { vault?: Vault; env?: Record<string, string>; url?: string } = {},
): ObserverContext & { secrets: Vault } {
  const base = gatewayContext(home, more.env ? { env: more.env } : {});
  return {
    ...base,
    target,
    host: { ...base.host, procRoot: '/proc', tmpDir: `${home}/tmp`, now: () => nowMs },
    options: { ...base.options, ...(more.url === undefined ? {} : { url: more.url }) },
    facts: new FactSet([fact('run', runFacts()), ...observations], [target]),
    secrets: more.vault ?? new Vault({ host: Buffer.alloc(32, 7) }),
  };
}
