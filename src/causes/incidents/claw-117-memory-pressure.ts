import type { Finding } from '../../model/finding.js';
import { hostTarget, type Target } from '../../model/target.js';
import { findingsOf, findingsOn, says } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** Findings that say that something was not answered in time. */
const missed: readonly [check: string, codes: readonly string[]][] = [
  ['status/readiness', ['under-pressure', 'no-answer', 'not-ready']],
  ['probe/handshake', ['no-answer']],
  ['scopes/read', ['no-answer']],
];

/** A live credential, deadlines that were missed, and a host short of memory: no drift at all. */
export const memoryPressure: IncidentRule = {
  code: 'CLAW-117',
  name: 'memory pressure looks like auth drift',
  title: 'The credential is right; the host is too short of memory to answer in time',
  symptoms: [
    'gateway timeout after 10000ms',
    'connect challenge timeout',
    'handshake timeout',
    'gateway closed (1008): connect timeout',
    'JavaScript heap out of memory',
    'event loop degraded',
  ],
  about:
    'The gateway accepts the credential when it answers, and misses deadlines because the host or its control group stalls on memory, often while a local model is loaded. Clients report timeouts and closed handshakes, which look like refused credentials. Rotating anything makes it worse.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = pressure(input, gateway);
      return match ? [match] : [];
    }),
};

function pressure(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const pressed = findingsOf(input, 'host/pressure', ['pressed', 'group-pressed']).filter(
    (f) => f.code === 'pressed' || f.subject === `${hostTarget.id}#${gateway.id}`,
  );
  const live = findingsOn(input, gateway.id, 'probe/credentials', ['accepted']);
  const misses = missed.flatMap(([check, codes]) => findingsOn(input, gateway.id, check, codes));
  const first = pressed[0];
  if (!first || live.length === 0 || misses.length === 0) return undefined;
  const loop = input.facts.data('gateway.readiness', gateway.id)?.eventLoopDegraded === true;
  return {
    subject: gateway.id,
    confidence: misses.some(isFail) ? 'likely' : 'possible',
    story: [
      'The gateway accepts the credential that it should take, so nothing has drifted.',
      `${misses.length === 1 ? 'One answer' : `${misses.length} answers`} did not come in time, while ${first.text}.`,
      ...(loop ? ['The gateway says itself that its event loop is behind.'] : []),
    ],
    explains: [...misses, ...pressed],
    for: says([...live, ...misses, ...pressed]),
    against: [],
    remedies: [{ id: 'relieve-memory', finding: first }],
  };
}

function isFail(finding: Finding): boolean {
  return finding.outcome === 'fail';
}
