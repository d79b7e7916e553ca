import type { IncidentRule } from '../incident.js';
import { proxyTokenDivergence } from './claw-101-proxy-token-divergence.js';
import { localModelWithoutCredential } from './claw-103-local-model-without-credential.js';
import { scopeUpgradePending } from './claw-105-scope-upgrade-pending.js';
import { splitIdentity } from './claw-106-split-identity.js';
import { audienceMismatch } from './claw-107-audience-mismatch.js';
import { issuerMismatch } from './claw-108-issuer-mismatch.js';
import { environmentShadowsConfig } from './claw-109-environment-shadows-config.js';
import { processHoldsOldSecret } from './claw-110-process-holds-old-secret.js';
import { tokenNobodyKnows } from './claw-111-token-nobody-knows.js';
import { duplicateReferences } from './claw-112-duplicate-references.js';
import { restartStorm } from './claw-113-restart-storm.js';
import { selfCallWithoutToken } from './claw-114-self-call.js';
import { authLockout } from './claw-115-auth-lockout.js';
import { forwardedHeaders } from './claw-116-forwarded-headers.js';
import { memoryPressure } from './claw-117-memory-pressure.js';
import { wrongListener } from './claw-118-wrong-listener.js';
import { deviceTokenDrift } from './claw-119-device-token-drift.js';
import { mixedInstalls } from './claw-122-mixed-installs.js';
import { failsAtNextStart } from './claw-123-fails-at-next-start.js';
import { clockSkew } from './claw-124-clock-skew.js';

/** In rank order: what stands higher claims a finding first. */
export const incidentRules: readonly IncidentRule[] = [
  wrongListener,
  authLockout,
  restartStorm,
  tokenNobodyKnows,
  processHoldsOldSecret,
  environmentShadowsConfig,
  selfCallWithoutToken,
  deviceTokenDrift,
  scopeUpgradePending,
  splitIdentity,
  audienceMismatch,
  issuerMismatch,
  forwardedHeaders,
  duplicateReferences,
  failsAtNextStart,
  clockSkew,
  memoryPressure,
  mixedInstalls,
  proxyTokenDivergence,
  localModelWithoutCredential,
];
