import { cleanText, isRecord, member } from '../../domain/clean.js';
import {
  isNewerKey,
  knownKeys,
  nearestKey,
  newerPlaces,
} from '../../domain/openclaw/known-keys.js';
import type { ConfigFacts } from '../../model/facts-gateway.js';
import type { SecretKeeper } from '../../model/observer.js';
import { markValue } from './secret-field.js';

type UnknownKeys = ConfigFacts['unknownKeys'];

const most = 50;

/** Keys of these places that 2026.9 has and 2026.5 refuses; none of them is a name of somebody's own. */
export function newerKeys(config: Readonly<Record<string, unknown>>): string[] {
  return newerPlaces.flatMap((path) => {
    let value: unknown = config;
    for (const part of path === '' ? [] : path.split('.')) value = member(value, part);
    if (!isRecord(value)) return [];
    const keys = Object.keys(value).filter((key) => isNewerKey(path, key));
    return keys.map((key) => (path === '' ? key : `${path}.${key}`));
  });
}

/**
 * Keys at the root and under `gateway.` that no version has, with the path that was probably meant.
 * `__proto__` is no key to OpenClaw either: it is passed over wherever it stands, and `constructor`,
 * `prototype` or `_comment` are refused (measured on 2026.5.18 and 2026.9.6).
 */
export function unknownKeys(
  config: Readonly<Record<string, unknown>>,
  secrets: SecretKeeper,
): UnknownKeys {
  const found: UnknownKeys = [];
  walk(config, '', '');
  return found;

  /** `table` is the path in the table of known keys: `*` stands there for a free name. */
  function walk(value: unknown, path: string, table: string): void {
    const known = knownKeys(table);
    if (known === undefined || !isRecord(value)) return;
    const free = known.includes('*');
    for (const [key, member] of Object.entries(value)) {
      if (found.length >= most) return;
      if (key === '__proto__') continue;
      const name = cleanText(key, 60) ?? '';
      const shown = path === '' ? name : `${path}.${name}`;
      if (free || known.includes(key)) {
        const next = free ? '*' : key;
        walk(member, shown, table === '' ? next : `${table}.${next}`);
        continue;
      }
      const nearest = nearestKey(table, key);
      found.push({ path: shown, ...(nearest === undefined ? {} : { nearest }) });
      // Not recorded, but a secret under a misspelt name must still be one for the leak scan.
      if (typeof member === 'string') markValue(member, 'other', secrets);
    }
  }
}
