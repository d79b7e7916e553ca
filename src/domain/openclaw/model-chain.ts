import type { ModelConfigFacts, ModelReference, ModelRole } from '../../model/facts-models.js';
import type { Line } from '../../model/target.js';
import { defaultProvider, type ModelRef, parseModelRef } from './model-ref.js';

/** The models that one path of one agent tries, in order. */
export interface Chain {
  agent: string;
  /** The config path that decides the primary model. */
  path: string;
  role: ModelRole;
  primary?: ModelRef;
  fallbacks: ModelRef[];
  /** The agent's subagents go the same way. */
  subagents: boolean;
}

/** What a value on an agent, a subagent or a job leaves open comes from here. */
interface Base {
  path: string;
  primary?: string;
  fallbacks: string[];
}

/** Paths whose model starts a turn; what the jobs leave open they take from their agent. */
const turns: ReadonlySet<ModelRole> = new Set(['defaults', 'agent', 'subagent']);
const jobs: ReadonlySet<ModelRole> = new Set(['heartbeat', 'hook', 'cron', 'session', 'channel']);

/**
 * Every chain of models that this config means on this line: one for each agent, one for its
 * subagents where they differ, one for each other path. A plain string or a lone primary on an
 * agent is strict from 2026.5 on; on 2026.3 it still used the defaults' fallbacks (measured).
 */
export function chainsOf(config: ModelConfigFacts, line: Line): Chain[] {
  const agents = config.agents.length > 0 ? config.agents : [{ id: 'main', default: true }];
  const first = agents.find((agent) => agent.default) ?? agents[0];
  const chains: Chain[] = [];
  for (const agent of agents) {
    const context = { config, line, agent: agent.id };
    const base = agentBase(config, agent.id, line);
    const own = subagentReference(config, agent.id);
    chains.push(...chain(context, 'agent', base, own === undefined));
    if (own) chains.push(...chain(context, 'subagent', merge(own, base, line), false));
    for (const reference of otherReferences(config, agent.id, agent === first)) {
      const value = jobs.has(reference.role) ? job(reference, base) : alone(reference);
      chains.push(...chain(context, reference.role, value, false));
    }
  }
  return chains;
}

/** True when no path of the config names a model: OpenClaw then takes its built-in default. */
export function namesNoModel(config: ModelConfigFacts): boolean {
  return config.references.every(
    (reference) => reference.primary === undefined && (reference.fallbacks ?? []).length === 0,
  );
}

function agentBase(config: ModelConfigFacts, agent: string, line: Line): Base {
  const defaults = config.references.find((r) => r.role === 'defaults');
  const base: Base = defaults ? alone(defaults) : { path: 'agents.defaults.model', fallbacks: [] };
  const own = config.references.find((r) => r.role === 'agent' && r.agent === agent);
  return own ? merge(own, base, line) : base;
}

function subagentReference(config: ModelConfigFacts, agent: string): ModelReference | undefined {
  const all = config.references.filter((r) => r.role === 'subagent' && hasValue(r));
  return all.find((r) => r.agent === agent) ?? all.find((r) => r.agent === undefined);
}

/** The agent's own references, and those of the defaults that it does not replace. */
function otherReferences(
  config: ModelConfigFacts,
  agent: string,
  isDefault: boolean,
): ModelReference[] {
  const others = config.references.filter(
    (r) => r.role !== 'defaults' && r.role !== 'agent' && r.role !== 'subagent' && hasValue(r),
  );
  const own = others.filter((r) => r.agent === agent);
  const shared = others.filter((r) => {
    if (r.agent !== undefined) return false;
    const replaced = own.some((o) => sameLeaf(o.path, r.path));
    return r.path.startsWith('agents.defaults.') || r.role === 'embedding' ? !replaced : isDefault;
  });
  return [...own, ...shared];
}

/** `agents.list[2].heartbeat.model` replaces `agents.defaults.heartbeat.model`. */
function sameLeaf(own: string, shared: string): boolean {
  const leaf = (path: string): string =>
    path.replace(/^agents\.(defaults|list\[\d+\]|entries\.[^.]+)\./, '');
  return leaf(own) === leaf(shared);
}

function merge(reference: ModelReference, base: Base, line: Line): Base {
  if (reference.primary === undefined) {
    // Fallbacks without a primary: the primary is inherited, the list is not.
    const path = reference.fallbacks === undefined ? base.path : reference.path;
    return { ...base, path, fallbacks: reference.fallbacks ?? base.fallbacks };
  }
  const strict = line === '2026.3' ? base.fallbacks : [];
  return {
    path: reference.path,
    primary: reference.primary,
    fallbacks: reference.fallbacks ?? strict,
  };
}

/** A turn on another model than the agent's own: without a list it ends at the agent's primary. */
function job(reference: ModelReference, base: Base): Base {
  const inherited = base.primary === undefined ? [] : [base.primary];
  const own = alone(reference);
  return { ...own, fallbacks: reference.fallbacks ?? [...base.fallbacks, ...inherited] };
}

function alone(reference: ModelReference): Base {
  return {
    path: reference.path,
    ...(reference.primary === undefined ? {} : { primary: reference.primary }),
    fallbacks: reference.fallbacks ?? [],
  };
}

function chain(
  context: { config: ModelConfigFacts; line: Line; agent: string },
  role: ModelRole,
  base: Base,
  subagents: boolean,
): Chain[] {
  const { config, line, agent } = context;
  const read = (text: string): ModelRef | undefined => {
    const ref = parseModelRef(text, config);
    if (ref || text.trim() === '' || !(jobs.has(role) || turns.has(role))) return ref;
    const provider = defaultProvider(line);
    return { text: `${provider}/${text.trim()}`, provider, model: text.trim() };
  };
  const primary = base.primary === undefined ? undefined : read(base.primary);
  const fallbacks = base.fallbacks
    .map(read)
    .filter((ref): ref is ModelRef => ref !== undefined && ref.text !== primary?.text);
  if (!primary && fallbacks.length === 0) return [];
  return [{ agent, path: base.path, role, fallbacks, subagents, ...(primary ? { primary } : {}) }];
}

function hasValue(reference: ModelReference): boolean {
  return reference.primary !== undefined || reference.fallbacks !== undefined;
}
