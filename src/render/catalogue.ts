import type { AnyCheck, CodeSpec } from '../model/check.js';

/** What `checks`, `explain` and the docs need of a check: the registry's own entries fit. */
export type CheckEntry = Pick<
  AnyCheck,
  'id' | 'stage' | 'per' | 'title' | 'about' | 'falsePositives' | 'asks' | 'optional'
> & { codes: Record<string, CodeSpec> };

/** The same of an incident rule. */
export interface IncidentEntry {
  code: string;
  name: string;
  title: string;
  symptoms: readonly string[];
  about: string;
}

/** The same of a refusal of the handshake: the rows of src/domain/openclaw/handshake-codes.ts fit. */
export interface RefusalEntry {
  code: string;
  layer: string;
  means: string;
  notMeans?: string;
  next: readonly string[];
  lines: readonly string[];
  logged?: readonly string[];
  texts: readonly string[];
}
