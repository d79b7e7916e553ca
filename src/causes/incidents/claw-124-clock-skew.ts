import type { Finding, Param } from '../../model/finding.js';
import { subjectTarget } from '../../model/finding.js';
import { hostTarget, type Target } from '../../model/target.js';
import { findingsOf, findingsOn, says } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** Two clocks differ by more than signatures or tokens bear. */
export const clockSkew: IncidentRule = {
  code: 'CLAW-124',
  name: 'clock skew',
  title: 'Two clocks differ by more than a signature or a token tolerates',
  symptoms: [
    'device signature expired',
    'DEVICE_AUTH_SIGNATURE_EXPIRED',
    'device-signature-stale',
    'token is not yet valid',
    'token used before issued',
  ],
  about:
    'Device signatures are refused when they are more than two minutes older or younger than the clock of the gateway, and JWTs outside their own times. Clients of 2026.5 sign with their own clock; those of 2026.9 take the time from the gateway. Nothing is wrong with any credential.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = skew(input, gateway);
      return match ? [match] : [];
    }),
};

/** Findings that say so themselves, by check. */
const direct: readonly { check: string; codes: readonly string[] }[] = [
  { check: 'probe/handshake', codes: ['skew-refuses-cli', 'skewed'] },
  { check: 'issuer/live', codes: ['clock-skew', 'not-yet-valid', 'issued-in-future'] },
  { check: 'audience/live', codes: ['clock-skew'] },
];

const stale: readonly Param[] = ['device-signature-stale', 'DEVICE_AUTH_SIGNATURE_EXPIRED'];

function skew(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const seen = direct.flatMap(({ check, codes }) => findingsOn(input, gateway.id, check, codes));
  const logged = findingsOf(input, 'logs/auth-failures').filter(
    (f) => isOf(f, gateway) && ['fail', 'warn'].includes(f.outcome) && namesStale(f),
  );
  const found = [...seen, ...logged];
  if (found.length === 0) return undefined;
  const skewMs = input.facts.data('probe.handshake', gateway.id)?.skewMs;
  const agrees = skewMs !== undefined && Math.abs(skewMs) <= 120_000;
  const failing = found.some((f) => f.outcome === 'fail');
  return {
    subject: gateway.id,
    confidence: failing ? (seen.some((f) => f.outcome === 'fail') ? 'sure' : 'likely') : 'possible',
    story: [
      ...found.map((f) => `${f.text}.`),
      ...(logged.length > 0 && agrees
        ? [
            `The clock of the gateway agrees with the one of this host (${Math.round(skewMs / 1000)} s), so it is the clock of the refused client that is off.`,
          ]
        : []),
    ],
    explains: found,
    for: says(found),
    against: [],
    remedies: found.map((finding) => ({ id: 'fix-clock', finding })).slice(0, 1),
  };
}

function isOf(finding: Finding, gateway: Target): boolean {
  const target = subjectTarget(finding.subject);
  return target === gateway.id || (target === hostTarget.id && gateway.primary);
}

function namesStale({ params }: Finding): boolean {
  return Object.values(params).some((value) =>
    Array.isArray(value) ? value.some((one) => stale.includes(one)) : stale.includes(value),
  );
}
