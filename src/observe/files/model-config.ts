import { cleanText, cleanTexts, isRecord, member } from '../../domain/clean.js';
import { providerId } from '../../domain/openclaw/provider-env.js';
import type { ModelConfigFacts } from '../../model/facts-models.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { loadConfig, loadEnvironments } from './config-source.js';
import { type ConfiguredAgent, configuredAgents } from './model-config-agents.js';
import { cronReferences, sessionReferences } from './model-config-overrides.js';
import { processVariables } from './model-config-process.js';
import { modelProviders } from './model-config-providers.js';
import { modelReferences } from './model-config-references.js';
import { modelVariables } from './model-config-variables.js';
import { fileWitness } from './read-file.js';

const most = 500;

/** What openclaw.json, cron jobs and recent sessions say of models and their credentials. */
export const modelConfigObserver: Observer<'gateway.models'> = {
  id: 'gateway.models',
  stage: 'doctor',
  uses: ['gateway.config'],
  deadlineMs: 5000,

  async observe(context) {
    const config = await loadConfig(context);
    const source = config.facts.path;
    const { state } = config.facts;
    if (state !== 'ok' && state !== 'absent') {
      const reason = `the config could not be read: ${config.facts.reason ?? state}`;
      return { state: state === 'denied' ? 'denied' : 'error', source, reason };
    }
    // Without a file OpenClaw has no settings at all, which is known.
    if (state === 'ok' && config.parse !== 'ok') {
      return { state: 'error', source, reason: `the config cannot be parsed: ${config.parse}` };
    }
    const environments = await loadEnvironments(context);
    const value = state === 'ok' ? config.value : {};
    const agents = configuredAgents(value);
    const providers = await modelProviders(value, config, environments, context);
    const references = [
      ...modelReferences(value, agents),
      ...(await cronReferences(context)),
      ...(await sessionReferences(context, agents)),
    ].slice(0, most);
    const input = { value, providers, references, environments };
    const data: ModelConfigFacts = {
      providers,
      references,
      order: orderOf(member(member(value, 'auth'), 'order')),
      profiles: profilesOf(member(member(value, 'auth'), 'profiles')),
      agents: agents.map(agentFacts),
      aliases: aliasesOf(value),
      environment: [
        ...modelVariables(input, context.secrets),
        ...(await processVariables({ config, ...input }, context)),
      ],
      memorySearch: memorySearchOf(value),
    };
    return { state: 'ok', source, data, complete: references.length < most };
  },

  async witness(context: ObserverContext) {
    return fileWitness((await loadConfig(context)).paths);
  },
};

function agentFacts({ id, agentDir, isDefault }: ConfiguredAgent) {
  return { id, default: isDefault, ...(agentDir === undefined ? {} : { agentDir }) };
}

function orderOf(value: unknown): Record<string, string[]> {
  const order: Record<string, string[]> = {};
  for (const [provider, ids] of entriesOf(value)) {
    const id = providerId(cleanText(provider) ?? '');
    if (Array.isArray(ids) && isKey(id)) order[id] = cleanTexts(ids).map((text) => text.trim());
  }
  return order;
}

function profilesOf(value: unknown): ModelConfigFacts['profiles'] {
  return entriesOf(value).flatMap(([id, raw]) => {
    const provider = cleanText(member(raw, 'provider'));
    const mode = cleanText(member(raw, 'mode'), 40);
    if (provider === undefined) return [];
    return [
      {
        id: cleanText(id) ?? '',
        provider: providerId(provider),
        ...(mode === undefined ? {} : { mode }),
      },
    ];
  });
}

/** `agents.defaults.models["provider/model"].alias`, and the older `agents.defaults.modelAliases`. */
function aliasesOf(value: unknown): Record<string, string> {
  const aliases: Record<string, string> = {};
  const defaults = member(member(value, 'agents'), 'defaults');
  for (const [ref, raw] of entriesOf(member(defaults, 'models'))) {
    const alias = cleanText(member(raw, 'alias'))?.trim();
    const target = cleanText(ref);
    if (alias && target && isKey(alias)) aliases[alias] = target;
  }
  return aliases;
}

/** `memory.search` (2026.9) or `agents.defaults.memorySearch` (earlier; 2026.9 moves it over). */
function memorySearchOf(value: unknown): ModelConfigFacts['memorySearch'] {
  const search =
    member(member(value, 'memory'), 'search') ??
    member(member(member(value, 'agents'), 'defaults'), 'memorySearch');
  const enabled = member(search, 'enabled');
  const provider = cleanText(member(search, 'provider'));
  const model = cleanText(member(search, 'model'));
  return {
    ...(typeof enabled === 'boolean' ? { enabled } : {}),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
  };
}

function entriesOf(value: unknown): [string, unknown][] {
  return isRecord(value) ? Object.entries(value).slice(0, most) : [];
}

/** Assigning to it would change a prototype. */
function isKey(name: string): boolean {
  return name !== '' && name !== '__proto__';
}
