import type { StagedScenario } from '../scenario.js';
import { generatedToken } from './generated-token.js';
import { healthy } from './healthy.js';
import { healthyNewLine } from './healthy-2026-9.js';
import { markerKeyCloudFallback } from './marker-key-cloud-fallback.js';
import { ollamaProxyTokenDivergence } from './ollama-proxy-token-divergence.js';
import { proxyBackendDown } from './proxy-backend-down.js';
import { scopeUpgradePending } from './scope-upgrade-pending.js';
import { shellVariableShadows } from './shell-variable-shadows.js';
import { staleProcessToken } from './stale-process-token.js';
import { tokenPlaneSkew } from './token-plane-skew.js';
import { wrongListener } from './wrong-listener.js';

/** In the order of `lab list`: the four reports, other faults, controls. */
export const stagedScenarios: readonly StagedScenario[] = [
  ollamaProxyTokenDivergence,
  markerKeyCloudFallback,
  scopeUpgradePending,
  tokenPlaneSkew,
  staleProcessToken,
  shellVariableShadows,
  generatedToken,
  wrongListener,
  proxyBackendDown,
  healthy,
  healthyNewLine,
];
