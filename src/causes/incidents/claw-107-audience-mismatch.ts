import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** Codes of audience/declared that name an audience which cannot be this identity. */
const declaredWrong = [
  'audience-differs',
  'audience-elsewhere',
  'audience-not-public',
  'audience-not-a-url',
  'audience-not-a-number',
];

/** Tokens are signed for one audience, and this gateway is known under another. */
export const audienceMismatch: IncidentRule = {
  code: 'CLAW-107',
  name: 'audience mismatch',
  title: 'An audience is declared or embedded that is not this identity',
  symptoms: [
    'invalid audience',
    'jwt audience invalid',
    'unexpected "aud" claim value',
    'Google Chat webhook answers 401',
    'token used for the wrong recipient',
  ],
  about:
    'A JWT is good for the audience that it names and for nobody else. When Google Chat or an identity provider signs for one name and the gateway is known under another, every such call is answered 401 however fresh the token is.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = mismatch(input, gateway);
      return match ? [match] : [];
    }),
};

function mismatch(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const declared = withOutcome(
    findingsOn(input, gateway.id, 'audience/declared', declaredWrong),
    'fail',
  );
  const live = withOutcome(findingsOn(input, gateway.id, 'audience/live'), 'fail');
  const wrong = [...declared, ...live];
  if (wrong.length === 0) return undefined;
  return {
    subject: gateway.id,
    confidence: live.length > 0 ? 'sure' : 'likely',
    story: [
      ...wrong.map((f) => `${f.text}.`),
      live.length > 0
        ? 'The signature is good: the issuer really signed for that audience, so a fresh token for the same audience would be refused as well.'
        : 'Compare with one call that the sender really makes before anything is edited: its audience is what has to stand here.',
    ],
    explains: wrong,
    for: says(wrong),
    against: says(withOutcome(findingsOn(input, gateway.id, 'audience/live'), 'pass')),
    remedies: wrong.map((finding) => ({ id: finding.next[0] ?? 'set-audience', finding })),
  };
}
