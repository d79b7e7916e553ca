import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';

/** What this host keeps of its device and what the gateway has on record came apart. */
export const deviceTokenDrift: IncidentRule = {
  code: 'CLAW-119',
  name: 'device token drift',
  title: "This host's device token is not the one that the gateway has on record",
  symptoms: [
    'device token mismatch',
    'unauthorized: device token mismatch (rotate/reissue device token)',
    'AUTH_DEVICE_TOKEN_MISMATCH',
    'device token rejected',
    'device identity mismatch',
    'device removed',
  ],
  about:
    'A paired client holds a token of its own device beside the shared secret. When it was rotated or revoked, when the device was removed, or when one of the two sides was restored from a backup, a client that has only that token is refused, while one that also has the shared secret is let in, and on 2026.5 is given a new token at once.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = drift(input, gateway);
      return match ? [match] : [];
    }),
};

const codes = [
  'identity-broken',
  'identity-replaced',
  'token-differs',
  'token-revoked',
  'unknown-to-gateway',
  'mended-at-next-connect',
];

function drift(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const found = findingsOn(input, gateway.id, 'pairing/identity', codes);
  const [first] = found;
  if (!first) return undefined;
  const fails = withOutcome(found, 'fail');
  const refused = (input.facts.data('gateway.logs', gateway.id)?.refusals ?? []).filter(
    (row) => !row.own && row.reason === 'device_token_mismatch',
  );
  const harmless = found.filter((f) => f.code === 'mended-at-next-connect');
  const last = Math.max(...refused.map((row) => row.lastMs), 0);
  return {
    subject: gateway.id,
    confidence: fails.length > 0 ? 'sure' : 'possible',
    story: [
      ...found.map((f) => `${f.text}.`),
      ...(last > 0
        ? [
            `The log has ${refused.reduce((sum, row) => sum + row.count, 0)} refusals with device_token_mismatch, the last one ${Math.max(0, Math.round((input.facts.run.nowMs - last) / 60_000))} minutes ago.`,
          ]
        : []),
    ],
    explains: found,
    for: says(found),
    against:
      harmless.length > 0
        ? ['the CLI here has the shared secret too, so it is let in and mends this by itself']
        : [],
    remedies: found.map((finding) => ({ id: finding.next[0] ?? 're-pair-device', finding })),
  };
}
