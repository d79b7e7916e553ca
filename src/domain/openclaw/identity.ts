import type { FactSet } from '../../model/fact-set.js';
import type { ConfigFacts, UrlParts } from '../../model/facts-gateway.js';
import type { IdentityRow } from '../../model/report.js';
import type { Target } from '../../model/target.js';
import { bindText, gatewayAddresses } from './bind.js';
import { hostKind, isLoopbackHost, splitUrl, urlText } from './url.js';

/** One URL under which somebody reaches, or believes to reach, this gateway. */
export interface IdentityUrl {
  /** `shell OPENCLAW_GATEWAY_URL`, `gateway.publicOrigin` ... */
  source: string;
  url: UrlParts;
  /**
   * `client`: OpenClaw clients connect to it; `public`: it is advertised; `webhook`: others call it;
   * `audience`: senders put it into their tokens; `origin`: browsers come from it.
   */
  use: 'client' | 'public' | 'webhook' | 'expected' | 'audience' | 'origin' | 'sandbox';
}

/** Every URL that clients, webhooks and the operator use, side by side. */
export function identityUrls(facts: FactSet, gateway: Target): IdentityUrl[] {
  const config = facts.data('gateway.config', gateway.id);
  const credentials = facts.data('gateway.credentials', gateway.id);
  const process = facts.data('gateway.process', gateway.id);
  const expected = facts.data('host.expectations', 'host');
  const urls: IdentityUrl[] = [];
  const add = (source: string, url: UrlParts | undefined, use: IdentityUrl['use']): void => {
    if (url) urls.push({ source, url, use });
  };
  const shell = credentials?.shell.url;
  add('shell OPENCLAW_GATEWAY_URL', shell, 'client');
  // A shell variable hides the same name in `.env`.
  if (!shell) add('.env OPENCLAW_GATEWAY_URL', credentials?.dotenv.url, 'client');
  if (process?.environment.state === 'ok') {
    const text = `proc:${process.pid ?? '?'}/environ OPENCLAW_GATEWAY_URL`;
    add(text, process.environment.url, 'client');
  }
  // With mode local no client looks at gateway.remote.url.
  if (config?.mode === 'remote') add('gateway.remote.url', config.remote?.url, 'client');
  add('gateway.publicOrigin', config?.publicOrigin, 'public');
  for (const hook of config?.webhooks ?? []) add(hook.path, hook.url, 'webhook');
  add('clawdoctor.json identity', expected?.identity, 'expected');
  for (const chat of config?.googlechat ?? []) {
    if (chat.enabled) add(`${chat.path}.audience`, chat.audience, 'audience');
  }
  for (const text of config?.controlUi.allowedOrigins ?? []) {
    add('gateway.controlUi.allowedOrigins', splitUrl(text), 'origin');
  }
  for (const row of sandboxesAt(facts, gateway.port)) {
    const url = { scheme: 'http', host: '127.0.0.1', port: gateway.port ?? 0, path: '/' };
    add(`sandbox ${row} dashboard`, { ...url, hadSecretParts: false }, 'sandbox');
  }
  return urls;
}

/** Names of the sandboxes whose dashboard port is this gateway's port. */
function sandboxesAt(facts: FactSet, port: number | undefined): string[] {
  const roots = facts.data('sandbox.registry', 'host')?.roots ?? [];
  const rows = roots.flatMap((root) => root.sandboxes);
  return rows
    .filter((row) => port !== undefined && row.dashboardPort === port)
    .map((row) => row.name ?? row.key);
}

/** Uses that name the gateway itself, as opposed to a place that calls it. */
const naming: readonly IdentityUrl['use'][] = ['client', 'public', 'webhook', 'expected'];

/** The URLs by which this gateway goes. */
export function namingUrls(facts: FactSet, gateway: Target): IdentityUrl[] {
  return identityUrls(facts, gateway).filter((u) => naming.includes(u.use));
}

/** The one name under which the world knows this gateway; undefined when it is loopback only. */
export function externalIdentity(facts: FactSet, gateway: Target): IdentityUrl | undefined {
  const outside = namingUrls(facts, gateway).filter((u) => !isLoopbackHost(u.url.host));
  for (const use of ['expected', 'public', 'client', 'webhook'] as const) {
    const found = outside.find((u) => u.use === use);
    if (found) return found;
  }
  return undefined;
}

/** How the gateway is meant to be reached, from what is declared. */
export function accessMode(config: ConfigFacts): 'loopback' | 'proxy' | 'tailnet' | 'lan' {
  const serves = config.tailscale === 'serve' || config.tailscale === 'funnel';
  if (serves || config.bind === 'tailnet') return 'tailnet';
  if (config.publicOrigin || config.authMode === 'trusted-proxy') return 'proxy';
  if (config.trustedProxies.length > 0) return 'proxy';
  return config.bind === undefined || config.bind === 'loopback' ? 'loopback' : 'lan';
}

/**
 * The ways of access that are declared side by side. Loopback is a transport detail and no way of
 * its own; a wide bind with trusted proxies is how a proxy on another host, or container, gets in.
 */
export function declaredModes(config: ConfigFacts): ('proxy' | 'tailnet' | 'lan')[] {
  const modes: ('proxy' | 'tailnet' | 'lan')[] = [];
  const serves = config.tailscale === 'serve' || config.tailscale === 'funnel';
  if (serves || config.bind === 'tailnet') modes.push('tailnet');
  const origin = config.publicOrigin;
  const isProxied = origin !== undefined && hostKind(origin.host) !== 'tailnet';
  if (isProxied || config.authMode === 'trusted-proxy') modes.push('proxy');
  if (config.bind === 'lan' && config.trustedProxies.length === 0) modes.push('lan');
  return modes;
}

/** Bind, identity, issuer, audience and mode of every gateway: shown even when all is well. */
export function identityRows(facts: FactSet): IdentityRow[] {
  return facts.targetsOf('gateway').map((gateway) => identityRow(facts, gateway));
}

function identityRow(facts: FactSet, gateway: Target): IdentityRow {
  const config = facts.data('gateway.config', gateway.id);
  const expected = facts.data('host.expectations', 'host');
  const identity = externalIdentity(facts, gateway);
  const addresses = gatewayAddresses(facts, gateway);
  const declared = config ? bindText(config) : 'not known';
  const issuer = config?.cloudflareIssuer ? urlText(config.cloudflareIssuer) : expected?.issuer;
  const audience = config ? declaredAudience(config) : undefined;
  return {
    target: gateway.id,
    bind: addresses.length > 0 ? `${declared}, listens on ${addresses.join(', ')}` : declared,
    externalUrl: identity ? urlText(identity.url) : 'none (loopback only)',
    issuer: issuer ?? 'not applicable (opaque secret)',
    audience: audience ?? expected?.audience ?? 'not applicable (opaque secret)',
    mode: config ? accessMode(config) : 'not known',
    sources: identityUrls(facts, gateway).map((u) => `${u.source}: ${urlText(u.url)}`),
  };
}

function declaredAudience(config: ConfigFacts): string | undefined {
  const chat = config.googlechat.find((c) => c.enabled && c.audienceState !== 'unset');
  if (!chat) return undefined;
  return chat.audience ? urlText(chat.audience) : (chat.projectNumber ?? 'declared, unreadable');
}
