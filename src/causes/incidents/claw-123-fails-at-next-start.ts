import type { Finding } from '../../model/finding.js';
import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';
import { text } from '../remedies/remedy.js';

/** A running gateway lives on a reference that it has resolved and could not resolve again. */
export const failsAtNextStart: IncidentRule = {
  code: 'CLAW-123',
  name: 'fails at the next start',
  title: 'The gateway runs on a secret that it will not find again at its next start',
  symptoms: [
    'Startup failed: required secrets are unavailable',
    'SECRETS_RELOADER_DEGRADED',
    'SECRETS_DEGRADED cold gateway:ingress-auth',
    'SECRETS_PROVIDER_DEGRADED',
    'works until the next restart',
    'SecretRefResolutionError',
  ],
  about:
    'References are resolved once, at the start. When the variable is taken out of the unit, or the secret file gets another mode, owner or content, the process goes on with what it has in memory. The next restart ends it: 2026.5 does not start, and 2026.9 does not either, or makes up a token that nobody knows. So repair the reference first and restart afterwards.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = timeBomb(input, gateway);
      return match ? [match] : [];
    }),
};

function timeBomb(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const codes = ['next-start-fails', 'next-start-random'];
  const shared = withOutcome(
    findingsOn(input, gateway.id, 'token/process-env', codes),
    'fail',
  ).filter(hasReference);
  const process = input.facts.data('gateway.process', gateway.id);
  const runs = process !== undefined && process.found !== 'none' && process.sameConfig !== false;
  const stops = withOutcome(
    findingsOn(input, gateway.id, 'config/secret-refs', ['stops-next-start']),
    'fail',
  );
  // What does not run has resolved nothing.
  const bombs = [...shared, ...(runs ? stops : [])];
  if (bombs.length === 0) return undefined;
  const clients = withOutcome(
    findingsOn(input, gateway.id, 'token/process-env', ['client-cannot-resolve']),
    'fail',
  );
  const foretold = withOutcome(
    findingsOn(input, gateway.id, 'token/sources', disk),
    'fail',
    'warn',
  );
  const degraded = findingsOn(input, gateway.id, 'token/applied', ['reload-degraded']);
  const live = withOutcome(findingsOn(input, gateway.id, 'probe/credentials'), 'pass');
  const answers = input.facts.data('probe.anonymous', gateway.id)?.answer.kind === 'gateway-401';
  return {
    subject: gateway.id,
    confidence: process?.sameConfig === true && (answers || live.length > 0) ? 'sure' : 'likely',
    story: [
      ...bombs.map((finding) => `${finding.text}.`),
      ...clients.map((finding) => `${finding.text}.`),
      'Repair the reference before anything restarts the gateway.',
    ],
    explains: [...bombs, ...clients, ...(shared.length > 0 ? foretold : []), ...degraded],
    for: says([...bombs, ...clients, ...degraded, ...live]),
    against: process?.sameConfig === true ? [] : ['the owner of the port could not be proved'],
    remedies: bombs.map((finding) => ({ id: finding.next[0] ?? 'write-plain-token', finding })),
  };
}

/** What token/sources says of the same reference, by the files alone. */
const disk = [
  'reference-unresolved',
  'secret-file-unusable',
  'generated-token',
  'refuses-to-start',
];

function hasReference({ params }: Finding): boolean {
  return text(params, 'variable') !== '';
}
