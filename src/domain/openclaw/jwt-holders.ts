import type { FactSet } from '../../model/fact-set.js';
import type { JwtRecord, Mark } from '../../model/mark.js';
import type { Target } from '../../model/target.js';
import { referenceText, sourceText } from './credential-texts.js';

/** A credential that turned out to be a JWT (RFC 7519); its claims are read, never trusted. */
export interface JwtHolder {
  /** Short and stable, for a finding's subject. */
  name: string;
  /** Where it was read, for people. */
  source: string;
  /** Equality class of the value, for those who may ask the vault for it. */
  class: number;
  jwt: JwtRecord;
  /** The model provider of an OAuth profile; absent for the gateway's own shared secret. */
  provider?: string;
  /** An OAuth profile with a refresh token. */
  renewed: boolean;
}

/**
 * JWT-shaped gateway secrets, then the OAuth profiles of this gateway's agents, in that order. The
 * hooks token is no gateway secret, and `openclaw.json.last-good` is what used to hold.
 */
export function jwtHolders(facts: FactSet, gateway: Target): JwtHolder[] {
  const credentials = facts.data('gateway.credentials', gateway.id);
  const sources = (credentials?.sources ?? [])
    .filter(({ id }) => id !== 'hooks' && id !== 'last-good')
    .flatMap((s) => holder(`${s.id}-${s.slot}`, sourceText(s), s.mark));
  const written = new Set(sources.map((s) => s.class));
  const resolved = (credentials?.resolved ?? [])
    .flatMap((r) =>
      holder(`${r.slot}-${r.environment}`, referenceText(r.ref, r.environment), r.mark),
    )
    .filter((r) => !written.has(r.class));
  const agents = facts.targetsOf('agent').filter((agent) => agent.parent === gateway.id);
  const profiles = agents.flatMap((agent) =>
    (facts.data('agent.store', agent.id)?.contents?.profiles ?? []).flatMap((p) =>
      holder(p.id, `profile ${p.id} of ${agent.id}`, { ...p.key, ...(p.jwt ? { jwt: p.jwt } : {}) })
        .filter(() => p.type === 'oauth')
        .map((found) => ({ ...found, provider: p.provider, renewed: p.hasRefresh })),
    ),
  );
  return [...sources, ...resolved, ...profiles];
}

function holder(name: string, source: string, { jwt, class: value }: Mark): JwtHolder[] {
  return jwt && value !== undefined ? [{ name, source, class: value, jwt, renewed: false }] : [];
}
