import type { Finding } from '../../model/finding.js';
import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

const byHeaders = [
  'headers-refused',
  'not-taken-up',
  'locality-lost',
  'credential-refused',
  'would-be-refused',
  'would-lose-locality',
];

/** A proxy in front whose headers come from an address that the gateway does not trust. */
export const forwardedHeaders: IncidentRule = {
  code: 'CLAW-116',
  name: 'forwarded headers cost locality',
  title: 'The gateway does not trust the proxy in front of it',
  symptoms: [
    'proxy_attribution_required',
    'Proxy client attribution is required',
    'Proxy headers detected from untrusted address',
    'observed unattributable proxy-shaped traffic',
    'Unexpected server response: 403',
    'missing scope: operator.read',
    'works on localhost, 403 through the proxy',
  ],
  about:
    'A request with X-Forwarded headers from an address that gateway.trustedProxies does not name is no local one. 2026.9 refuses it with 403; 2026.5 lets it in without a scope unless the client has a paired device. The token is right all the while.',
  notWhen: ['CLAW-118'],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = untrusted(input, gateway);
      return match ? [match] : [];
    }),
};

function untrusted(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const headers = findingsOn(input, gateway.id, 'probe/headers', byHeaders);
  const through = findingsOn(input, gateway.id, 'identity/reachable', ['headers-refused']);
  const all = [...headers, ...through];
  const [first] = [...withOutcome(all, 'fail'), ...all];
  if (!first) return undefined;
  const live = withOutcome(findingsOn(input, gateway.id, 'probe/credentials'), 'pass');
  return {
    subject: gateway.id,
    confidence: confidenceOf(first, all),
    story: [
      ...all.map((f) => `${f.text}.`),
      ...(live.length > 0
        ? ['On loopback, without such headers, the credential is accepted: do not rotate it.']
        : []),
    ],
    explains: all,
    for: says([...all, ...live]),
    against:
      first.outcome === 'fail'
        ? []
        : ['nobody has been seen to come through a proxy that adds them'],
    remedies: first.next.map((id) => ({ id, finding: first })),
  };
}

function confidenceOf(first: Finding, all: readonly Finding[]): IncidentMatch['confidence'] {
  if (first.outcome !== 'fail') return 'possible';
  const seen = ['headers-refused', 'not-taken-up'];
  return all.some((f) => seen.includes(f.code) && f.outcome === 'fail') ? 'sure' : 'likely';
}
