import type { FactSet } from '../model/fact-set.js';
import type { ProviderProbe } from '../model/facts-issuer.js';
import type { Target } from '../model/target.js';
import { type JwtHolder, jwtHolders } from './openclaw/jwt-holders.js';
import { splitUrl, urlText } from './openclaw/url.js';

/** More issuers than a gateway can have; a hostile file must not make us call a hundred hosts. */
const mostProviders = 4;
const mostTokens = 32;

/** An issuer that is declared or expected: the only ones that are ever contacted. */
export type NamedIssuer = Pick<ProviderProbe, 'issuer' | 'kind' | 'source'>;

export const accessIssuerPath = 'gateway.auth.trustedProxy.cloudflareAccessOidc.issuer';

/** The issuers of the config and of `clawdoctor.json`, each once, character by character. */
export function namedIssuers(facts: FactSet, gateway: Target): NamedIssuer[] {
  const access = facts.data('gateway.config', gateway.id)?.cloudflareIssuer;
  const expected = facts.data('host.expectations', 'host')?.issuer;
  const named: NamedIssuer[] = [];
  const add = (issuer: string, source: string): void => {
    if (named.some((other) => sameName(other.issuer, issuer))) return;
    const kind = isAccessIssuer(issuer) ? 'cloudflare-access' : 'openid';
    named.push({ issuer, kind, source });
  };
  if (expected !== undefined) add(expected, 'clawdoctor.json issuer');
  if (access) add(urlText(access), accessIssuerPath);
  return named.slice(0, mostProviders);
}

/** A JWT-shaped credential, and the named issuer whose keys should have signed it. */
export interface IssuedToken {
  holder: JwtHolder;
  issuer: string;
}

/**
 * The credentials that a named issuer should have signed: those that say so, and secrets of the
 * gateway itself that name no issuer at all where one is expected. Each value once.
 */
export function issuedTokens(facts: FactSet, gateway: Target): IssuedToken[] {
  const named = namedIssuers(facts, gateway);
  const expected = facts.data('host.expectations', 'host')?.issuer;
  const tokens = new Map<number, IssuedToken>();
  for (const holder of jwtHolders(facts, gateway)) {
    const { iss } = holder.jwt;
    const issuer =
      iss === undefined
        ? holder.provider === undefined
          ? expected
          : undefined
        : named.find((one) => sameName(one.issuer, iss))?.issuer;
    if (issuer === undefined || tokens.has(holder.class)) continue;
    tokens.set(holder.class, { holder, issuer });
  }
  return [...tokens.values()].slice(0, mostTokens);
}

/** Issuers and audiences are compared as URLs where they are ones: a final slash makes no other. */
export function sameName(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(text: string): string {
  const url = splitUrl(text);
  return url ? urlText({ ...url, path: url.path.replace(/\/+$/, '') || '/' }) : text;
}

/** `https://<team>.cloudflareaccess.com`, as the schema of 2026.9.6 has it; teams may hold dots. */
export function isAccessIssuer(text: string): boolean {
  const url = splitUrl(text);
  return (
    url?.scheme === 'https' &&
    url.port === 443 &&
    url.path === '/' &&
    /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.cloudflareaccess\.com$/.test(url.host)
  );
}
