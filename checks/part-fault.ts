import type { Part } from '../src/model/facts-gateway.js';

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
