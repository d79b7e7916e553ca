import { policyText } from '../../domain/service-policy.js';
import { stormState } from '../../domain/storm.js';
import { hostTarget, type Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** What a gateway that comes and goes shows to whoever looks in between. */
const follows: readonly [check: string, codes: readonly string[]][] = [
  ['process/gateway', ['nothing-listens']],
  ['status/readiness', ['nothing-answers', 'no-answer', 'not-ready', 'starting']],
  ['bind/listeners', ['no-listener']],
  ['probe/anonymous', ['nothing-answers']],
];

/** The gateway is started over and over, and clients are refused or cut off in between. */
export const restartStorm: IncidentRule = {
  code: 'CLAW-113',
  name: 'restart and pairing storm',
  title: 'The gateway is restarted over and over',
  symptoms: [
    'Start request repeated too quickly',
    'Scheduled restart job, restart counter is at',
    'gateway closed (1012)',
    'gateway closed (1006 abnormal closure)',
    'connect ECONNREFUSED 127.0.0.1:18789',
    'Gateway failed to start: another gateway instance is already listening',
    'crash-loop breaker tripped',
  ],
  about:
    'Something ends the gateway soon after each start, or it cannot start at all, and its supervisor starts it again without an end. Clients see refusals, timeouts and pairing requests of another start each time; a token test in between proves nothing. The restarts are stopped first, then the reason of the last end is read.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = storm(input, gateway);
      return match ? [match] : [];
    }),
};

function storm(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const storms = withOutcome(findingsOn(input, gateway.id, 'storm/restarts', ['storm']), 'fail');
  const first = storms[0];
  if (!first) return undefined;
  const seen = stormState(input.facts, gateway);
  const explained = follows.flatMap(([check, codes]) =>
    withOutcome(findingsOn(input, gateway.id, check, codes), 'fail', 'warn', 'unknown'),
  );
  const policy = findingsOn(input, gateway.id, 'service/units', [
    'restarts-without-limit',
    'restarts-config-errors',
  ]);
  const retries = findingsOn(input, gateway.id, 'storm/restarts', ['fixed-interval-retries']);
  const refusals = refusalsBetween(input, gateway, seen.windowMs);
  const certain = seen.source === 'boots' || seen.supervisorSays !== undefined || refusals > 0;
  return {
    subject: gateway.id,
    confidence: certain ? 'sure' : 'likely',
    story: [
      `${capital(first.text)}.`,
      ...(refusals > 0 ? [`Clients were refused ${refusals} times in between.`] : []),
      ...killStory(input, gateway, seen.groups.kill),
      'No credential was tried: it could have met another start each time.',
    ],
    explains: [...storms, ...explained, ...policy, ...retries],
    for: says([...storms, ...policy, ...retries]),
    against: againstOf(input, gateway),
    remedies: [
      { id: 'stop-storm', finding: first },
      ...policy.slice(0, 1).map((finding) => ({ id: 'limit-restarts', finding })),
      ...retries.slice(0, 1).map((finding) => ({ id: 'slow-client-retries', finding })),
      { id: 'start-after-storm', finding: first },
    ],
  };
}

function refusalsBetween({ facts }: CauseInput, gateway: Target, windowMs: number): number {
  const since = facts.run.nowMs - windowMs;
  const rows = facts.data('gateway.logs', gateway.id)?.refusals ?? [];
  return rows
    .filter((r) => !r.own && (r.port === undefined || r.port === gateway.port))
    .reduce((sum, r) => sum + r.timesMs.filter((at) => at > since).length, 0);
}

/** Killed starts and a kernel that has killed for memory belong together. */
function killStory({ facts }: CauseInput, gateway: Target, kills: number): string[] {
  const groups = facts.data('host.pressure', hostTarget.id)?.groups ?? [];
  const oom = groups.find((g) => g.of === gateway.id)?.oomKills ?? 0;
  if (oom > 0) {
    return [`The kernel has killed ${oom} processes of its control group for want of memory.`];
  }
  return kills > 0
    ? ['Starts that were killed left no reason of their own: ask the supervisor who ended them.']
    : [];
}

function againstOf({ facts }: CauseInput, gateway: Target): string[] {
  const service = facts.data('gateway.credentials', gateway.id)?.service;
  if (service?.policy?.restart !== 'no') return [];
  return [`service/units: ${service.unit} does not restart it (${policyText(service)})`];
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
