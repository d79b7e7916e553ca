import type { FactSet } from '../../model/fact-set.js';
import type { ModelConfigFacts, ModelProviderFacts } from '../../model/facts-models.js';
import type { Line, Target } from '../../model/target.js';
import {
  isOllama,
  isSelfHosted,
  modelLocality,
  takesLocalMarker,
  takesOllamaMarker,
} from './locality.js';
import { markerClass } from './markers.js';
import { resolution } from './model-resolution.js';
import type { EffectiveStore } from './model-stores.js';
import { agentTarget, effectiveStore } from './model-stores.js';
import {
  heldVariable,
  hiddenVariable,
  shellOnly,
  type VariableVerdict,
  variableVerdict,
} from './model-variable.js';
import { type ProfileVerdict, profileVerdicts } from './profile-state.js';
import { isKnownProvider, providerId, variablesOf } from './provider-env.js';

export type CredentialOutcome =
  | 'usable'
  | 'missing'
  | 'unusable-marker'
  | 'unresolved-ref'
  | 'expired'
  | 'disabled'
  | 'excluded'
  | 'store-broken'
  | 'unknown';

/** What one line does for one agent and provider when a request needs a credential. */
export interface ModelCredential {
  outcome: CredentialOutcome;
  /** Half a sentence: what was found, or what is wrong with it. Never a secret. */
  reason: string;
  /** Set when a marker stands where the key should be. */
  marker?: string;
  profile?: string;
  untilMs?: number;
  /** The run is refused; no fallback answers instead. */
  failsClosed: boolean;
}

/** Providers that bring a login of their own, which OpenClaw only borrows. */
const ownLogin: ReadonlySet<string> = new Set([
  'amazon-bedrock',
  'anthropic-vertex',
  'apple-fm',
  'claude-cli',
  'codex',
  'codex-cli',
  'copilot-proxy',
  'gemini-cli',
  'google-gemini-cli',
  'google-vertex',
  'local',
]);

/**
 * The credential for (agent, provider) on one line, by OpenClaw's own order: refusal of a broken
 * 2026.9 store, cloud SDK chains, usable marker, profiles, variables, config key, synthetic key.
 * Read in the bundles of 2026.3.11, 2026.5.18 and 2026.9.6 and measured on the last two.
 */
export function modelCredential(
  facts: FactSet,
  gateway: Target,
  agent: string,
  provider: string,
  line: Line,
  pinned?: string,
): ModelCredential {
  const config = facts.data('gateway.models', gateway.id);
  if (!config) return verdict('unknown', 'the model configuration could not be read');
  const store = effectiveStore(facts, gateway, agent, line);
  const id = providerId(provider);
  if (store.broken !== undefined && (store.refuses === 'all' || store.refuses.includes(id))) {
    return { ...verdict('store-broken', store.broken), failsClosed: true };
  }
  const entry = providerEntry(facts, gateway, agent, id, line);
  if (entry?.auth === 'aws-sdk' || (ownLogin.has(id) && entry?.key.mark.state !== 'set')) {
    return verdict('usable', 'its own login, which is not looked at');
  }
  const profiles = profileVerdicts(id, config, store, line, facts.run.nowMs);
  if (pinned !== undefined) return pinnedProfile(pinned, profiles, store);
  const hasService = facts.data('gateway.credentials', gateway.id)?.service !== undefined;
  const key = entry && configKey(entry, config, line, hasService);
  if (key?.outcome === 'usable') return key;
  const first = profiles[0];
  if (first && first.problem === undefined) return verdict('usable', first.reason);
  const names = variablesOf(id);
  const variable = variableVerdict(names, config, hasService);
  if (variable?.outcome === 'usable') return verdict('usable', variable.reason);
  if (isSynthetic(id, entry, line)) return verdict('usable', 'a keyless server on a local address');
  // A server of one's own that has no key is judged by what stands in its place: profiles/markers.
  const isOwn = entry !== undefined && isSelfHosted(modelLocality(id, '', entry));
  const unseen = isOwn ? undefined : hiddenVariable(names, config, hasService);
  return worstOf(key, first, variable ?? unseen, store, entry, id, line);
}

/**
 * The provider's entry: the config's, else (until 2026.5) the one of the agent's models.json, which
 * OpenClaw writes from the config and keeps.
 */
export function providerEntry(
  facts: FactSet,
  gateway: Target,
  agent: string,
  provider: string,
  line: Line,
): ModelProviderFacts | undefined {
  const id = providerId(provider);
  const is = (entry: ModelProviderFacts): boolean => providerId(entry.id) === id;
  const own = facts.data('gateway.models', gateway.id)?.providers.find(is);
  if (own || line === '2026.9') return own;
  const target = agentTarget(facts, gateway, agent);
  return target && facts.data('agent.store', target.id)?.modelsJson?.providers.find(is);
}

function verdict(outcome: CredentialOutcome, reason: string): ModelCredential {
  return { outcome, reason, failsClosed: false };
}

