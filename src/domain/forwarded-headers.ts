import type { FactSet } from '../model/fact-set.js';
import type { HeadersNotTried } from '../model/facts-wire.js';
import { hostTarget, type Target } from '../model/target.js';
import { identityDecides } from './declared-mode.js';
import { type Endpoint, gatewayEndpoint, gatewayPort } from './endpoints.js';
import { gatewayAddresses, isDirect, reachOf } from './openclaw/bind.js';
import { trustsLoopback } from './openclaw/cidr.js';
import { externalIdentity, namingUrls } from './openclaw/identity.js';
import { hostKind, isLoopbackHost } from './openclaw/url.js';
import { linesToJudge, versionsOf } from './openclaw/versions.js';

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

/** Our own request leaves its line before it is answered: within its deadline, tripled under load. */
const ownLineMs = 15_000;
/** A line is stamped in whole milliseconds. */
const roundingMs = 5;

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
  if (!row || !writesAlone(facts, gateway)) return undefined;
  const since = Math.max(
    facts.data('gateway.process', gateway.id)?.startedAtMs ?? 0,
    facts.data('gateway.config', gateway.id)?.file.mtimeMs ?? 0,
  );
  return row.lastMs <= since || isOwnLine(facts, gateway, row.lastMs)
    ? undefined
    : { count: row.count, lastMs: row.lastMs };
}

/**
 * The line names no port, and all gateways of a user share one log: those of an earlier port or of
 * another state directory write there too, and are no targets of this run.
 */
function writesAlone(facts: FactSet, gateway: Target): boolean {
  const here = facts.targetsOf('gateway').filter((g) => g.place !== 'remote');
  const port = gatewayPort(facts, gateway);
  const ports = facts.data('gateway.logs', gateway.id)?.ports ?? [];
  return here.length === 1 && ports.every((named) => named === port);
}

/** 2026.9 alone logs such a request by HTTP, which is what ours is (measured). */
function isOwnLine(facts: FactSet, gateway: Target, lineMs: number): boolean {
  const lines = linesToJudge(versionsOf(facts, gateway).server);
  if (lines.length > 0 && !lines.includes('2026.9')) return false;
  const forced = facts.data('probe.refusals', hostTarget.id)?.forced ?? [];
  return forced.some(({ atMs }) => lineMs >= atMs - roundingMs && lineMs <= atMs + ownLineMs);
}
