import { cleanText, isRecord } from '../../domain/clean.js';
import { knownKeys, nearestKey } from '../../domain/openclaw/known-keys.js';
import type { ConfigFacts } from '../../model/facts-gateway.js';
import type { SecretKeeper } from '../../model/observer.js';
import { markValue } from './secret-field.js';

type UnknownKeys = ConfigFacts['unknownKeys'];

const most = 50;

/** Keys under `gateway.` that no version has, with the path that was probably meant. */
export function unknownKeys(gateway: unknown, secrets: SecretKeeper): UnknownKeys {
  const found: UnknownKeys = [];
  walk(gateway, 'gateway', 'gateway');
  return found;

  /** `table` is the path in the table of known keys: `*` stands there for a free name. */
  function walk(value: unknown, path: string, table: string): void {
    const known = knownKeys(table);
    if (known === undefined || !isRecord(value)) return;
    const free = known.includes('*');
    for (const [key, member] of Object.entries(value)) {
      if (found.length >= most) return;
      const shown = `${path}.${cleanText(key, 60) ?? ''}`;
      if (free || known.includes(key)) {
        walk(member, shown, `${table}.${free ? '*' : key}`);
        continue;
      }
      const nearest = nearestKey(table, key);
      found.push({ path: shown, ...(nearest === undefined ? {} : { nearest }) });
      // Not recorded, but a secret under a misspelt name must still be one for the leak scan.
      if (typeof member === 'string') markValue(member, 'other', secrets);
    }
  }
}
