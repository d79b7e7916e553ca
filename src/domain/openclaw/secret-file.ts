import type { FactSet } from '../../model/fact-set.js';
import type { Target } from '../../model/target.js';
import type { Winner } from './precedence.js';

/** The file behind a reference that its reader cannot follow. */
export interface SecretFile {
  /** With `~` for the home directory; the provider's name where the config gives no path. */
  file: string;
  /** `0644` where the mode is what OpenClaw refuses, else empty. */
  mode: string;
  /** Why the reader gets no value out of it, without the path. */
  reason: string;
}

/** The file that a reader fails to read; undefined for every other winner. */
export function secretFileOf(
  facts: FactSet,
  gateway: Target,
  { ref, outcome, reason = 'it gives no value' }: Winner,
): SecretFile | undefined {
  if (ref?.source !== 'file' || outcome === 'value') return undefined;
  const providers = facts.data('gateway.config', gateway.id)?.providers ?? [];
  const path = providers.find((p) => p.alias === ref.provider)?.path;
  const file = path ?? `the file of secrets.providers.${ref.provider}`;
  // The reader of references puts the path before its reason, and the mode before the rule.
  const why =
    path !== undefined && reason.startsWith(`${path}: `) ? reason.slice(path.length + 2) : reason;
  return { file, mode: /^mode (\d{4}),/.exec(why)?.[1] ?? '', reason: why };
}
