import type { CredentialProbe } from '../model/facts-probes.js';

/** Was something tried at the gateway, and nothing of it accepted? */
export function allRefused(probe: CredentialProbe | undefined): boolean {
  if (!probe || probe.attempts.length === 0) return false;
  return (
    probe.attempts.some((a) => a.outcome === 'refused' || a.outcome === 'remembered-refused') &&
    !probe.attempts.some((a) => a.outcome === 'accepted')
  );
}
