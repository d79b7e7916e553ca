import type { SecretRef } from '../../model/facts-gateway.js';
import type { Mark } from '../../model/mark.js';
import { type HeldVariable, hidden, shellOnly } from './model-variable.js';

export interface Resolution {
  /** `unknown`: only OpenClaw can tell, or it depends on how the gateway was started. */
  state: 'set' | 'unset' | 'unknown';
  reason: string;
}

/**
 * Does a reference give a value where the gateway looks? A service has its own environment; a
 * variable that only this shell has does not reach it. `held`: what the running gateway has of the
 * variable behind an `env` reference.
 */
export function resolution(
  ref: SecretRef,
  resolved: readonly { environment: 'shell' | 'service'; mark: Mark }[] | undefined,
  held: HeldVariable,
): Resolution {
  const name = ref.source === 'env' ? `the variable ${ref.id}` : `its ${ref.source} reference`;
  const service = resolved?.find((r) => r.environment === 'service')?.mark;
  const shell = resolved?.find((r) => r.environment === 'shell')?.mark;
  const mark = service ?? shell;
  const running = ref.source === 'env' ? held : 'idle';
  const isLost = running === 'unset' && !service;
  if (running === 'set' || (mark?.state === 'set' && !isLost))
    return { state: 'set', reason: name };
  if (isLost && shell?.state === 'set') return { state: 'unset', reason: `${name} ${shellOnly}` };
  if (service && shell?.state === 'set') {
    return { state: 'unknown', reason: `${name} is set in this shell, but not for the service` };
  }
  if (ref.source === 'exec' || mark?.state === 'unreadable') {
    return { state: 'unknown', reason: `${name} can only be resolved by OpenClaw itself` };
  }
  if (running === 'hidden' && !service) return { state: 'unknown', reason: `${name} ${hidden}` };
  return { state: 'unset', reason: `${name} gives nothing` };
}
