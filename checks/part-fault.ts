import type { CodeSpec } from '../src/model/check.js';
import type { Part } from '../src/model/facts-pairing.js';

export interface PartFault {
  code: 'store-broken' | 'store-denied' | 'store-not-read';
  params: { source: string; reason: string };
}

/** Why a part of a store says nothing; undefined for one that was read or that does not exist. */
export function partFault(part: Part<unknown>): PartFault | undefined {
  const params = { source: part.source, reason: part.reason ?? part.state };
  if (part.state === 'invalid') return { code: 'store-broken', params };
  if (part.state === 'denied') return { code: 'store-denied', params };
  return part.state === 'error' ? { code: 'store-not-read', params } : undefined;
}

/** The codes of `partFault`, for a check that reads one part of the pairing store. */
export const partFaultCodes = {
  'store-broken': {
    outcome: 'fail',
    text: '{source} is damaged: {reason}',
    next: ['repair-pairing-store'],
  },
  'store-denied': {
    outcome: 'unknown',
    text: '{source} may not be read ({reason}); run clawdoctor as the user who owns it to know what it says',
    next: ['run-as-owner'],
  },
  'store-not-read': {
    outcome: 'unknown',
    text: '{source} could not be read ({reason}); look again once it can be',
    next: ['look-again'],
  },
} as const satisfies Record<PartFault['code'], CodeSpec>;
