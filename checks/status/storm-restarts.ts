import { fixedRetries } from '../../src/domain/fixed-retries.js';
import { policyText } from '../../src/domain/service-policy.js';
import { type StormState, stormState } from '../../src/domain/storm.js';
import { defineCheck } from '../../src/model/check.js';
import type { CredentialSourceFacts } from '../../src/model/facts-gateway.js';
import type { ComposeFacts } from '../../src/model/facts-service.js';
import { anotherHost, isElsewhere } from '../another-host.js';

export default defineCheck({
  id: 'storm/restarts',
  stage: 'status',
  per: 'gateway',
  title: 'the gateway stays up, and clients wait longer after each refusal',
  about:
    'Counts how often the gateway was started in the last quarter of an hour, from its own record of starts, its failure bundles and its log, and shows what its supervisor does when it ends. While it is restarted over and over, each refusal may be one of another start, so no credential is tried then.',
  falsePositives:
    'Somebody who restarts the gateway five times in a quarter of an hour by hand. Restarts that OpenClaw itself plans after an edit of its config are not counted.',
  needs: [],
  uses: [
    'gateway.boots',
    'gateway.logs',
    'gateway.process',
    'gateway.config',
    'gateway.credentials',
    'host.listeners',
  ],
  codes: {
    calm: {
      outcome: 'pass',
      text: 'starts of the gateway in the last {minutes} minutes: {starts}',
    },
    'another-host': anotherHost,
    storm: {
      outcome: 'fail',
      text: 'the gateway was started {starts} times in {minutes} minutes, the last {agoText} ago ({groups}); {supervisor}',
      next: ['stop-storm'],
    },
    'fixed-interval-retries': {
      outcome: 'warn',
      text: '{client} ({mode}) tries again every {intervalText} whatever it is told ({count} refusals)',
      next: ['slow-client-retries'],
    },
    'not-determined': {
      outcome: 'unknown',
      text: 'how often the gateway was started is not known ({reason}); run clawdoctor as the user of the gateway to know',
      next: ['run-as-owner'],
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const storm = stormState(at.facts, at.subject);
    const found = fixedRetries(at.facts, at.subject).map(({ client, mode, intervalMs, count }) =>
      at.found(
        'fixed-interval-retries',
        { client, mode, count, intervalMs, intervalText: duration(intervalMs) },
        { subject: `${at.subject.id}#${client} ${mode}` },
      ),
    );
    const { starts, source } = storm;
    const minutes = Math.round(storm.windowMs / 60_000);
    if (storm.state === 'unknown') {
      return [at.found('not-determined', { reason: storm.reason ?? 'no reason' }), ...found];
    }
    if (storm.state === 'calm') return [at.found('calm', { starts, minutes, source }), ...found];
    const params = {
      starts,
      minutes,
      source,
      agoText: duration(at.run.nowMs - (storm.lastAtMs ?? at.run.nowMs)),
      groups: groupsText(storm),
      failures: storm.groups.failure,
      kills: storm.groups.kill,
      reasons: reasonsOf(at.look('gateway.boots')?.data?.bundles, at.run.nowMs - storm.windowMs),
      supervisor: supervisorText(at.look('gateway.credentials')?.data),
    };
    return [at.found('storm', params), ...found];
  },
});

function groupsText({ groups, supervisorSays }: StormState): string {
  const { start, failure, kill } = groups;
  const parts = [
    ...(failure > 0 ? [`${failure} ended by themselves`] : []),
    ...(kill > 0 ? [`${kill} were killed`] : []),
    ...(start > 0 ? [`${start} started well`] : []),
    ...(supervisorSays ? ['OpenClaw says itself that it is in a crash loop'] : []),
  ];
  return parts.join(', ') || 'how they ended is not recorded';
}

function reasonsOf(bundles: readonly { atMs: number; reason: string }[] = [], since: number) {
  return [...new Set(bundles.filter((b) => b.atMs > since).map((b) => b.reason))].slice(0, 5);
}

function supervisorText(credentials: CredentialSourceFacts | undefined): string {
  const { service, compose } = credentials ?? {};
  if (service) return `${service.unit} says ${policyText(service)}`;
  return compose?.file.state === 'ok' ? composeText(compose) : 'no supervisor of it is known';
}

function composeText({ restart, maxAttempts }: ComposeFacts): string {
  const most = maxAttempts === undefined ? '' : `, at most ${maxAttempts} times`;
  return `its container has restart: ${restart}${most}`;
}

function duration(ms: number): string {
  if (ms < 10_000) return `${Math.max(0, Math.round(ms / 100)) / 10} s`;
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
