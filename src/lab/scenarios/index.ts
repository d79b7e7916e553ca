import { families, type StagedScenario } from '../scenario.js';
import { addresses } from './addresses.js';
import { credentials } from './credentials.js';
import { generatedToken } from './generated-token.js';
import { healthy } from './healthy.js';
import { healthyNewLine } from './healthy-2026-9.js';
import { issuers } from './issuers.js';
import { load } from './load.js';
import { markerKeyCloudFallback } from './marker-key-cloud-fallback.js';
import { models } from './models.js';
import { notStarting } from './not-starting.js';
import { ollamaProxyTokenDivergence } from './ollama-proxy-token-divergence.js';
import { pairing } from './pairing.js';
import { proxyBackendDown } from './proxy-backend-down.js';
import { references } from './references.js';
import { refusedClients } from './refused-clients.js';
import { sandboxes } from './sandboxes.js';
import { scopeUpgradePending } from './scope-upgrade-pending.js';
import { shellVariableShadows } from './shell-variable-shadows.js';
import { staleProcessToken } from './stale-process-token.js';
import { tokenPlaneSkew } from './token-plane-skew.js';
import { wrongListener } from './wrong-listener.js';

const all: readonly StagedScenario[] = [
  ollamaProxyTokenDivergence,
  markerKeyCloudFallback,
  scopeUpgradePending,
  tokenPlaneSkew,
  staleProcessToken,
  shellVariableShadows,
  ...credentials,
  generatedToken,
  ...references,
  ...refusedClients,
  ...pairing,
  ...notStarting,
  wrongListener,
  ...addresses,
  ...issuers,
  ...load,
  ...models,
  proxyBackendDown,
  ...sandboxes,
  healthy,
  healthyNewLine,
];

/** In the order of `lab list`: by family, and within a family as they stand above. */
export const stagedScenarios: readonly StagedScenario[] = families.flatMap((family) =>
  all.filter((scenario) => scenario.family === family),
);
