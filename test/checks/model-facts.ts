import { isMarker } from '../../src/domain/openclaw/markers.js';
import type { FactSet } from '../../src/model/fact-set.js';
import type {
  AgentStoreFacts,
  ModelConfigFacts,
  ModelProviderFacts,
  ModelReference,
  SharedStoreFacts,
  StoreContents,
  StoredProfile,
} from '../../src/model/facts-models.js';
import type { Line, Target } from '../../src/model/target.js';
import { configuredAgents } from '../../src/observe/files/model-config-agents.js';
import { modelReferences } from '../../src/observe/files/model-config-references.js';
import { factSetOf, file, gateway, healthySituation, set, unset, url } from './facts-builder.js';

type ConfigJson = Record<string, unknown>;

export interface ModelSituation {
  lines: Line | readonly Line[];
  /** As in openclaw.json. */
  config: ConfigJson;
  /** Stores by agent; an agent without one has none. */
  stores?: Record<string, Partial<AgentStoreFacts>>;
  shared?: SharedStoreFacts;
  /** Variables that are set, by name; where: shell unless said otherwise. */
  variables?: Record<string, 'shell' | 'dotenv' | 'service'>;
  /** A gateway runs, and its own environment has these, lacks them, or hides them. */
  running?: Record<string, 'set' | 'unset' | 'unreadable'>;
  service?: boolean;
  references?: ModelReference[];
  localOnly?: boolean;
  allowed?: string[];
  ourUid?: number;
}

let classes = 100;

export function profile(
  id: string,
  change: Partial<StoredProfile> & { type?: StoredProfile['type'] } = {},
): StoredProfile {
  return {
    id,
    provider: id.split(':')[0] ?? id,
    type: 'api_key',
    key: set(classes++, 'api-key'),
    alias: false,
    hasRefresh: false,
    ...change,
  };
}

export function contents(
  profiles: StoredProfile[],
  change: Partial<StoreContents> = {},
): StoreContents {
  const shape = profiles.length > 0 ? 'profiles' : 'empty';
  return { shape, profiles, dropped: [], order: {}, usage: [], ...change };
}

/** A store file with these profiles, of the kind that the line writes. */
export function store(
  profiles: StoredProfile[],
  change: Partial<StoreContents> = {},
): Partial<AgentStoreFacts> {
  return { kind: 'json', contents: contents(profiles, change) };
}

/** A host whose gateway has this model configuration; everything else about it is well. */
export function modelFacts(situation: ModelSituation): FactSet {
  const lines = [situation.lines].flat();
  const base = healthySituation(lines[0] ?? '2026.5');
  base.data['gateway.state'] = {
    dir: file('~/.openclaw'),
    layout: 'empty',
    lastGoodPresent: false,
  };
  const versions: Record<Line, string> = {
    '2026.3': '2026.3.11',
    '2026.5': '2026.5.18',
    '2026.9': '2026.9.6',
  };
  // Between two lines a version that is neither is judged by both.
  const version = lines.length > 1 ? (lines[0] === '2026.3' ? '2026.4.1' : '2026.7.1') : undefined;
  base.data['host.install'] = {
    nodeVersion: 'v24.16.0',
    binaries: [
      {
        path: '/usr/bin/openclaw',
        realPath: '/opt/openclaw',
        version: version ?? versions[lines[0] ?? '2026.5'],
        first: true,
      },
    ],
  };
  const models = modelConfig(situation);
  const agents = models.agents.map(
    ({ id }): Target => ({
      id: `agent:${id}`,
      kind: 'agent',
      primary: false,
      parent: gateway.id,
      name: id,
      evidence: ['config'],
    }),
  );
  base.targets = [{ ...gateway, uid: 1000 }, ...agents];
  base.data['gateway.models'] = models;
  base.data['gateway.shared-store'] = situation.shared ?? mainAsShared(situation);
  if (situation.ourUid !== undefined && base.data.run) base.data.run.uid = situation.ourUid;
  if (situation.localOnly !== undefined || situation.allowed) {
    base.data['host.expectations'] = {
      path: './clawdoctor.json',
      ...(situation.localOnly === undefined ? {} : { localOnly: situation.localOnly }),
      allowedCloudProviders: situation.allowed ?? [],
    };
  }
  if (situation.service && base.data['gateway.credentials']) {
    base.data['gateway.credentials'].service = {
      supervisor: 'systemd-user',
      unit: 'openclaw-gateway.service',
      path: '~/.config/systemd/user/openclaw-gateway.service',
      environmentFiles: [],
    };
  }
  for (const agent of agents) {
    const path = `~/.openclaw/agents/${agent.name}/agent/auth-profiles.json`;
    const own = situation.stores?.[agent.name ?? ''];
    const data: AgentStoreFacts = {
      kind: own ? 'json' : 'none',
      file: file(path, own ? {} : { state: 'absent' }),
      legacy: [],
      ...own,
    };
    base.more.push({ id: 'agent.store', target: agent.id, data });
  }
  return factSetOf(base);
}

