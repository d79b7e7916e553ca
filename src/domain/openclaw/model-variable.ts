import type { ModelConfigFacts } from '../../model/facts-models.js';

/**
 * What the running gateway has of a variable: `hidden` when one runs and we cannot tell, `idle`
 * when none runs, so that this shell is what would start it.
 */
export type HeldVariable = 'set' | 'unset' | 'hidden' | 'idle';

/** From the gateway's own environment and the `.env` that it loads beside it. */
export function heldVariable(name: string, { environment }: ModelConfigFacts): HeldVariable {
  if (environment.every((v) => v.where !== 'process')) return 'idle';
  const rows = environment.filter((v) => v.name === name);
  const loaded = rows.filter((v) => v.where === 'process' || v.where === 'dotenv');
  if (loaded.some((v) => v.mark.state === 'set')) return 'set';
  const own = rows.find((v) => v.where === 'process');
  return own === undefined || own.mark.state === 'unreadable' ? 'hidden' : 'unset';
}

export interface VariableVerdict {
  outcome: 'usable' | 'unknown' | 'missing';
  reason: string;
}

/**
 * The first of these variables that is set where the gateway looks; undefined when none is set
 * anywhere. What only this shell has does not reach a service, nor a gateway that already runs.
 */
export function variableVerdict(
  names: readonly string[],
  config: ModelConfigFacts,
  hasService: boolean,
): VariableVerdict | undefined {
  const set = names.flatMap((name) =>
    config.environment.filter((v) => v.name === name && v.mark.state === 'set'),
  );
  const isLost = (name: string): boolean => heldVariable(name, config) === 'unset';
  const seen = set.find((v) => v.where !== 'shell' || !(hasService || isLost(v.name)));
  if (seen) return { outcome: 'usable', reason: `${seen.name} (${seen.where})` };
  const [other] = set;
  if (!other) return undefined;
  return isLost(other.name)
    ? { outcome: 'missing', reason: `${other.name} ${shellOnly}` }
    : { outcome: 'unknown', reason: `${other.name} is set in this shell, not for the service` };
}

/** One of these may be in the environment of a gateway that no unit started; undefined if not. */
export function hiddenVariable(
  names: readonly string[],
  config: ModelConfigFacts,
  hasService: boolean,
): VariableVerdict | undefined {
  if (hasService) return undefined;
  const name = names.find((candidate) => heldVariable(candidate, config) === 'hidden');
  return name === undefined ? undefined : { outcome: 'unknown', reason: `${name} ${hidden}` };
}

/** Is this the reason that a gateway started from this shell would not have? */
export function endsWithRestart(reason: string): boolean {
  return reason.endsWith(shellOnly);
}

export const shellOnly = 'is set in this shell, but the running gateway was started without it';
export const hidden =
  'may be in the environment of the running gateway, which cannot be known from here';
