import type { Line } from '../../model/target.js';

/** Where in a connect the refusal arises: what has passed before it is known to be well. */
export type HandshakeLayer =
  | 'transport'
  | 'start-up'
  | 'protocol'
  | 'origin'
  | 'device identity'
  | 'shared secret'
  | 'device token'
  | 'pairing'
  | 'scopes'
  | 'limiter'
  | 'identity provider';

/** One way in which a gateway refuses or ends a WebSocket connection, and what follows from it. */
export interface HandshakeCode {
  /** `error.details.code`; with `/reason` where that decides; `close 1008`; `error FORBIDDEN`. */
  code: string;
  layer: HandshakeLayer;
  /** A clause for people, in the present tense, without a full stop. */
  means: string;
  /** The wrong conclusion that it invites. */
  notMeans?: string;
  /** Remedy ids of src/causes/remedies, the first one first. */
  next: readonly string[];
  /** Product lines whose gateways say it (bundles of 2026.5.18 and 2026.9.6). */
  lines: readonly Line[];
  /** `reason` (or `cause`, where there is no reason) under which the gateway's log has it. */
  logged?: readonly string[];
  /** Texts that clients show for it, lower case. */
  texts: readonly string[];
}

export const bothLines: readonly Line[] = ['2026.5', '2026.9'];
export const newestLine: readonly Line[] = ['2026.9'];
