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
  const pick = (check: string, codes?: readonly string[]): readonly Finding[] =>
    withOutcome(findingsOf(input, check, codes), 'fail').filter(ofGateway);
  const markers = pick('profiles/markers', ['marker-unusable', 'keyless-unusable']);
  const paths = pick('profiles/completeness', ['local-without-credential']);
  const providers = new Set([...markers, ...paths].map((f) => text(f.params, 'provider')));
  const cloud = pick('fallback/locality').filter((f) => providers.has(text(f.params, 'provider')));
  const decisive = markers.length > 0 ? markers : paths;
  const [first] = decisive;
  if (!first) return undefined;
  const answers = [...new Set([...paths, ...cloud].flatMap(cloudAnswers))];
  const unmeasured = decisive.some((f) => text(f.params, 'lines').includes('2026.3'));
  return {
    subject: gateway.id,
    // The rules of 2026.3 are read, not measured on this host's kind of set-up.
    confidence: unmeasured ? 'likely' : 'sure',
    story: [
      ...unique(decisive.map((f) => f.text)),
      answers.length > 0
        ? `Privacy: ${answers.join(', ')} would answer instead, in a cloud, without a word to the user.`
        : 'Nothing answers instead: these runs fail with a 401 that never reached a server.',
      workaround,
    ].map(sentence),
    explains: [...markers, ...paths, ...cloud],
    for: says(decisive),
    against: [],
    remedies: [
      ...decisive.flatMap((finding) => finding.next.slice(0, 1).map((id) => ({ id, finding }))),
      ...cloud.slice(0, 1).map((finding) => ({ id: 'turn-off-cloud-fallback', finding })),
    ],
  };
}

/** The cloud model that a finding says would answer instead, if it names one. */
function cloudAnswers(finding: Finding): string[] {
  const answer = text(finding.params, 'answers');
  const where = text(finding.params, 'answersWhere');
  const leaves = where === 'cloud' || where === 'unknown' || where === '';
  return answer !== '' && answer !== 'nothing' && leaves ? [answer] : [];
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

function sentence(phrase: string): string {
  return /[.!?]$/.test(phrase) ? phrase : `${phrase}.`;
}
