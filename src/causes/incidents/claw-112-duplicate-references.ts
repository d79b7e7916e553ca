import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** Two references that readers of this version really follow lead to two values, or one to none. */
export const duplicateReferences: IncidentRule = {
  code: 'CLAW-112',
  name: 'duplicate secret references',
  title: 'Two references to one secret lead to different values',
  symptoms: [
    'alternating success and failure under load',
    'works for one client and not for the other',
    'hooks.token must not match gateway auth token',
    'hooks.token matches active Gateway shared-secret auth',
    'unauthorized: gateway token mismatch for some calls',
  ],
  about:
    'The secret of the gateway is referred to twice (gateway.auth and gateway.remote, a file and a variable, hooks), and the two places hold different values, or one of them gives nothing. Which one counts depends on who reads, so calls succeed and fail by turns. A reference that is shadowed for every reader does no harm.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = duplicate(input, gateway);
      return match ? [match] : [];
    }),
};

const codes = ['places-differ', 'place-unreadable', 'hooks-token-stops'];

function duplicate(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const found = withOutcome(findingsOn(input, gateway.id, 'config/duplicates', codes), 'fail');
  const first = found[0];
  if (!first) return undefined;
  const differs = found.some(({ code }) => code !== 'hooks-token-stops');
  const refused = withOutcome(findingsOn(input, gateway.id, 'token/process-env'), 'fail');
  const foretold = withOutcome(findingsOn(input, gateway.id, 'token/sources'), 'warn', 'fail');
  const logs = withOutcome(findingsOn(input, gateway.id, 'logs/auth-failures'), 'warn', 'fail');
  const alternating = differs ? logs.filter(({ code }) => code === 'alternating') : [];
  const accepted = withOutcome(findingsOn(input, gateway.id, 'probe/credentials'), 'pass');
  const sure = refused.length > 0 || alternating.length > 0;
  return {
    subject: gateway.id,
    confidence: sure ? 'sure' : 'likely',
    story: [...found, ...alternating].map((finding) => `${finding.text}.`),
    explains: [...found, ...refused, ...foretold, ...alternating],
    for: says([...found, ...refused, ...alternating, ...accepted]),
    against: [],
    remedies: found.map((finding) => ({ id: finding.next[0] ?? 'one-reference', finding })),
  };
}
