import type { IncidentRule } from '../incident.js';
import { proxyTokenDivergence } from './claw-101-proxy-token-divergence.js';
import { localModelWithoutCredential } from './claw-103-local-model-without-credential.js';
import { scopeUpgradePending } from './claw-105-scope-upgrade-pending.js';
import { splitIdentity } from './claw-106-split-identity.js';
import { environmentShadowsConfig } from './claw-109-environment-shadows-config.js';
import { processHoldsOldSecret } from './claw-110-process-holds-old-secret.js';
import { tokenNobodyKnows } from './claw-111-token-nobody-knows.js';
import { wrongListener } from './claw-118-wrong-listener.js';

/** In rank order: what stands higher claims a finding first. */
export const incidentRules: readonly IncidentRule[] = [
  wrongListener,
  tokenNobodyKnows,
  processHoldsOldSecret,
  environmentShadowsConfig,
  scopeUpgradePending,
  splitIdentity,
  proxyTokenDivergence,
  localModelWithoutCredential,
];
