import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** The runbook's token plane skew: clients use an address on which this gateway does not listen. */
export const splitIdentity: IncidentRule = {
  code: 'CLAW-106',
  name: 'split identity (token plane skew)',
  title: 'Clients use an address on which this gateway does not listen',
  symptoms: [
    'health is green but authenticated calls fail',
    'token_missing',
    'operator.read stalls',
    'ECONNREFUSED',
    'works on localhost, 401 on the tailnet name',
  ],
  about:
    'The gateway listens on loopback while clients, webhooks or sandboxes are pointed at a LAN or tailnet name, or several identities are mixed. Whatever answers there is not this gateway, or does not take its tokens. One external identity a deployment; loopback is a transport detail, not a second identity.',
  notWhen: ['CLAW-118'],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = skew(input, gateway);
      return match ? [match] : [];
    }),
};

/** A client's URL that this gateway does not answer; port + 2 and a closed endpoint are others'. */
const elsewhere = [
  'client-url-elsewhere',
  'client-url-scheme',
  'client-url-broken',
  'not-the-expected-identity',
  'mode-not-expected',
];
const mixed = ['identities-differ', 'modes-mixed'];
const unreached = ['nothing-there', 'another-answer', 'certificate'];

function skew(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const named = withOutcome(findingsOn(input, gateway.id, 'identity/external', elsewhere), 'fail');
  const advertised = withOutcome(
    findingsOn(input, gateway.id, 'bind/listeners', ['advertised-not-listening']),
    'fail',
  );
  const reached = withOutcome(
    findingsOn(input, gateway.id, 'identity/reachable', unreached),
    'fail',
  );
  const [failing = []] = [named, advertised, reached].filter((found) => found.length > 0);
  const split =
    failing.length > 0 ? failing : findingsOn(input, gateway.id, 'identity/external', mixed);
  if (split.length === 0) return undefined;
  const bind = withOutcome(findingsOn(input, gateway.id, 'bind/declared'), 'fail', 'warn');
  const listeners = withOutcome(
    findingsOn(input, gateway.id, 'bind/listeners'),
    'fail',
    'warn',
  ).filter((f) => !split.includes(f));
  const live = withOutcome(findingsOn(input, gateway.id, 'probe/credentials'), 'pass');
  const known = input.facts.data('host.listeners', 'host') !== undefined;
  return {
    subject: gateway.id,
    confidence: failing.length === 0 ? 'possible' : known ? 'sure' : 'likely',
    story: [
      ...split.map((f) => `${f.text}.`),
      live.length > 0
        ? 'On loopback the gateway takes its own credential: the token is not the fault, so do not rotate it.'
        : 'Whether the credential itself is right is a second question; settle the address first.',
    ],
    explains: [...split, ...reached.filter((f) => !split.includes(f)), ...bind, ...listeners],
    for: says([...split, ...live]),
    against: [],
    remedies: split.map((finding) => ({ id: finding.next[0] ?? 'align-client-url', finding })),
  };
}
