import type { Finding } from '../../model/finding.js';
import { subjectTarget } from '../../model/finding.js';
import type { Target } from '../../model/target.js';
import { findingsOf, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';
import { text } from '../remedies/remedy.js';

const workaround =
  'The workaround of writing auth-profiles.json by hand and setting it to mode 0444 does not hold: OpenClaw replaces the file, and until it does no key of any provider can be rotated.';

/** A keyless local provider whose marker key this version and URL make unusable. */
export const localModelWithoutCredential: IncidentRule = {
  code: 'CLAW-103',
  name: 'local model without a usable credential',
  title: 'A model that is meant to be local has no usable credential',
  symptoms: [
    'No API key found for provider',
    'FailoverError: No API key found',
    'model_fallback_decision candidate_failed reason auth status 401',
    'missing-provider-auth',
    'marker(ollama-local)',
    'effective=missing',
  ],
  about:
    'A keyless provider carries a marker key (ollama-local). This version uses a marker only for addresses that it takes for local, so the lookup ends in a local 401 and the run goes on with the next model of the chain, which may be in a cloud: a good answer, exit 0, and a prompt that has left the house.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = withoutCredential(input, gateway);
      return match ? [match] : [];
    }),
};

function withoutCredential(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const ofGateway = (finding: Finding): boolean => {
    const id = subjectTarget(finding.subject);
    return id === gateway.id || input.facts.target(id)?.parent === gateway.id;
  };
  const pick = (check: string): readonly Finding[] =>
    withOutcome(findingsOf(input, check), 'fail').filter(ofGateway);
  const markers = pick('profiles/markers');
  const providers = new Set(markers.map((f) => text(f.params, 'provider')));
  const about = (f: Finding): boolean => providers.has(text(f.params, 'provider'));
  const paths = pick('profiles/completeness').filter(about);
  const cloud = pick('fallback/locality').filter(about);
  const first = markers[0];
  if (!first) return undefined;
  const answers = [...new Set([...cloud, ...paths].map((f) => text(f.params, 'answers')))].filter(
    (answer) => answer !== '' && answer !== 'nothing',
  );
  return {
    subject: gateway.id,
    confidence: 'sure',
    story: [
      ...unique(markers.map((f) => f.text)),
      ...unique(paths.map((f) => f.text)),
      answers.length > 0
        ? `Privacy: ${answers.join(', ')} would answer instead, in a cloud, without a word to the user.`
        : 'Nothing answers instead: these runs fail with a 401 that never reached a server.',
      workaround,
    ].map(sentence),
    explains: [...markers, ...paths, ...cloud],
    for: says(markers),
    against: [],
    remedies: [
      ...markers.flatMap((finding) => finding.next.slice(0, 1).map((id) => ({ id, finding }))),
      ...cloud.slice(0, 1).map((finding) => ({ id: 'turn-off-cloud-fallback', finding })),
    ],
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function sentence(phrase: string): string {
  return /[.!?]$/.test(phrase) ? phrase : `${phrase}.`;
}
