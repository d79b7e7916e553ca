import type { JwtRecord } from './mark.js';

/** What the identity providers of a gateway publish, and what their keys say of our JWTs. */
export interface IssuerProbe {
  providers: ProviderProbe[];
  /** JWT-shaped credentials that a declared or expected issuer should have signed. */
  tokens: TokenProbe[];
  /** JWT-shaped credentials of this gateway and its agents, whoever issued them. */
  embedded: number;
}

/** One issuer that the config declares or that `clawdoctor.json` expects. */
export interface ProviderProbe {
  /** As it was declared, character by character: the final slash counts (OpenID Connect Discovery). */
  issuer: string;
  kind: ProviderKind;
  /** `clawdoctor.json issuer`, or the config path. */
  source: string;
  state: 'ok' | 'not-asked' | 'not-contacted' | 'unreachable' | 'broken';
  /** For every state but `ok` and `not-asked`. */
  fault?: ProviderFault;
  /** Which document the fault is about. */
  document?: ProviderDocument;
  /** The `issuer` of the discovery document; Cloudflare Access has none. */
  discovered?: string;
  /** Public signature keys that it publishes. */
  keys?: number;
  /** Its clock minus ours, in ms; accurate to a second. */
  skewMs?: number;
}

/** Cloudflare Access publishes its keys at a place of its own and has no discovery document. */
export type ProviderKind = 'openid' | 'cloudflare-access';

export type ProviderDocument = 'discovery' | 'keys';

/** Why a document could not be had, or is of no use. */
export type ProviderFault =
  /** Not a URL with https, or with http on this host. */
  | 'not-https'
  /** An address that is never contacted, or not without being asked. */
  | 'forbidden'
  /** No TCP connection, a name that does not resolve, a certificate that is not trusted. */
  | 'no-connection'
  | 'timeout'
  | 'not-http'
  | 'too-large'
  /** 429 or 5xx. */
  | 'busy'
  | 'redirect'
  /** Any other status but 200. */
  | 'status'
  | 'not-json'
  /** The discovery document names no issuer, or no usable `jwks_uri`. */
  | 'incomplete'
  /** The key set holds no public signature key. */
  | 'no-keys';

/** One JWT-shaped credential, with what the keys of its issuer say of it. */
export interface TokenProbe {
  /** Short and stable, for a finding's subject. */
  name: string;
  /** Where it was read, for people. */
  source: string;
  /** Set for an OAuth profile: the model provider that the token is for. */
  provider?: string;
  /** An OAuth profile with a refresh token: OpenClaw renews it by itself. */
  renewed: boolean;
  jwt: JwtRecord;
  /** The issuer (of `providers`) whose keys were asked. */
  issuer: string;
  signature: SignatureVerdict;
}

/**
 * What the keys say. `alg-refused`: none, a shared-secret algorithm, or one that no key set can hold.
 * `key-unknown`: the named key is not published (any more). `unusable`: the keys cannot be used here.
 */
export type SignatureVerdict =
  | 'verified'
  | 'key-unknown'
  | 'signature-wrong'
  | 'alg-refused'
  | 'unusable'
  | 'not-checked';
