import type { FactSet } from '../../model/fact-set.js';
import type { Params } from '../../model/finding.js';
import type { Target } from '../../model/target.js';
import { isOllama, isOllamaCloudModel, isSelfHosted } from './locality.js';
import { modelCredential } from './model-credential.js';
import { groupParams, type PathGroup, primaryGroups } from './model-groups.js';
import { type Candidate, isCloudLike, type PathReport, serverLines } from './model-report.js';
import { providerId } from './provider-env.js';

export interface LocalityWish {
  localOnly: boolean;
  /** Cloud providers that the operator allows. */
  allowed: readonly string[];
}

export interface LocalityFinding {
  code:
    | 'cloud-fallback'
    | 'cloud-answers-instead'
    | 'cloud-fallback-forbidden'
    | 'cloud-path-forbidden'
    | 'cloud-behind-local-port'
    | 'embeddings-in-cloud'
    | 'embeddings-forbidden'
    | 'depends-on-version'
    | 'not-determined';
  params: Params;
  /** Tells rows of one gateway apart. */
  name: string;
}

/** Every way in which a prompt of a local model, or text beside it, can reach a cloud. */
export function localityFindings(
  facts: FactSet,
  gateway: Target,
  reports: readonly PathReport[],
  wish: LocalityWish,
): LocalityFinding[] {
  const found: LocalityFinding[] = [];
  for (const group of primaryGroups(reports)) {
    const { candidate, agent, provider } = group;
    const name = `${agent}/${provider}`;
    if (isHiddenCloud(candidate)) {
      const code = wish.localOnly ? 'cloud-path-forbidden' : 'cloud-behind-local-port';
      if (!isAllowed(candidate, wish)) found.push({ code, params: groupParams(group), name });
    } else if (isSelfHosted(candidate.locality)) {
      const finding = chainFinding(group, reports, wish);
      if (finding) found.push({ ...finding, name });
    } else if (wish.localOnly && !isAllowed(candidate, wish)) {
      found.push({ code: 'cloud-path-forbidden', params: groupParams(group), name });
    }
  }
  const embeddings = embeddingFinding(facts, gateway, reports, wish);
  return embeddings ? [...found, embeddings] : found;
}

function chainFinding(
  group: PathGroup,
  reports: readonly PathReport[],
  wish: LocalityWish,
): Omit<LocalityFinding, 'name'> | undefined {
  const clouds = cloudFallbacks(group, reports).filter((c) => !isAllowed(c, wish));
  const params = {
    ...groupParams(group),
    fallbacks: [...new Set(clouds.map((c) => c.ref.text))],
  };
  const { answers } = group;
  const cloudAnswers = answers !== undefined && isCloudLike(answers.locality);
  if (group.agreement === 'unusable' && cloudAnswers && !isAllowed(answers, wish)) {
    return { code: 'cloud-answers-instead', params };
  }
  if (clouds.length === 0) return undefined;
  if (wish.localOnly) return { code: 'cloud-fallback-forbidden', params };
  if (group.agreement === 'depends' && cloudAnswers) return { code: 'depends-on-version', params };
  if (group.agreement === 'unknown') return { code: 'not-determined', params };
  return group.agreement === 'usable' ? { code: 'cloud-fallback', params } : undefined;
}

/** The cloud models that follow this group's model on any of its paths and any possible line. */
function cloudFallbacks(group: PathGroup, reports: readonly PathReport[]): Candidate[] {
  return reports
    .filter((report) => report.agent === group.agent && group.paths.includes(report.path))
    .flatMap((report) => report.lines.filter((l) => l.primary?.ref.provider === group.provider))
    .flatMap((l) => l.fallbacks)
    .filter((candidate) => isCloudLike(candidate.locality));
}

/** `kimi-k2.5:cloud` on 127.0.0.1: Ollama passes it on to its own cloud. */
function isHiddenCloud(candidate: Candidate): boolean {
  const { ref, entry } = candidate;
  return (
    isOllama(ref.provider, entry) &&
    ref.provider !== 'ollama-cloud' &&
    isOllamaCloudModel(ref.model)
  );
}

function isAllowed(candidate: Candidate, wish: LocalityWish): boolean {
  return wish.allowed.some((id) => providerId(id) === candidate.ref.provider);
}

/**
 * 2026.9 takes OpenAI for memory search when nothing is set and a key is there; measured: chunks of
 * the workspace were sent while the chat model was local.
 */
function embeddingFinding(
  facts: FactSet,
  gateway: Target,
  reports: readonly PathReport[],
  wish: LocalityWish,
): LocalityFinding | undefined {
  const config = facts.data('gateway.models', gateway.id);
  if (!config || config.memorySearch.enabled === false) return undefined;
  const isNamed = config.memorySearch.provider !== undefined;
  if (isNamed || wish.allowed.some((id) => providerId(id) === 'openai')) return undefined;
  const lines = serverLines(facts, gateway);
  if (!lines.every((line) => line === '2026.9')) return undefined;
  const local = reports
    .filter((report) => report.role === 'agent')
    .flatMap((report) => report.lines.map((l) => ({ agent: report.agent, primary: l.primary })))
    .find(({ primary }) => primary !== undefined && isSelfHosted(primary.locality));
  if (!local?.primary) return undefined;
  const openai = config.providers.find((p) => providerId(p.id) === 'openai');
  // An entry of that name with an own address is that address.
  if (openai?.baseUrl) return undefined;
  const credential = modelCredential(facts, gateway, local.agent, 'openai', '2026.9');
  if (credential.outcome !== 'usable') return undefined;
  return {
    code: wish.localOnly ? 'embeddings-forbidden' : 'embeddings-in-cloud',
    params: {
      agent: local.agent,
      path: 'memory.search',
      model: local.primary.ref.text,
      provider: 'openai',
      answers: 'openai/text-embedding-3-small',
      lines: [...lines],
    },
    name: 'memory-search',
  };
}
