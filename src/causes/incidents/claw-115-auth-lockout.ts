import { lockoutEndMs, timeText } from '../../domain/lockout.js';
import type { Finding } from '../../model/finding.js';
import type { Target } from '../../model/target.js';
import { findingsOn, says } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** The limiter has shut this address out: every answer is a refusal, the right secret's too. */
export const authLockout: IncidentRule = {
  code: 'CLAW-115',
  name: 'auth lockout',
  title: 'Too many wrong credentials came from this address, and it is locked out',
  symptoms: [
    'too many failed authentication attempts',
    'AUTH_RATE_LIMITED',
    'HTTP 429',
    '429 Too Many Requests',
    'rate_limited',
    'Retry-After',
  ],
  about:
    'The limiter of the gateway counts wrong credentials by address and then refuses everything from it for a while, the right credential too. Loopback is exempt unless gateway.auth.rateLimit.exemptLoopback is false. While it lasts no test of a credential says anything; a wrong try during it neither counts nor prolongs it, and a restart of the gateway ends it (both measured).',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = lockout(input, gateway);
      return match ? [match] : [];
    }),
};

const checks = ['probe/anonymous', 'probe/credentials', 'probe/handshake', 'probe/self-call'];

function lockout(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const locked = checks.flatMap((check) => findingsOn(input, gateway.id, check, ['locked']));
  const [first] = locked;
  if (!first) return undefined;
  const end = lockoutEndMs(input.facts, gateway);
  const nowMs = input.facts.run.nowMs;
  const limit = input.facts.data('gateway.config', gateway.id)?.rateLimit;
  const culprits = wrongClients(input, gateway, nowMs);
  // What a step says of the time comes from all that is known, not from one finding alone.
  const params = end === undefined ? first.params : { ...first.params, untilText: timeText(end) };
  return {
    subject: gateway.id,
    confidence: 'sure',
    story: [
      end === undefined
        ? `${first.text}. It does not say until when; the rule is ${Math.round((limit?.lockoutMs ?? 300_000) / 1000)} seconds after the last wrong try that counted.`
        : `${first.text}. The lockout ends at ${timeText(end)}.`,
      'Nothing more was sent: whether any credential is right cannot be known before that.',
      ...culprits,
    ],
    explains: locked,
    for: says(locked),
    against: [],
    remedies: [{ id: 'wait-for-lockout', finding: { ...first, params } satisfies Finding }],
  };
}

/** Who sent wrong credentials lately, as far as the log tells. */
function wrongClients(input: CauseInput, gateway: Target, nowMs: number): string[] {
  const rows = input.facts.data('gateway.logs', gateway.id)?.refusals ?? [];
  const recent = rows.filter(
    (row) =>
      !row.own &&
      nowMs - row.lastMs < 3600_000 &&
      /_mismatch$|^rate_limited$/.test(row.reason ?? ''),
  );
  if (recent.length === 0) return [];
  const names = [...new Set(recent.map((row) => `${row.client} (${row.mode})`))].slice(0, 5);
  const count = recent.reduce((sum, row) => sum + row.count, 0);
  return [`In the log, refused within the last hour: ${names.join(', ')}, ${count} times.`];
}
