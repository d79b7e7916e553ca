import type { ProviderProbe, TokenProbe } from '../../src/model/facts-issuer.js';
import { type Change, nowMs } from './facts-builder.js';

export const issuer = 'https://id.example.com';
export const nowS = nowMs / 1000;

export function expectIssuer(more: { issuer?: string; audience?: string } = { issuer }): Change {
  return (s) => {
    s.data['host.expectations'] = {
      path: '~/clawdoctor.json',
      allowedCloudProviders: [],
      ...more,
    };
  };
}

export function provider(change: Partial<ProviderProbe> = {}): ProviderProbe {
  return {
    issuer,
    kind: 'openid',
    source: 'clawdoctor.json issuer',
    state: 'ok',
    discovered: issuer,
    keys: 2,
    skewMs: 300,
    ...change,
  };
}

export function token(change: Partial<TokenProbe> = {}): TokenProbe {
  return {
    name: 'config-token',
    source: '~/.openclaw/openclaw.json gateway.auth.token',
    renewed: false,
    issuer,
    signature: 'verified',
    jwt: {
      alg: 'ES256',
      kid: 'k1',
      iss: issuer,
      aud: ['https://gw.example.com'],
      iat: nowS - 600,
      exp: nowS + 600,
    },
    ...change,
  };
}

/** What the issuers said, and the tokens that were looked at with their keys. */
export function live(
  providers: readonly ProviderProbe[],
  tokens: readonly TokenProbe[] = [],
): Change {
  return (s) => {
    s.data['probe.issuers'] = {
      providers: [...providers],
      tokens: [...tokens],
      embedded: tokens.length,
    };
  };
}

export function both(...changes: readonly Change[]): Change {
  return (s) => {
    for (const change of changes) change(s);
  };
}
