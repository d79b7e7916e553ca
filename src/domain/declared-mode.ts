import type { FactSet } from '../model/fact-set.js';
import type { Target } from '../model/target.js';

/** Does an identity that a proxy names decide here, by the config, and no shared secret? */
export function identityDecides(facts: FactSet, gateway: Target): boolean {
  return facts.data('gateway.config', gateway.id)?.authMode === 'trusted-proxy';
}

/**
 * Has the gateway of this config accepted a request without a credential, as `gateway.auth.mode`
 * none declares? Only then is a connect without a credential no surprise to anybody.
 */
export function opensByDesign(facts: FactSet, gateway: Target): boolean {
  const declared = facts.data('gateway.config', gateway.id)?.authMode === 'none';
  return declared && facts.data('probe.credentials', gateway.id)?.notTried === 'open';
}
