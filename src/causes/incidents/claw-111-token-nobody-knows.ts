import { isGenerated } from '../../domain/openclaw/log-start.js';
import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** 2026.9 starts with a random token in memory when its config refers to an unset variable. */
export const tokenNobodyKnows: IncidentRule = {
  code: 'CLAW-111',
  name: 'a token that nobody knows',
  title: 'The gateway runs with a token that it made up at its start',
  symptoms: [
    'auth token was missing. Generated a runtime token for this startup',
    'gateway token missing',
    'gateway_credentials_required',
    'device identity required',
    'AUTH_TOKEN_MISMATCH for every client',
  ],
  about:
    'The config names no secret that resolves. 2026.9 then makes up a token in memory, so the gateway is up, healthy and unusable for everybody; 2026.5 does the same only when nothing is configured at all.',
  notWhen: ['CLAW-118'],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = generated(input, gateway);
      return match ? [match] : [];
    }),
};

function generated(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  // Once the status stage has seen the process, its own environment decides.
  const process = input.facts.data('gateway.process', gateway.id);
  // What does not run has made nothing up.
  if (process?.found === 'none') return undefined;
  const down = findingsOn(input, gateway.id, 'process/gateway', ['nothing-listens']);
  if (down.length > 0) return undefined;
  const now = findingsOn(input, gateway.id, 'token/process-env', ['server-generated']);
  const onDisk = findingsOn(input, gateway.id, 'token/sources', ['generated-token']);
  const predicted = process && now.length === 0 ? [] : withOutcome([...now, ...onDisk], 'fail');
  const first = predicted[0];
  const attempts = input.facts.data('probe.credentials', gateway.id)?.attempts ?? [];
  // What it accepts is known to somebody.
  if (!first || attempts.some(({ outcome }) => outcome === 'accepted')) return undefined;
  const proved = isGenerated(input.facts, gateway);
  const refused = withOutcome(findingsOn(input, gateway.id, 'probe/credentials'), 'fail');
  const anonymous = input.facts.data('probe.anonymous', gateway.id);
  const ownTokens = input.facts.data('gateway.pairing', gateway.id)?.deviceTokens.rows.length ?? 0;
  const others = [
    ...findingsOn(input, gateway.id, 'token/sources'),
    ...findingsOn(input, gateway.id, 'token/process-env'),
  ].filter((f) => ['fail', 'warn'].includes(f.outcome) && !predicted.includes(f));
  return {
    subject: gateway.id,
    confidence: proved && anonymous?.answer.kind === 'gateway-401' ? 'sure' : 'likely',
    story: [
      `${first.text}.`,
      anonymous?.answer.kind === 'gateway-401'
        ? `The gateway is up and refuses: no file and no variable${proved ? ' and no person' : ''} has the token that it wants.`
        : 'Whether it refuses now was not seen.',
      ...(proved
        ? []
        : [
            'Its log does not say that it made a token up. A --token or --password on its command line, which cannot be seen from outside, looks the same and beats the config: then an edit alone changes nothing, and the restart without it is the cure.',
          ]),
    ],
    explains: [...predicted, ...others, ...refused],
    for: says([...predicted, ...refused]),
    // A device that was paired before, or silently on loopback, needs no shared secret (2026.9.6).
    against:
      ownTokens > 0
        ? ["this host's own CLI holds a device token, so its calls can work all the same"]
        : [],
    remedies: [
      { id: first.next[0] ?? 'write-plain-token', finding: first },
      { id: proved ? 'restart-gateway' : 'stop-flag-override', finding: first },
    ],
  };
}
