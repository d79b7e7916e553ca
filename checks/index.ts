import type { AnyCheck } from '../src/model/check.js';
import audienceDeclared from './doctor/audience-declared.js';
import bindDeclared from './doctor/bind-declared.js';
import configDuplicates from './doctor/config-duplicates.js';
import configGatewayAuth from './doctor/config-gateway-auth.js';
import configReadable from './doctor/config-readable.js';
import configSecretRefs from './doctor/config-secret-refs.js';
import fallbackLocality from './doctor/fallback-locality.js';
import identityExternal from './doctor/identity-external.js';
import installBinaries from './doctor/install-binaries.js';
import installNode from './doctor/install-node.js';
import installPlugins from './doctor/install-plugins.js';
import issuerDeclared from './doctor/issuer-declared.js';
import pairingIdentity from './doctor/pairing-identity.js';
import profilesCompleteness from './doctor/profiles-completeness.js';
import profilesMarkers from './doctor/profiles-markers.js';
import profilesStore from './doctor/profiles-store.js';
import proxyFiles from './doctor/proxy-files.js';
import sandboxRegistry from './doctor/sandbox-registry.js';
import scopesApproved from './doctor/scopes-approved.js';
import scopesPending from './doctor/scopes-pending.js';
import serviceUnits from './doctor/service-units.js';
import tokenHygiene from './doctor/token-hygiene.js';
import tokenPermissions from './doctor/token-permissions.js';
import tokenSources from './doctor/token-sources.js';
import audienceLive from './probes/audience-live.js';
import identityReachable from './probes/identity-reachable.js';
import issuerLive from './probes/issuer-live.js';
import probeAnonymous from './probes/probe-anonymous.js';
import probeCredentials from './probes/probe-credentials.js';
import probeHandshake from './probes/probe-handshake.js';
import probeHeaders from './probes/probe-headers.js';
import probeSelfCall from './probes/probe-self-call.js';
import proxyBackend from './probes/proxy-backend.js';
import proxyCredentials from './probes/proxy-credentials.js';
import scopesRead from './probes/scopes-read.js';
import bindListeners from './status/bind-listeners.js';
import hostPressure from './status/host-pressure.js';
import logsAuthFailures from './status/logs-auth-failures.js';
import processGateway from './status/process-gateway.js';
import proxyProcess from './status/proxy-process.js';
import proxyProcessEnv from './status/proxy-process-env.js';
import statusReadiness from './status/status-readiness.js';
import stormRestarts from './status/storm-restarts.js';
import tokenApplied from './status/token-applied.js';
import tokenProcessEnv from './status/token-process-env.js';

/**
 * Every check, in the order in which they are judged and shown. A check may be blocked only by one
 * that stands before it. Ids are public: add, never rename.
 */
export const checks: readonly AnyCheck[] = [
  installBinaries,
  installNode,
  installPlugins,
  configReadable,
  configGatewayAuth,
  configSecretRefs,
  configDuplicates,
  bindDeclared,
  identityExternal,
  issuerDeclared,
  audienceDeclared,
  tokenSources,
  tokenHygiene,
  tokenPermissions,
  serviceUnits,
  pairingIdentity,
  scopesPending,
  scopesApproved,
  profilesStore,
  profilesCompleteness,
  profilesMarkers,
  fallbackLocality,
  proxyFiles,
  sandboxRegistry,
  processGateway,
  bindListeners,
  tokenProcessEnv,
  tokenApplied,
  proxyProcess,
  proxyProcessEnv,
  statusReadiness,
  stormRestarts,
  logsAuthFailures,
  hostPressure,
  probeAnonymous,
  probeCredentials,
  probeHandshake,
  probeSelfCall,
  scopesRead,
  probeHeaders,
  identityReachable,
  issuerLive,
  audienceLive,
  proxyCredentials,
  proxyBackend,
];
