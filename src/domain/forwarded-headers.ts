import type { FactSet } from '../model/fact-set.js';
import type { HeadersNotTried } from '../model/facts-wire.js';
import { hostTarget, type Target } from '../model/target.js';
import { identityDecides } from './declared-mode.js';
import { type Endpoint, gatewayEndpoint } from './endpoints.js';
import { gatewayAddresses, isDirect, reachOf } from './openclaw/bind.js';
import { trustsLoopback } from './openclaw/cidr.js';
import { externalIdentity, namingUrls } from './openclaw/identity.js';
import { hostKind, isLoopbackHost } from './openclaw/url.js';

/** One request as a proxy in front would send it, or why none is sent. */
export type HeadersPlan =
  | { send: true; where: Endpoint; class: number; host?: string }
  | { send: false; notTried: HeadersNotTried };

/**
 * Forwarded headers are forced only where a proxy is declared that would come from loopback, and
 * only with the credential that the gateway has just accepted: no limiter counts a right one.
 */
export function planForcedHeaders(facts: FactSet, gateway: Target): HeadersPlan {
  const not = (notTried: HeadersNotTried): HeadersPlan => ({ send: false, notTried });
  const config = facts.data('gateway.config', gateway.id);
  if (gateway.place === 'remote') return not('another-host');
  if (!config || !proxyIsDeclared(facts, gateway)) return not('no-proxy');
  // Tailscale's own ingress is told apart by the listener it comes through (2026.9.6 bundle).
  if (config.tailscale === 'serve' || config.tailscale === 'funnel') return not('tailscale');
  if (identityDecides(facts, gateway)) return not('identity');
  const where = gatewayEndpoint(facts, gateway);
  const reach = reachOf(gatewayAddresses(facts, gateway));
  const elsewhere = config.trustedProxies.length > 0 && !trustsLoopback(config.trustedProxies);
  if (!where.loopback || (elsewhere && reach !== 'loopback')) return not('proxy-elsewhere');
  const probe = facts.data('probe.credentials', gateway.id);
  const live = probe?.attempts.find((a) => a.outcome === 'accepted');
  if (!live) return not('no-live-credential');
  const memory = facts.data('probe.refusals', hostTarget.id);
  if (memory?.canRemember === false) return not('cannot-remember');
  const host = externalIdentity(facts, gateway)?.url.host;
  return { send: true, where, class: live.class, ...(host === undefined ? {} : { host }) };
}

/** Does anything that is declared say that a reverse proxy stands before this gateway? */
export function proxyIsDeclared(facts: FactSet, gateway: Target): boolean {
  const config = facts.data('gateway.config', gateway.id);
  if (!config) return false;
  if (config.trustedProxies.length > 0 || config.authMode === 'trusted-proxy') return true;
  if (facts.data('host.expectations', hostTarget.id)?.mode === 'proxy') return true;
  const port = gateway.port ?? config.port ?? 0;
  return namingUrls(facts, gateway).some(({ url, use }) => {
    if (use === 'webhook' || isLoopbackHost(url.host)) return false;
    // Another port or scheme than the gateway's own: something stands between.
    return hostKind(url.host) !== 'tailnet' && !isDirect(url, port, config);
  });
}

/** The log line that our own request leaves follows it within this time (2026.9 alone has one). */
const ownLineMs = 2000;

/**
 * Did somebody else's request with forwarded headers come from an address that is not trusted,
 * since the gateway was started and its config was last edited? By the gateway's own log.
 */
export function untrustedHeadersSeen(
  facts: FactSet,
  gateway: Target,
): { count: number; lastMs: number } | undefined {
  const rows = facts.data('gateway.logs', gateway.id)?.headers ?? [];
  const row = rows.find((r) => r.kind === 'untrusted-forwarded');
  if (!row) return undefined;
  // The line names no port, and all gateways of a user share one log.
  const alone = facts.targetsOf('gateway').filter((g) => g.place !== 'remote').length === 1;
  if (!alone && !proxyIsDeclared(facts, gateway)) return undefined;
  const since = Math.max(
    facts.data('gateway.process', gateway.id)?.startedAtMs ?? 0,
    facts.data('gateway.config', gateway.id)?.file.mtimeMs ?? 0,
  );
  const own = (facts.data('probe.refusals', hostTarget.id)?.forced ?? []).some(
    ({ atMs }) => Math.abs(row.lastMs - atMs) <= ownLineMs,
  );
  return row.lastMs <= since || own ? undefined : { count: row.count, lastMs: row.lastMs };
}
