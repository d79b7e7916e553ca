import { cleanText, isRecord, member } from '../../domain/clean.js';
import { isMarker } from '../../domain/openclaw/markers.js';
import { providerId } from '../../domain/openclaw/provider-env.js';
import type { ModelProviderFacts } from '../../model/facts-models.js';
import type { ObserverContext } from '../../model/observer.js';
import type { Environments, LoadedConfig } from './config-source.js';
import { safeUrl } from './safe-url.js';
import { secretField } from './secret-field.js';
import { resolveSecretRef } from './secret-refs.js';

const mostProviders = 200;
const mostModels = 500;

/** `models.providers`: where each is, what stands for its key, and what a reference there gives. */
export async function modelProviders(
  value: unknown,
  config: LoadedConfig,
  environments: Environments,
  context: ObserverContext,
): Promise<ModelProviderFacts[]> {
  const providers = member(member(value, 'models'), 'providers');
  if (!isRecord(providers)) return [];
  const found: ModelProviderFacts[] = [];
  for (const [id, raw] of Object.entries(providers).slice(0, mostProviders)) {
    const name = providerId(cleanText(id) ?? '');
    if (name === '' || !isRecord(raw)) continue;
    const api = cleanText(raw.api)?.trim();
    const auth = cleanText(raw.auth)?.trim();
    const url = safeUrl(raw.baseUrl);
    const key = keyOf(raw.apiKey, value, context);
    const resolved = await resolvedKey(key, config, environments, context);
    found.push({
      id: name,
      ...(api ? { api } : {}),
      ...(url ? { baseUrl: url } : {}),
      ...(auth ? { auth } : {}),
      ...key,
      models: modelsOf(raw.models),
      ...(resolved ? { resolved } : {}),
    });
  }
  return found;
}

/** A marker's own text is recorded, for it is no secret; what follows a prefix is not. */
function keyOf(value: unknown, config: unknown, context: ObserverContext) {
  const { secrets } = context;
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '' || !isMarker(text)) {
    const defaults = member(member(config, 'secrets'), 'defaults');
    return { key: secretField(value, 'api-key', secrets, defaults) };
  }
  const mark = secrets.mark(text, { kind: 'api-key', published: 'marker' });
  return { key: { mark }, marker: /^(oauth:|secretref-env:)/.exec(text)?.[0] ?? text };
}

async function resolvedKey(
  { key }: Pick<ModelProviderFacts, 'key'>,
  config: LoadedConfig,
  environments: Environments,
  context: ObserverContext,
): Promise<ModelProviderFacts['resolved']> {
  const { ref } = key;
  if (!ref) return undefined;
  const follow = async (look: (name: string) => string | undefined) =>
    (await resolveSecretRef(ref, config, look, context, 'api-key')).mark;
  const resolved: ModelProviderFacts['resolved'] = [
    { environment: 'shell', mark: await follow((name) => environments.cli(name)) },
  ];
  if (environments.service) {
    const mark = await follow((name) => environments.server(name));
    resolved.push({ environment: 'service', mark });
  }
  return resolved;
}

function modelsOf(value: unknown): ModelProviderFacts['models'] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, mostModels).flatMap((model: unknown) => {
    const id = cleanText(typeof model === 'string' ? model : member(model, 'id'))?.trim();
    const url = safeUrl(member(model, 'baseUrl'));
    return id ? [{ id, ...(url ? { baseUrl: url } : {}) }] : [];
  });
}
