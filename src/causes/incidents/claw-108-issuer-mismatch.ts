import type { Finding } from '../../model/finding.js';
import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** Tokens are signed by somebody else than the one who is trusted. */
export const issuerMismatch: IncidentRule = {
  code: 'CLAW-108',
  name: 'issuer mismatch',
  title: 'An issuer is declared or embedded that is not the expected one',
  symptoms: [
    'invalid issuer',
    'jwt issuer invalid',
    'unexpected "iss" claim value',
    'Cloudflare Access assertion issuer is invalid',
    'issuer did not match',
  ],
  about:
    'Whoever verifies a JWT trusts one issuer, compared character by character. A token of another tenant, another team or the former identity provider is refused however fresh it is, and a declared issuer that calls itself otherwise cannot be verified at all.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = mismatch(input, gateway);
      return match ? [match] : [];
    }),
};

function mismatch(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const declared = withOutcome(findingsOn(input, gateway.id, 'issuer/declared'), 'fail');
  const live = withOutcome(
    findingsOn(input, gateway.id, 'issuer/live', ['issuer-differs']),
    'fail',
  );
  const wrong = [...declared, ...live];
  if (wrong.length === 0) return undefined;
  const reached = withOutcome(findingsOn(input, gateway.id, 'issuer/live', ['reachable']), 'pass');
  const proof = reached.filter((f) => declared.some((other) => isExpected(f, other)));
  return {
    subject: gateway.id,
    confidence: live.length > 0 || proof.length > 0 ? 'sure' : 'likely',
    story: [
      ...wrong.map((f) => `${f.text}.`),
      ...proof.map((f) => `The expected issuer exists: ${f.text}.`),
    ],
    explains: wrong,
    for: says([...wrong, ...proof]),
    against: says(withOutcome(findingsOn(input, gateway.id, 'issuer/live', ['verified']), 'pass')),
    remedies: wrong.map((finding) => ({ id: finding.next[0] ?? 'set-issuer', finding })),
  };
}

/** Did the issuer that was expected answer for itself? */
function isExpected(reached: Finding, declared: Finding): boolean {
  return reached.params.issuer === declared.params.expected;
}
