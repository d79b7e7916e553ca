import { judgeCheck } from '../../src/engine/judge-check.js';
import type { AnyCheck } from '../../src/model/check.js';
import { FactSet } from '../../src/model/fact-set.js';
import type { ObservationData, ObservationId } from '../../src/model/facts.js';
import type { CredentialSource } from '../../src/model/facts-gateway.js';
import type { AgentStoreFacts } from '../../src/model/facts-models.js';
import type { Finding } from '../../src/model/finding.js';
import type { JwtRecord } from '../../src/model/mark.js';
import type { Observation, Stage } from '../../src/model/observation.js';
import type { Line, Target } from '../../src/model/target.js';
import { file, nowMs, set } from './facts-rows.js';
import {
  type Change,
  gateway,
  healthySituation,
  type Situation,
  withProxy,
} from './healthy-situation.js';

export * from './facts-rows.js';
export * from './healthy-situation.js';

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

const statusIds: readonly ObservationId[] = [
  'host.listeners',
  'host.pressure',
  'gateway.process',
  'gateway.logs',
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
  // A run always looks for them; most hosts have none.
  const absent = { state: 'absent', reason: 'there is no such file', complete: false };
  const none = (['host.expectations', 'sandbox.registry'] as const)
    .filter((id) => !(id in data) && !(id in failed))
    .map((id) => make(id, 'host', { ...absent }));
  return new FactSet([
    make('host.discovery', 'host', { data: discovery }),
    ...none,
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

/** As if no observer had been asked: an older record, or a run that was cut short. */
export function neverTaken(id: ObservationId): Change {
  return (s) => {
    (s as Situation).data[id] = undefined as never;
  };
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
