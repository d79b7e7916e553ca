import type { UrlParts } from '../../model/facts-gateway.js';
import type { ModelProviderFacts } from '../../model/facts-models.js';
import type { Line } from '../../model/target.js';
import { isKnownProvider, providerId } from './provider-env.js';
import { hostKind } from './url.js';

/** Where a model runs. `private-remote`: somebody's own machine, but not this one. */
export type Locality = 'local' | 'private-remote' | 'cloud' | 'unknown';

const dockerAliases: ReadonlySet<string> = new Set([
  'docker.orb.internal',
  'host.docker.internal',
  'host.orb.internal',
]);

/** Programs on a local port that pass prompts on to whomever they are told to. */
const routers: ReadonlySet<string> = new Set([
  'litellm',
  'llmman',
  'copilot-proxy',
  'clawrouter',
  'claude-max-api-proxy',
]);

const otherClouds: ReadonlySet<string> = new Set([
  'amazon-bedrock',
  'anthropic-vertex',
  'claude-cli',
  'codex',
  'codex-cli',
  'gemini-cli',
  'google-gemini-cli',
  'openai-codex',
]);

/** Providers with a variable of their own that are servers which people run themselves. */
const selfRun: ReadonlySet<string> = new Set(['ollama', 'lmstudio', 'vllm', 'sglang']);

/**
 * Would OpenClaw take a keyless key for this URL? Its own predicate, lexical, no name is looked up.
 * 2026.3 has none. Measured on 2026.5.18 and 2026.9.6: 127.0.0.2 and the Docker names count from
 * 2026.9 on; tailnet addresses, ULA, single-label names and other DNS names never.
 */
export function takesLocalMarker(url: UrlParts | undefined, line: Line): boolean {
  if (!url || line === '2026.3') return false;
  const { host } = url;
  if (host === 'localhost' || host === '0.0.0.0' || host.endsWith('.local')) return true;
  if (isRfc1918(host) || isLoopbackOf5(host)) return true;
  if (line === '2026.5') return false;
  return dockerAliases.has(host) || /^127(\.\d{1,3}){3}$/.test(host);
}

/**
 * The wider predicate of the bundled Ollama plugin: it gives a key to an entry whose provider id or
 * `api` is `ollama`. Single-label names and ULA count here (measured on 2026.5.18 and 2026.9.6).
 */
export function takesOllamaMarker(url: UrlParts | undefined, line: Line): boolean {
  if (line === '2026.3') return false;
  if (!url) return true;
  const { host } = url;
  if (takesLocalMarker(url, line) || host === '::') return true;
  if (!host.includes('.') && !host.includes(':')) return true;
  return /^fe[89ab][0-9a-f]:/.test(host) || /^f[cd][0-9a-f]{2}:/.test(host);
}

/** Where a host is, from its text alone. */
export function hostLocality(host: string): Locality {
  if (dockerAliases.has(host) || host.endsWith('.local')) return 'local';
  const kind = hostKind(host);
  if (kind === 'loopback' || kind === 'any' || kind === 'private') return 'local';
  if (kind === 'tailnet') return 'private-remote';
  if (kind === 'public') return 'cloud';
  const own = /\.(lan|internal|home\.arpa|home|localdomain)$/;
  return !host.includes('.') || own.test(host) ? 'private-remote' : 'cloud';
}

/**
 * Where a provider's model runs: by the URL first (ids are chosen freely), then by the id. A model
 * of Ollama whose id ends in `cloud` runs in Ollama's cloud whatever the port.
 */
export function modelLocality(
  provider: string,
  model: string,
  entry: ModelProviderFacts | undefined,
): Locality {
  const id = providerId(provider);
  if (isOllama(id, entry) && isOllamaCloudModel(model)) return 'cloud';
  const url = entry?.models.find((m) => m.id === model)?.baseUrl ?? entry?.baseUrl;
  if (url) {
    const place = hostLocality(url.host);
    return routers.has(id) && place !== 'cloud' ? 'unknown' : place;
  }
  if (id === 'local' || selfRun.has(id)) return 'local';
  if (routers.has(id)) return 'unknown';
  return isKnownProvider(id) || otherClouds.has(id) ? 'cloud' : 'unknown';
}

/** On somebody's own machine, this one or another. */
export function isSelfHosted(locality: Locality): boolean {
  return locality === 'local' || locality === 'private-remote';
}

export function isOllamaCloudModel(model: string): boolean {
  return /[:-]cloud$/.test(model.trim().toLowerCase());
}

export function isOllama(provider: string, entry: ModelProviderFacts | undefined): boolean {
  return providerId(provider) === 'ollama' || entry?.api?.toLowerCase() === 'ollama';
}

function isLoopbackOf5(host: string): boolean {
  return ['127.0.0.1', '::1', '::ffff:7f00:1', '::ffff:127.0.0.1'].includes(host);
}

function isRfc1918(host: string): boolean {
  return /^(10|172|192)\./.test(host) && hostKind(host) === 'private';
}
