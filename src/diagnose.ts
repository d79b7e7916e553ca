import { checks } from '../checks/index.js';
import { explain } from './causes/explain.js';
import { judge } from './engine/judge.js';
import type { EngineEvent } from './engine/run.js';
import { runEngine } from './engine/run.js';
import { UserError } from './model/errors.js';
import type { FactSet } from './model/fact-set.js';
import type { Observation } from './model/observation.js';
import type { AnyObserver, DiagnoseOptions, HostAccess } from './model/observer.js';
import type { Report } from './model/report.js';
import { hostTarget } from './model/target.js';
import { rulesVersion, toolVersion } from './model/version.js';
import { agentStoreObserver } from './observe/files/agent-store.js';
import { makeBootsObserver } from './observe/files/boots.js';
import { configObserver } from './observe/files/config.js';
import { credentialFilesObserver } from './observe/files/credential-files.js';
import { credentialsObserver } from './observe/files/credentials.js';
import { expectationsObserver } from './observe/files/expectations.js';
import { installObserver } from './observe/files/install.js';
import { modelConfigObserver } from './observe/files/model-config.js';
import { pairingObserver } from './observe/files/pairing.js';
import { pluginsObserver } from './observe/files/plugins.js';
import { runtimeObserver } from './observe/files/runtime.js';
import { sharedStoreObserver } from './observe/files/shared-store.js';
import { stateObserver } from './observe/files/state.js';
import { tlsObserver } from './observe/files/tls.js';
import { caseKey, hostKey } from './observe/fingerprint-key.js';
import { discoveryObserver } from './observe/host/discovery.js';
import { exposureObserver } from './observe/host/exposure.js';
import { gatewayProcessObserver } from './observe/host/gateway-process.js';
import { listenersObserver } from './observe/host/listeners.js';
import { makePressureObserver } from './observe/host/pressure.js';
import { proxyProcessObserver } from './observe/host/proxy-process.js';
import { makeRunObserver } from './observe/host/run.js';
import { logsObserver } from './observe/logs/logs.js';
import { proxyFilesObserver } from './observe/nemoclaw/proxy-files.js';
import { registryObserver } from './observe/nemoclaw/registry.js';
import { makeAnonymousObserver } from './observe/wire/anonymous.js';
import { makeCredentialsObserver } from './observe/wire/credentials.js';
import { makeForcedHeadersObserver } from './observe/wire/forced-headers.js';
import { makeHandshakeObserver } from './observe/wire/handshake.js';
import { makeIssuerObserver } from './observe/wire/issuer-probe.js';
import { proxyBackendObserver } from './observe/wire/proxy-backend.js';
import { makeProxyProbeObserver } from './observe/wire/proxy-probe.js';
import { reachableObserver } from './observe/wire/reachable.js';
import { readinessObserver } from './observe/wire/readiness.js';
import { RefusalStore } from './observe/wire/refusal-store.js';
import { makeRefusalsObserver } from './observe/wire/refusals.js';
import type { Needle, VaultKeys } from './secrets/vault.js';
import { Vault } from './secrets/vault.js';

export type { EngineEvent } from './engine/run.js';
export type { Needle } from './secrets/vault.js';

export interface Diagnosis {
  report: Report;
  observations: Observation[];
  /** Every secret that was read: for the scan of what leaves the process, and for nothing else. */
  needles: Needle[];
}

export interface DiagnoseHooks {
  onEvent?(event: EngineEvent): void;
  signal?: AbortSignal;
}

/**
 * One diagnosis of one host: observers, checks and causes meet here and nowhere else.
 * Throws a UserError when there is nothing to look at.
 */
export async function diagnose(
  options: DiagnoseOptions,
  host: HostAccess,
  hooks: DiagnoseHooks = {},
): Promise<Diagnosis> {
  const signal = hooks.signal ?? new AbortController().signal;
  const vault = new Vault(await vaultKeys(options, host, signal));
  const { report, observations } = await runEngine({
    checks,
    observers: observersFor(vault),
    explain,
    secrets: vault,
    host,
    options,
    signal,
    onDiscovered: requireSomethingToLookAt,
    onEvent: hooks.onEvent?.bind(hooks),
  });
  await assertValid(report);
  return { report, observations, needles: vault.needles() };
}

/** The report that recorded observations give: what a replay prints. */
export function judgeAgain(observations: readonly Observation[]): Report {
  return judge(observations, checks, explain);
}

/** In the static order of sources: equality classes, and so letters, follow it. */
export function observersFor(vault: Vault): AnyObserver[] {
  const refusals = new RefusalStore(vault);
  const { fingerprintKey } = vault;
  return [
    makeRunObserver({
      toolVersion,
      rules: rulesVersion,
      ...(fingerprintKey ? { fingerprintKey } : {}),
    }),
    discoveryObserver,
    installObserver,
    expectationsObserver,
    configObserver,
    credentialsObserver,
    runtimeObserver,
    pluginsObserver,
    credentialFilesObserver,
    stateObserver,
    exposureObserver,
    tlsObserver,
    makeBootsObserver(),
    pairingObserver,
    modelConfigObserver,
    sharedStoreObserver,
    agentStoreObserver,
    registryObserver,
    proxyFilesObserver,
    listenersObserver,
    makePressureObserver(),
    gatewayProcessObserver,
    logsObserver,
    proxyProcessObserver,
    readinessObserver,
    makeRefusalsObserver(refusals),
    makeAnonymousObserver(),
    makeCredentialsObserver(vault, refusals),
    makeHandshakeObserver(vault),
    makeForcedHeadersObserver(vault, refusals),
    reachableObserver,
    makeIssuerObserver(vault),
    makeProxyProbeObserver(vault),
    proxyBackendObserver,
  ];
}

async function vaultKeys(
  options: DiagnoseOptions,
  host: HostAccess,
  signal: AbortSignal,
): Promise<VaultKeys> {
  const own = await hostKey(host.ownStateDir, signal);
  const shared = options.caseKey && (await caseKey(options.caseKey, host.home, signal));
  return { ...(own ? { host: own } : {}), ...(shared ? { case: shared } : {}) };
}

/** Nothing installed and no state is no diagnosis at all: one sentence, exit 2. */
function requireSomethingToLookAt(facts: FactSet): void {
  const discovery = facts.data('host.discovery', hostTarget.id);
  if (discovery?.gateway !== 'none' || discovery.nemoclawState) return;
  throw new UserError(
    discovery.openclawInstalled
      ? 'OpenClaw is installed here, but this user has no OpenClaw state and nothing was named to look at'
      : 'there is no OpenClaw and no NemoClaw on this host, and nothing was named to look at',
    [
      'clawdoctor run --home DIR      the home of the user that runs the gateway',
      'clawdoctor run --url URL       a gateway on another host',
      'clawdoctor lab list            staged deployments to try clawdoctor on',
    ],
  );
}

/** A report that breaks its own published schema is a fault of ours and must not reach anybody. */
async function assertValid(report: Report): Promise<void> {
  const { default: validate } = await import('#report-validator');
  if (validate(report)) return;
  const first = validate.errors?.[0];
  throw new TypeError(
    `the report breaks its schema at ${first?.instancePath ?? '?'}: ${first?.message ?? '?'}`,
  );
}
