import type { ModelConfigFacts } from '../../model/facts-models.js';
import type { Line } from '../../model/target.js';
import { providerId } from './provider-env.js';

/** One model that a path names, taken apart. */
export interface ModelRef {
  /** `provider/model`, without the profile. */
  text: string;
  provider: string;
  model: string;
  /** `provider/model@profile`: the credential is pinned. */
  profile?: string;
}

/**
 * A model as OpenClaw reads it: an alias first, then `provider/model` split at the first slash; a
 * bare name belongs to the only configured provider that has such a model. Undefined for another
 * bare name: what that means depends on the path (`defaultProvider`).
 */
export function parseModelRef(text: string, config: ModelConfigFacts): ModelRef | undefined {
  const written = text.trim();
  if (written === '') return undefined;
  return split(written, config) ?? aliased(written, config) ?? bare(written, config);
}

/** Whose model a bare name of an agent is (measured on 2026.3.11, 2026.5.18 and 2026.9.6). */
export function defaultProvider(line: Line): string {
  return line === '2026.3' ? 'anthropic' : 'openai';
}

function aliased(text: string, config: ModelConfigFacts): ModelRef | undefined {
  const wanted = text.toLowerCase();
  const alias = Object.keys(config.aliases).find((name) => name.trim().toLowerCase() === wanted);
  const target = alias === undefined ? undefined : config.aliases[alias];
  return target === undefined ? undefined : split(target.trim(), config);
}

function split(text: string, config: ModelConfigFacts): ModelRef | undefined {
  const slash = text.indexOf('/');
  if (slash <= 0 || slash === text.length - 1) return undefined;
  const provider = providerId(text.slice(0, slash));
  const rest = text.slice(slash + 1).trim();
  // Some models have an @ of their own, so only what is shaped like a profile id is one.
  const at = rest.lastIndexOf('@');
  const suffix = at > 0 ? rest.slice(at + 1) : '';
  const isProfile = suffix.includes(':') || config.profiles.some((p) => p.id === suffix);
  const model = isProfile ? rest.slice(0, at) : rest;
  return {
    text: `${provider}/${model}`,
    provider,
    model,
    ...(isProfile ? { profile: suffix } : {}),
  };
}

function bare(text: string, config: ModelConfigFacts): ModelRef | undefined {
  const owners = config.providers.filter((p) => p.models.some((m) => m.id === text));
  const owner = owners.length === 1 ? owners[0] : undefined;
  if (!owner) return undefined;
  const provider = providerId(owner.id);
  return { text: `${provider}/${text}`, provider, model: text };
}
