import type { BootFacts } from './facts-boots.js';
import type { CredentialFileFacts } from './facts-credential-files.js';
import type { ConfigFacts, CredentialSourceFacts, StateFacts } from './facts-gateway.js';
import type {
  DiscoveryFacts,
  ExpectationFacts,
  GatewayProcessFacts,
  InstallFacts,
  ListenerFacts,
  PressureFacts,
  RunFacts,
} from './facts-host.js';
import type { PluginsFacts, RuntimeFacts } from './facts-installs.js';
import type { IssuerProbe } from './facts-issuer.js';
import type { LogFacts } from './facts-logs.js';
import type { AgentStoreFacts, ModelConfigFacts, SharedStoreFacts } from './facts-models.js';
import type { PairingFacts } from './facts-pairing.js';
import type {
  AnonymousProbe,
  CredentialProbe,
  HandshakeProbe,
  ProxyBackendProbe,
  ProxyProbe,
  ReadinessFacts,
  RefusalMemory,
} from './facts-probes.js';
import type { ProxyFileFacts, ProxyProcessFacts, RegistryFacts } from './facts-sandbox.js';
import type { ExposureFacts, HeadersProbe, ReachableProbe, TlsFacts } from './facts-wire.js';
import type { Scope } from './target.js';

/** Every observation that exists, with the shape of its data. Ids are public: add, never rename. */
export interface ObservationData {
  run: RunFacts;
  'host.discovery': DiscoveryFacts;
  'host.install': InstallFacts;
  'host.expectations': ExpectationFacts;
  'gateway.config': ConfigFacts;
  'gateway.exposure': ExposureFacts;
  'gateway.tls': TlsFacts;
  'gateway.models': ModelConfigFacts;
  'gateway.credentials': CredentialSourceFacts;
  'gateway.runtime': RuntimeFacts;
  'gateway.plugins': PluginsFacts;
  'gateway.credential-files': CredentialFileFacts;
  'gateway.state': StateFacts;
  'gateway.pairing': PairingFacts;
  'gateway.shared-store': SharedStoreFacts;
  'agent.store': AgentStoreFacts;
  'proxy.files': ProxyFileFacts;
  'sandbox.registry': RegistryFacts;
  'host.listeners': ListenerFacts;
  'host.pressure': PressureFacts;
  'gateway.process': GatewayProcessFacts;
  'gateway.logs': LogFacts;
  'gateway.boots': BootFacts;
  'gateway.readiness': ReadinessFacts;
  'proxy.process': ProxyProcessFacts;
  'probe.refusals': RefusalMemory;
  'probe.anonymous': AnonymousProbe;
  'probe.credentials': CredentialProbe;
  'probe.handshake': HandshakeProbe;
  'probe.headers': HeadersProbe;
  'probe.reachable': ReachableProbe;
  'probe.issuers': IssuerProbe;
  'proxy.probe': ProxyProbe;
  'proxy.backend': ProxyBackendProbe;
}

export type ObservationId = keyof ObservationData;

/** What each observation is taken once per; a check's subject is resolved to it. */
export const observationScope: Record<ObservationId, Scope> = {
  run: 'run',
  'host.discovery': 'run',
  'host.install': 'run',
  'host.expectations': 'run',
  'gateway.config': 'gateway',
  'gateway.exposure': 'gateway',
  'gateway.tls': 'gateway',
  'gateway.models': 'gateway',
  'gateway.credentials': 'gateway',
  'gateway.runtime': 'gateway',
  'gateway.plugins': 'gateway',
  'gateway.credential-files': 'gateway',
  'gateway.state': 'gateway',
  'gateway.pairing': 'gateway',
  'gateway.shared-store': 'gateway',
  'agent.store': 'agent',
  'proxy.files': 'proxy',
  'sandbox.registry': 'run',
  'host.listeners': 'run',
  'host.pressure': 'run',
  'gateway.process': 'gateway',
  'gateway.logs': 'gateway',
  'gateway.boots': 'gateway',
  'gateway.readiness': 'gateway',
  'proxy.process': 'proxy',
  'probe.refusals': 'run',
  'probe.anonymous': 'gateway',
  'probe.credentials': 'gateway',
  'probe.handshake': 'gateway',
  'probe.headers': 'gateway',
  'probe.reachable': 'gateway',
  'probe.issuers': 'gateway',
  'proxy.probe': 'proxy',
  'proxy.backend': 'proxy',
};