function mainAsShared(situation: ModelSituation): SharedStoreFacts {
  const main = situation.stores?.main;
  const source = '~/.openclaw/agents/main/agent/auth-profiles.json';
  if (!main?.contents) return { kind: 'none', source };
  return { kind: 'main-agent', source, contents: main.contents };
}

function modelConfig(situation: ModelSituation): ModelConfigFacts {
  const config = situation.config as {
    models?: { providers?: Record<string, ConfigJson> };
    auth?: { order?: Record<string, string[]>; profiles?: Record<string, ConfigJson> };
    memory?: { search?: ModelConfigFacts['memorySearch'] };
  };
  const agents = configuredAgents(config);
  return {
    providers: Object.entries(config.models?.providers ?? {}).map(([id, raw]) =>
      provider(id, raw, situation.variables),
    ),
    references: [...modelReferences(config, agents), ...(situation.references ?? [])],
    order: config.auth?.order ?? {},
    profiles: Object.entries(config.auth?.profiles ?? {}).map(([id, raw]) => ({
      id,
      provider: String(raw.provider),
      mode: String(raw.mode),
    })),
    agents: agents.map(({ id, isDefault }) => ({ id, default: isDefault })),
    aliases: {},
    environment: [
      ...Object.entries(situation.variables ?? {}).map(([name, where]) => ({
        name,
        provider: 'any',
        where,
        mark: set(classes++, 'api-key'),
      })),
      ...Object.entries(situation.running ?? {}).map(([name, state]) => ({
        name,
        provider: 'any',
        where: 'process' as const,
        mark: state === 'set' ? set(classes++, 'api-key') : { ...unset('api-key'), state },
      })),
    ],
    memorySearch: config.memory?.search ?? {},
  };
}

function provider(
  id: string,
  raw: ConfigJson,
  variables: ModelSituation['variables'] = {},
): ModelProviderFacts {
  const key = raw.apiKey;
  const marker = typeof key === 'string' && isMarker(key) ? key : undefined;
  const variable = typeof key === 'string' ? /^\$\{(\w+)\}$/.exec(key)?.[1] : undefined;
  const isSeen = variables[variable ?? ''] === 'shell' || variables[variable ?? ''] === 'dotenv';
  const seen = isSeen ? set(classes++, 'api-key') : unset('api-key');
  return {
    id,
    ...(typeof raw.api === 'string' ? { api: raw.api } : {}),
    ...(typeof raw.baseUrl === 'string' ? { baseUrl: url(raw.baseUrl) } : {}),
    ...(typeof raw.auth === 'string' ? { auth: raw.auth } : {}),
    key: variable
      ? {
          mark: { state: 'unresolved-ref', kind: 'api-key', flags: [] },
          ref: { source: 'env', form: 'template', provider: 'default', id: variable },
        }
      : { mark: typeof key === 'string' ? set(classes++, 'api-key') : unset('api-key') },
    ...(marker === undefined ? {} : { marker }),
    models: (Array.isArray(raw.models) ? raw.models : []).map((m: { id: string }) => ({
      id: m.id,
    })),
    ...(variable ? { resolved: [{ environment: 'shell', mark: seen }] } : {}),
  };
}

/** A config with one self-hosted provider, `local`, and a cloud fallback with a key. */
export function localWithCloud(provider: ConfigJson, defaults: ConfigJson = {}): ConfigJson {
  const { id = 'ollama-remote', ...entry } = provider;
  return {
    models: {
      providers: {
        [String(id)]: {
          api: 'openai-completions',
          baseUrl: 'http://127.0.0.1:11434/v1',
          models: [{ id: 'qwen3:8b' }],
          ...entry,
        },
        openai: { apiKey: 'sk-not-a-real-key', models: [] },
      },
    },
    agents: {
      defaults: {
        model: { primary: `${String(id)}/qwen3:8b`, fallbacks: ['openai/gpt-4.1-mini'] },
        ...defaults,
      },
    },
    memory: { search: { enabled: false } },
  };
}
