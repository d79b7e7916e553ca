import { cleanText, isRecord, member } from '../../domain/clean.js';
import { isMarker } from '../../domain/openclaw/markers.js';
import { providerId } from '../../domain/openclaw/provider-env.js';
import type { SecretField } from '../../model/facts-gateway.js';
import type { AgentStoreFacts, ModelProviderFacts } from '../../model/facts-models.js';
import type { ObserverContext, SecretKeeper } from '../../model/observer.js';
import { readJson } from './read-json.js';
import { safeUrl } from './safe-url.js';
import { secretField } from './secret-field.js';

const maxProviders = 100;
const maxModels = 500;

/** The generated catalogue of 2026.3; later versions write none, so undefined is ordinary. */
export async function modelsJson(
  context: ObserverContext,
  path: string,
  home: string,
): Promise<AgentStoreFacts['modelsJson']> {
  const read = await readJson(path, context, home);
  if (read.state === 'absent') return undefined;
  if (read.state === 'invalid') {
    const file = { ...read.facts, state: 'error' as const, reason: read.reason };
    return { file, providers: [] };
  }
  const providers = read.state === 'ok' ? member(read.value, 'providers') : undefined;
  const entries = isRecord(providers) ? Object.entries(providers).slice(0, maxProviders) : [];
  return {
    file: read.facts,
    providers: entries.map(([id, raw]) => provider(id, raw, context.secrets)),
  };
}

function provider(id: string, raw: unknown, secrets: SecretKeeper): ModelProviderFacts {
  const api = cleanText(member(raw, 'api'));
  const auth = cleanText(member(raw, 'auth'));
  const url = safeUrl(member(raw, 'baseUrl'));
  const models = member(raw, 'models');
  return {
    id: providerId(cleanText(id) ?? ''),
    ...(api === undefined ? {} : { api }),
    ...(url ? { baseUrl: url } : {}),
    ...(auth === undefined ? {} : { auth }),
    ...keyOf(member(raw, 'apiKey'), secrets),
    models: (Array.isArray(models) ? models.slice(0, maxModels) : []).flatMap((model: unknown) => {
      const modelId = cleanText(member(model, 'id'));
      const baseUrl = safeUrl(member(model, 'baseUrl'));
      return modelId === undefined ? [] : [{ id: modelId, ...(baseUrl ? { baseUrl } : {}) }];
    }),
  };
}

/** A marker's text is recorded, for it is no secret; behind a prefix anything could follow. */
function keyOf(value: unknown, secrets: SecretKeeper): { key: SecretField; marker?: string } {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text === '' || !isMarker(text)) return { key: secretField(value, 'api-key', secrets) };
  const mark = secrets.mark(text, { kind: 'api-key', published: 'marker' });
  const shown = /^(oauth:|secretref-env:)/.exec(text)?.[0] ?? text;
  return { key: { mark }, marker: shown };
}
