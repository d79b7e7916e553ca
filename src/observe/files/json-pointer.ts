import { isRecord } from '../../domain/clean.js';

/** The value at an absolute JSON pointer (RFC 6901); undefined where there is none. */
export function pointerValue(root: unknown, pointer: string): unknown {
  if (!pointer.startsWith('/')) return undefined;
  let current = root;
  for (const token of pointer.slice(1).split('/')) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(current)) current = /^\d+$/.test(key) ? current[Number(key)] : undefined;
    else if (isRecord(current) && Object.hasOwn(current, key)) current = current[key];
    else return undefined;
  }
  return current;
}
