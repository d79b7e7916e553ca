import type { Params } from '../model/finding.js';

/** Fills `{name}` from params: lists are joined, what is missing reads as a dash. */
export function fillTemplate(template: string, params: Params): string {
  return template.replace(/\{(\w+)\}/g, (_match, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined || value === null) return '-';
    return Array.isArray(value) ? value.join(', ') : String(value);
  });
}
