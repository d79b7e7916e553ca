import { cleanText, isRecord, member } from '../../domain/clean.js';
import type { ModelReference, ModelRole } from '../../model/facts-models.js';
import type { ConfiguredAgent } from './model-config-agents.js';
import { embeddingReference } from './model-config-embedding.js';
import { type ModelValue, modelValue } from './model-config-value.js';

/** Under `agents.defaults` and under each agent; both lines' spellings. */
const scoped: readonly (readonly [string, ModelRole])[] = [
  ['subagents.model', 'subagent'],
  ['imageModel', 'image'],
  ['pdfModel', 'pdf'],
  ['imageGenerationModel', 'generation'],
  ['videoGenerationModel', 'generation'],
  ['musicGenerationModel', 'generation'],
  ['mediaModels.image', 'generation'],
  ['mediaModels.video', 'generation'],
  ['mediaModels.music', 'generation'],
  ['voiceModel', 'tts'],
  ['utilityModel', 'helper'],
  ['decisionModel', 'helper'],
  ['embeddedAgent.cyberFailover.model', 'helper'],
  ['heartbeat.model', 'heartbeat'],
  ['compaction.model', 'compaction'],
  ['compaction.memoryFlush.model', 'compaction'],
  ['tools.exec.reviewer.model', 'helper'],
  ['tts.summaryModel', 'tts'],
];

/** Paths of the whole config. `[]` walks a list, `*` every member of an object. */
const global: readonly (readonly [string, ModelRole])[] = [
  ['tools.media.models.[]', 'media'],
  ['tools.media.image.models.[]', 'media'],
  ['tools.media.audio.models.[]', 'media'],
  ['tools.media.video.models.[]', 'media'],
  ['tools.media.image.preferredModel', 'media'],
  ['tools.media.audio.preferredModel', 'media'],
  ['tools.media.video.preferredModel', 'media'],
  ['tools.media.preferredModel', 'media'],
  ['tools.links.models.[]', 'helper'],
  ['tools.web.x_search.model', 'helper'],
  ['tools.exec.reviewer.model', 'helper'],
  ['messages.tts.summaryModel', 'tts'],
  ['tts.summaryModel', 'tts'],
  ['talk.realtime.model', 'tts'],
  ['channels.modelByChannel.*.*', 'channel'],
  ['channels.discord.voice.model', 'channel'],
  ['channels.discord.realtime.model', 'channel'],
  ['channels.clickclack.model', 'channel'],
  ['channels.reef.guard.pinnedModel', 'helper'],
  ['hooks.gmail.model', 'hook'],
  ['plugins.entries.active-memory.config.model', 'plugin'],
  ['plugins.entries.active-memory.config.modelFallback', 'plugin'],
  ['plugins.entries.memory-core.config.dreaming.*.model', 'plugin'],
  ['plugins.entries.llm-task.config.defaultModel', 'plugin'],
  ['plugins.entries.logbook.config.visionModel', 'plugin'],
];

const mostOfAList = 500;

/** Every path of the config that names a model, defaults first, then agents, then the rest. */
export function modelReferences(
  config: unknown,
  agents: readonly ConfiguredAgent[],
): ModelReference[] {
  const defaults = member(member(config, 'agents'), 'defaults');
  const found = scopeReferences(defaults, 'agents.defaults', 'defaults');
  found.push(...pickable(member(defaults, 'models')));
  for (const agent of agents) {
    const own = scopeReferences(agent.value, agent.path, 'agent');
    found.push(...own.map((reference) => ({ ...reference, agent: agent.id })));
  }
  for (const [path, role] of global) {
    for (const place of placesOf(config, path)) found.push(...referenceAt(place, role));
  }
  found.push(...embeddingReference(member(member(config, 'memory'), 'search'), 'memory.search'));
  found.push(...hookReferences(member(member(config, 'hooks'), 'mappings')));
  return found;
}

function scopeReferences(scope: unknown, base: string, role: 'defaults' | 'agent') {
  const found = referenceAt({ path: `${base}.model`, value: member(scope, 'model') }, role);
  for (const [path, scopedRole] of scoped) {
    for (const place of placesOf(scope, path)) {
      found.push(...referenceAt({ ...place, path: `${base}.${place.path}` }, scopedRole));
    }
  }
  found.push(...embeddingReference(member(scope, 'memorySearch'), `${base}.memorySearch`));
  const search = member(member(scope, 'memory'), 'search');
  found.push(...embeddingReference(search, `${base}.memory.search`));
  return found;
}

/** `agents.defaults.models`: what a person, or an agent that spawns another, may choose. */
function pickable(models: unknown): ModelReference[] {
  if (!isRecord(models)) return [];
  return Object.keys(models)
    .slice(0, mostOfAList)
    .flatMap((key): ModelReference[] => {
      const primary = cleanText(key)?.trim();
      if (!primary?.includes('/') || primary.endsWith('/*')) return [];
      return [
        { path: `agents.defaults.models["${primary}"]`, role: 'session', primary, form: 'string' },
      ];
    });
}

function hookReferences(mappings: unknown): ModelReference[] {
  if (!Array.isArray(mappings)) return [];
  return mappings.slice(0, mostOfAList).flatMap((raw: unknown, i) => {
    const agent = cleanText(member(raw, 'agentId'))?.trim().toLowerCase();
    const found = referenceAt(
      { path: `hooks.mappings[${i}].model`, value: member(raw, 'model') },
      'hook',
    );
    return found.map((reference) => (agent ? { ...reference, agent } : reference));
  });
}

interface Place {
  path: string;
  value: unknown;
}

/** The values at a path; list items and members of `*` are numbered, for their keys can be people. */
function placesOf(root: unknown, path: string): Place[] {
  let places: Place[] = [{ path: '', value: root }];
  for (const step of path.split('.')) {
    places = places.flatMap(({ path: base, value }): Place[] => {
      const at = base === '' ? '' : `${base}.`;
      if (step === '[]' || step === '*') {
        const items = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
        const wanted = step === '[]' ? Array.isArray(value) : isRecord(value);
        if (!wanted) return [];
        return items
          .slice(0, mostOfAList)
          .map((item: unknown, i) => ({ path: `${base}[${i}]`, value: item }));
      }
      const next = member(value, step);
      return next === undefined ? [] : [{ path: `${at}${step}`, value: next }];
    });
  }
  return places;
}

function referenceAt({ path, value }: Place, role: ModelRole): ModelReference[] {
  const found: ModelValue | undefined = modelValue(value, path);
  return found ? [{ path, role, ...found }] : [];
}
