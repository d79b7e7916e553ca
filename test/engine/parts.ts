import type { AnyCheck } from '../../src/model/check.js';
import type { DiscoveryFacts, RunFacts } from '../../src/model/facts-host.js';
import type { Observation } from '../../src/model/observation.js';
import type { AnyObserver, DiagnoseOptions, HostAccess } from '../../src/model/observer.js';
import type { Target } from '../../src/model/target.js';

export const startMs = Date.UTC(2026, 10, 21, 3, 0, 0);

export function options(more: Partial<DiagnoseOptions> = {}): DiagnoseOptions {
  return {
    command: 'run',
    sandbox: [],
    through: 'probes',
    stopOnFail: false,
    only: [],
    skip: [],
    budgetMs: 20_000,
    failOn: 'fail',
    external: false,
    as: 'cli',
    ...more,
  };
}

export function host(more: Partial<HostAccess> = {}): HostAccess {
  return {
    env: {},
    home: '/nowhere',
    uid: 1000,
    cwd: '/nowhere',
    platform: 'linux',
    procRoot: '/proc',
    tmpDir: '/tmp',
    ownStateDir: '/nowhere/state',
    now: () => startMs,
    ...more,
  };
}

export const gateway: Target = {
  id: 'gateway:18789',
  kind: 'gateway',
  primary: true,
  port: 18_789,
  url: 'ws://127.0.0.1:18789',
  place: 'local',
  stateDir: '/nowhere/.openclaw',
  configPath: '/nowhere/.openclaw/openclaw.json',
  evidence: ['config'],
};

export function runFacts(given: DiagnoseOptions, more: Partial<RunFacts> = {}): RunFacts {
  return {
    command: given.command,
    nowMs: startMs,
    timeZone: 'UTC',
    platform: 'linux',
    uid: 1000,
    toolVersion: '0.1.0',
    rules: '1',
    options: {
      through: given.through,
      only: given.only,
      skip: given.skip,
      failOn: given.failOn,
      stopOnFail: given.stopOnFail,
      budgetMs: given.budgetMs,
      external: given.external,
      as: given.as,
      sandbox: given.sandbox,
      relocated: false,
    },
    ...more,
  };
}

export function discovery(targets: Target[]): DiscoveryFacts {
  return {
    targets,
    gateway: targets.length > 0 ? 'local' : 'none',
    openclawInstalled: true,
    openclawState: targets.length > 0,
    nemoclawState: false,
    nemoclawRoots: [],
    idle: [],
  };
}

/** `run` and `host.discovery`, as every run has them, and whatever else a test wants. */
export function observers(
  given: DiagnoseOptions,
  targets: Target[],
  more: AnyObserver[] = [],
): AnyObserver[] {
  return [
    {
      id: 'run',
      stage: 'doctor',
      deadlineMs: 1000,
      observe: async () => ({ state: 'ok', source: 'clawdoctor', data: runFacts(given) }),
    },
    {
      id: 'host.discovery',
      stage: 'doctor',
      deadlineMs: 1000,
      observe: async () => ({ state: 'ok', source: 'host', data: discovery(targets) }),
    },
    ...more,
  ];
}

export function check(more: Partial<AnyCheck> & Pick<AnyCheck, 'id'>): AnyCheck {
  return {
    stage: 'doctor',
    per: 'gateway',
    title: `${more.id} is well`,
    about: 'a check of the tests',
    falsePositives: 'none',
    needs: [],
    codes: {
      fine: { outcome: 'pass', text: 'fine' },
      broken: { outcome: 'fail', text: '{what} is broken', next: ['look-again'] },
      odd: { outcome: 'warn', text: 'odd', next: ['look-again'] },
      hidden: { outcome: 'unknown', text: 'hidden' },
    },
    judge: () => [{ code: 'fine', params: {} }],
    ...more,
  };
}

export const explainNothing = () => ({ incidents: [], plan: [], history: [] });

export function observation(
  id: Observation['id'],
  target: string,
  data: unknown,
  more: Partial<Observation> = {},
): Observation {
  return {
    id,
    target,
    stage: 'doctor',
    source: id,
    takenAt: new Date(startMs).toISOString(),
    durationMs: 1,
    state: 'ok',
    complete: true,
    data,
    ...more,
  };
}
