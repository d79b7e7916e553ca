import type { ObservationData, ObservationId } from './facts.js';

export type Stage = 'doctor' | 'status' | 'probes';
export const stages: readonly Stage[] = ['doctor', 'status', 'probes'];

export type ObservationState =
  | 'ok'
  | 'absent'
  | 'denied'
  | 'timeout'
  | 'error'
  | 'cancelled'
  | 'unsupported';

/** One thing that was looked at, once. Holds no secret: secrets have become marks. */
export interface Observation<T = unknown> {
  id: ObservationId;
  target: string;
  stage: Stage;
  /** `~/.openclaw/openclaw.json`, `proc:4121/environ`, a URL without userinfo or query. */
  source: string;
  /** ISO 8601, UTC. */
  takenAt: string;
  durationMs: number;
  state: ObservationState;
  /** For every state but ok: what happened, and what would make it known. */
  reason?: string;
  /** False when a size cap cut the source. */
  complete: boolean;
  data?: T;
}

export type ObservationOf<K extends ObservationId> = Observation<ObservationData[K]>;

/** `gateway.config@gateway:18789`: how findings name their evidence. */
export function observationKey(observation: { id: string; target: string }): string {
  return `${observation.id}@${observation.target}`;
}
