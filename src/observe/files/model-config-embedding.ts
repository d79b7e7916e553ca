import { cleanText, isRecord, member } from '../../domain/clean.js';
import type { ModelReference } from '../../model/facts-models.js';

/** Adapter ids that are not provider ids. */
const adapters: Readonly<Record<string, string>> = { gemini: 'google', bedrock: 'amazon-bedrock' };

/**
 * The provider that a memory search names for its embeddings. Nothing when it is off, chooses by
 * itself (`auto`), or carries a key of its own under `remote`.
 */
export function embeddingReference(search: unknown, path: string): ModelReference[] {
  if (!isRecord(search) || search.enabled === false) return [];
  if (member(member(search, 'remote'), 'apiKey') !== undefined) return [];
  const primary = refOf(member(search, 'provider'), member(search, 'model'));
  if (primary === undefined) return [];
  const fallback = refOf(member(search, 'fallback'), undefined);
  return [
    {
      path: `${path}.provider`,
      role: 'embedding',
      form: 'object',
      primary,
      fallbacks: fallback === undefined ? [] : [fallback],
    },
  ];
}

function refOf(provider: unknown, model: unknown): string | undefined {
  const id = cleanText(provider)?.trim().toLowerCase();
  if (!id || id === 'auto' || id === 'none') return undefined;
  const own = Object.hasOwn(adapters, id) ? (adapters[id] ?? id) : id;
  return `${own}/${cleanText(model)?.trim() || 'default'}`;
}
