import type { FactSet } from '../../model/fact-set.js';
import type { JwtRecord } from '../../model/mark.js';
import type { Target } from '../../model/target.js';
import { sourceText } from './precedence-rules.js';

/** A credential that turned out to be a JWT (RFC 7519); its claims are read, never trusted. */
export interface JwtHolder {
  /** Short and stable, for a finding's subject. */
  name: string;
  /** Where it was read, for people. */
  source: string;
  jwt: JwtRecord;
  /** The model provider of an OAuth profile; absent for the gateway's own shared secret. */
  provider?: string;
}

/** JWT-shaped gateway secrets, then the OAuth profiles of this gateway's agents, in that order. */
export function jwtHolders(facts: FactSet, gateway: Target): JwtHolder[] {
  const sources = facts.data('gateway.credentials', gateway.id)?.sources ?? [];
  const own = sources.flatMap((source): JwtHolder[] =>
    source.mark.jwt && source.id !== 'hooks'
      ? [{ name: `${source.id}-${source.slot}`, source: sourceText(source), jwt: source.mark.jwt }]
      : [],
  );
  const agents = facts.targetsOf('agent').filter((agent) => agent.parent === gateway.id);
  const profiles = agents.flatMap((agent) =>
    (facts.data('agent.store', agent.id)?.contents?.profiles ?? []).flatMap((p): JwtHolder[] =>
      p.jwt
        ? [
            {
              name: p.id,
              source: `profile ${p.id} of ${agent.id}`,
              jwt: p.jwt,
              provider: p.provider,
            },
          ]
        : [],
    ),
  );
  return [...own, ...profiles];
}
