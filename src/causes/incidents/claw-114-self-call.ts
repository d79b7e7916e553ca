import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** The gateway refuses itself: its inner client sends none or another value (measured, 2026.5.18). */
export const selfCallWithoutToken: IncidentRule = {
  code: 'CLAW-114',
  name: 'self-call without the token',
  title: 'The gateway refuses the calls that it makes to itself',
  symptoms: [
    'tool execution failed',
    'GatewayTransportError: gateway closed (1008): unauthorized',
    'gateway connect failed: GatewayClientRequestError',
    'client=gateway:sessions.list backend',
    'token_missing',
    'subagents and cron jobs fail, chat works',
  ],
  about:
    'Clients outside reach the gateway, and its own tools, subagents and jobs do not: they call it with the environment of its process. On 2026.5 a variable there is taken before the config, and with OPENCLAW_GATEWAY_URL nothing but the environment is. 2026.9 answers such calls inside its process.',
  notWhen: ['CLAW-110'],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = refusesItself(input, gateway);
      return match ? [match] : [];
    }),
};

function refusesItself(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const failing = withOutcome(findingsOn(input, gateway.id, 'probe/self-call'), 'fail');
  const outer = withOutcome(findingsOn(input, gateway.id, 'probe/credentials'), 'pass');
  if (failing.length === 0 || outer.length === 0) return undefined;
  const inner = findingsOn(input, gateway.id, 'token/process-env', ['inner-sends-other']);
  const lines = input.facts.data('gateway.process', gateway.id)?.lines ?? [];
  const measured = lines.length > 0 && lines.every((line) => line === '2026.5');
  return {
    subject: gateway.id,
    confidence: measured ? 'sure' : 'likely',
    story: [
      ...failing.map((f) => `${f.text}.`),
      'Clients outside are accepted, so the secret itself is right: do not rotate it.',
    ],
    explains: [...failing, ...withOutcome(inner, 'fail', 'warn')],
    for: says([...failing, ...outer]),
    against: [],
    remedies: failing.map((finding) => ({
      id: finding.next[0] ?? 'align-process-variable',
      finding,
    })),
  };
}
