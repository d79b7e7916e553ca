import type { FactSet } from '../../model/fact-set.js';
import type { ModelProviderFacts } from '../../model/facts-models.js';
import type { Line, Target } from '../../model/target.js';
import { isSelfHosted, type Locality, modelLocality } from './locality.js';
import { type Chain, chainsOf } from './model-chain.js';
import { type ModelCredential, modelCredential, providerEntry } from './model-credential.js';
import type { ModelRef } from './model-ref.js';
import { endsWithRestart } from './model-variable.js';
import { linesToJudge, versionsOf } from './versions.js';

/** One model of a chain with its credential, on one line. */
export interface Candidate {
  ref: ModelRef;
  locality: Locality;
  entry?: ModelProviderFacts;
  credential: ModelCredential;
}

/** One path on one line. */
export interface LinePath {
  line: Line;
  chain: Chain;
  primary?: Candidate;
  fallbacks: Candidate[];
  /** The first model that would answer; absent when none would. */
  answers?: Candidate;
}

/** One path of one agent, on every line that this gateway may be. */
export interface PathReport {
  agent: string;
  path: string;
  role: Chain['role'];
  /** A model that somebody may choose, but that no path is set to. */
  pickable: boolean;
  lines: LinePath[];
}

/** Every path that can name a model, judged on every possible line of the server. */
export function pathReports(facts: FactSet, gateway: Target): PathReport[] {
  const config = facts.data('gateway.models', gateway.id);
  if (!config) return [];
  const reports = new Map<string, PathReport>();
  for (const line of serverLines(facts, gateway)) {
    const known = new Map<string, ModelCredential>();
    for (const chain of chainsOf(config, line)) {
      const key = `${chain.agent} ${chain.role} ${chain.path}`;
      const { agent, path, role } = chain;
      const pickable = path.startsWith('agents.defaults.models[');
      const report = reports.get(key) ?? { agent, path, role, pickable, lines: [] };
      report.lines.push(linePath(facts, gateway, chain, line, known));
      reports.set(key, report);
    }
  }
  return [...reports.values()];
}

/** The lines of the server, or every known one. */
export function serverLines(facts: FactSet, gateway: Target): readonly Line[] {
  const versions = versionsOf(facts, gateway);
  const sets = [versions.server, versions.writer, versions.cli];
  return linesToJudge(sets.find((set) => set.lines.length > 0) ?? versions.server);
}

/** Nothing gives this path's own model a credential: `unknown` is neither. */
export function isUnusable(candidate: Candidate | undefined): boolean {
  const outcome = candidate?.credential.outcome;
  return outcome !== undefined && outcome !== 'usable' && outcome !== 'unknown';
}

export function isCloudLike(locality: Locality): boolean {
  return !isSelfHosted(locality);
}

function linePath(
  facts: FactSet,
  gateway: Target,
  chain: Chain,
  line: Line,
  known: Map<string, ModelCredential>,
): LinePath {
  const candidate = (ref: ModelRef): Candidate => {
    const key = `${chain.agent} ${ref.provider} ${ref.profile ?? ''}`;
    const credential =
      known.get(key) ??
      modelCredential(facts, gateway, chain.agent, ref.provider, line, ref.profile);
    known.set(key, credential);
    const entry = providerEntry(facts, gateway, chain.agent, ref.provider, line);
    const locality = modelLocality(ref.provider, ref.model, entry);
    return { ref, locality, credential, ...(entry ? { entry } : {}) };
  };
  const primary = chain.primary && candidate(chain.primary);
  const fallbacks = chain.fallbacks.map(candidate);
  const answers = firstAnswer(primary, fallbacks);
  return {
    line,
    chain,
    fallbacks,
    ...(primary ? { primary } : {}),
    ...(answers ? { answers } : {}),
  };
}

function firstAnswer(
  primary: Candidate | undefined,
  fallbacks: readonly Candidate[],
): Candidate | undefined {
  for (const candidate of [...(primary ? [primary] : []), ...fallbacks]) {
    if (!isUnusable(candidate)) return candidate;
    // What may leave this host is told before the restart that lets it.
    if (candidate !== primary && endsWithRestart(candidate.credential.reason)) return candidate;
    if (candidate.credential.failsClosed) return undefined;
  }
  return undefined;
}

/**
 * A model that can be chosen but that nothing is set to counts only if it is self-hosted and
 * configured: a list of cloud models without a key is ordinary, a local one goes to the cloud.
 */
export function isJudged(report: PathReport): boolean {
  if (!report.pickable) return true;
  return report.lines.some(
    ({ primary }) => primary?.entry !== undefined && isSelfHosted(primary.locality),
  );
}