/** `models.providers.<id>.apiKey`: undefined when there is none. */
function configKey(
  entry: ModelProviderFacts,
  config: ModelConfigFacts,
  line: Line,
  hasService: boolean,
): ModelCredential | undefined {
  const { mark, ref } = entry.key;
  const place = `models.providers.${entry.id}.apiKey`;
  const marker = entry.marker === undefined ? undefined : markerClass(entry.marker, line);
  if (entry.marker !== undefined && marker !== undefined) {
    const bad = (reason: string): ModelCredential => ({
      ...verdict('unusable-marker', reason),
      marker: entry.marker ?? '',
    });
    if (marker === 'env-name') {
      const variable = variableVerdict([entry.marker], config, hasService);
      const seen = variable ?? hiddenVariable([entry.marker], config, hasService);
      if (seen && seen.outcome !== 'missing') return verdict(seen.outcome, seen.reason);
      const why = seen ? shellOnly : 'is not set';
      return bad(`${place} is the name of a variable that ${why}`);
    }
    if (takesMarker(entry, line)) return verdict('usable', `${place} on a local address`);
    if (marker === 'plugin') {
      return { ...bad('a marker or a key: it depends on the indexed plugins'), outcome: 'unknown' };
    }
    return bad(`${place} is the marker ${entry.marker}, which ${line} does not use for this URL`);
  }
  if (ref) {
    const found = resolution(ref, entry.resolved, heldVariable(ref.id, config));
    if (found.state === 'set') return verdict('usable', place);
    return verdict(found.state === 'unset' ? 'unresolved-ref' : 'unknown', found.reason);
  }
  if (mark.state === 'set') return verdict('usable', place);
  if (mark.state === 'unresolved-ref') {
    return verdict('unknown', `${place} is put together from variables`);
  }
  if (mark.state === 'unreadable') return verdict('missing', `${place} is not a text`);
  return undefined;
}

/** Complete, of an API that has local servers, and at an address that this line takes for local. */
function takesMarker(entry: ModelProviderFacts, line: Line): boolean {
  const api = entry.api ?? '';
  if (api !== 'openai-completions' && api !== 'ollama') return false;
  return entry.models.length > 0 && takesLocalMarker(entry.baseUrl, line);
}

/** The key that OpenClaw makes up itself for a server that needs none. */
function isSynthetic(id: string, entry: ModelProviderFacts | undefined, line: Line): boolean {
  if (!entry) return false;
  if (entry.auth !== undefined && entry.auth !== 'api-key') return false;
  const hasModels = entry.models.length > 0;
  if (line === '2026.3') {
    return id === 'ollama' && (hasModels || entry.api !== undefined || entry.baseUrl !== undefined);
  }
  const isKeyless = entry.key.mark.state === 'unset' || entry.key.mark.state === 'blank';
  const isManaged = entry.marker !== undefined && markerClass(entry.marker, line) === 'managed';
  if (isManaged || entry.key.ref !== undefined) return false;
  if (isOllama(id, entry)) {
    // Without anything of its own the entry does not count as configured.
    const isOwn = hasModels || !isKeyless || entry.auth !== undefined;
    return isOwn && takesOllamaMarker(entry.baseUrl, line);
  }
  if (id === 'lmstudio' && isKeyless) return hasModels;
  const isComplete = hasModels && entry.api !== undefined && entry.baseUrl !== undefined;
  return isKeyless && isComplete && takesLocalMarker(entry.baseUrl, line);
}

/** `model@profile`: that profile or nothing. */
function pinnedProfile(
  pinned: string,
  profiles: readonly ProfileVerdict[],
  store: EffectiveStore,
): ModelCredential {
  const own = profiles.find((p) => p.profile === pinned);
  if (own?.problem === undefined || own.problem === 'excluded') {
    if (own) return verdict('usable', own.reason);
    if (store.unknown !== undefined) return verdict('unknown', store.unknown);
    if (store.broken !== undefined) return verdict('store-broken', store.broken);
    return verdict('missing', `profile ${pinned}, which the model is pinned to, is not stored`);
  }
  return { ...verdict(own.problem, `profile ${pinned}: ${own.reason}`), profile: pinned };
}

/** Nothing is usable: the reason that says most. */
function worstOf(
  key: ModelCredential | undefined,
  profile: ProfileVerdict | undefined,
  variable: VariableVerdict | undefined,
  store: EffectiveStore,
  entry: ModelProviderFacts | undefined,
  id: string,
  line: Line,
): ModelCredential {
  if (key?.outcome === 'unknown') return key;
  if (profile?.problem !== undefined) {
    const { problem, untilMs } = profile;
    return {
      ...verdict(problem, `profile ${profile.profile}: ${profile.reason}`),
      profile: profile.profile,
      ...(untilMs === undefined ? {} : { untilMs }),
      // 2026.9 ends the run where an earlier line went on to the next model (measured).
      failsClosed: line === '2026.9' && problem === 'unresolved-ref',
    };
  }
  if (store.broken !== undefined) return verdict('store-broken', store.broken);
  if (store.unknown !== undefined) return verdict('unknown', store.unknown);
  if (key) return key;
  if (variable) return verdict(variable.outcome, variable.reason);
  if (!entry && !isKnownProvider(id)) {
    return verdict('unknown', `${id} is not in models.providers: a plugin may bring it`);
  }
  return verdict('missing', 'no profile, no variable and no key in the config');
}
