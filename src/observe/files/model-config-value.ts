import { cleanText, cleanTexts, isRecord, member } from '../../domain/clean.js';
import type { ModelReference } from '../../model/facts-models.js';

export type ModelValue = Pick<ModelReference, 'primary' | 'fallbacks' | 'form'>;

/** Providers that a path implies when its value is a bare name. */
const implied: Readonly<Record<string, string>> = { 'tools.web.x_search.model': 'xai' };

/**
 * A model as a config writes it: `"provider/model"`, `{primary, fallbacks}`, or
 * `{provider, model}` of the media lists. Undefined when it names none.
 */
export function modelValue(value: unknown, path: string): ModelValue | undefined {
  if (typeof value === 'string') {
    const primary = named(value, implied[path]);
    return primary === undefined ? undefined : { form: 'string', primary };
  }
  if (!isRecord(value)) return undefined;
  // A command line in place of a model needs no credential of OpenClaw's.
  if (value.type === 'cli' || member(value, 'command') !== undefined) return undefined;
  const provider = cleanText(member(value, 'provider'))?.trim();
  const model = cleanText(member(value, 'primary') ?? member(value, 'model'))?.trim();
  const primary = model ? named(model, provider) : provider && `${provider}/default`;
  const list = member(value, 'fallbacks');
  const fallbacks = Array.isArray(list) ? cleanTexts(list).map((text) => text.trim()) : undefined;
  if (!primary && fallbacks === undefined) return undefined;
  return {
    form: 'object',
    ...(primary ? { primary } : {}),
    ...(fallbacks ? { fallbacks: fallbacks.filter((text) => text !== '') } : {}),
  };
}

function named(text: string, provider: string | undefined): string | undefined {
  const name = cleanText(text)?.trim();
  if (!name) return undefined;
  return provider === undefined || name.startsWith(`${provider}/`) ? name : `${provider}/${name}`;
}
