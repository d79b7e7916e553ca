import { refusedUpgrades } from '../../domain/openclaw/refused-upgrades.js';
import type { LogUpgrade } from '../../model/facts-logs.js';
import type { Finding } from '../../model/finding.js';
import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';
import { text } from '../remedies/remedy.js';

/** NemoClaw #4263: the device is paired for less than it now asks for. */
export const scopeUpgradePending: IncidentRule = {
  code: 'CLAW-105',
  name: 'scope upgrade pending',
  title: 'A paired device asks for more than was approved, and waits',
  symptoms: [
    'scope upgrade pending approval',
    'pairing required: device is asking for more scopes than currently approved',
    'pairing required',
    'PAIRING_REQUIRED',
    'role upgrade pending approval',
    'device metadata change pending approval',
    'gateway closed (1008)',
    'EMBEDDED FALLBACK: Gateway agent failed; running embedded agent',
    'GatewayClientRequestError',
  ],
  about:
    'The CLI was paired with the scopes of its first command only. The next command asks for more, the gateway writes a pending request and closes with 1008, and the agent runs embedded: it may still answer, without the gateway.',
  notWhen: [],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = pending(input, gateway) ?? refused(input, gateway);
      return match ? [match] : [];
    }),
};

function pending(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const waiting = withOutcome(findingsOn(input, gateway.id, 'scopes/pending'), 'fail');
  if (waiting.length === 0) return undefined;
  const narrow = withOutcome(findingsOn(input, gateway.id, 'scopes/approved'), 'warn', 'fail');
  const where = gateway.name
    ? `sandbox ${gateway.name} (${gateway.url ?? gateway.id})`
    : gateway.id;
  const others = input.facts.targetsOf('gateway').filter((other) => other.id !== gateway.id);
  return {
    subject: gateway.id,
    confidence: 'sure',
    story: [
      ...waiting.map(
        (f) =>
          `In ${where}: device ${text(f.params, 'device')} (${text(f.params, 'client')}) is approved for ${text(f.params, 'approved') || 'nothing'} and asks for ${text(f.params, 'requested')}; request ${text(f.params, 'requestId')}, ${text(f.params, 'ageMinutes')} min old, ${remedyOf(f, waiting) === 'approve-request' ? 'safe to approve' : 'needs a person'}.`,
      ),
      ...(others.length > 0
        ? [
            'The gateway that the sandboxes share for inference is a red herring: each sandbox has its own OpenClaw gateway and its own device store, and each has to be approved by itself.',
          ]
        : []),
    ],
    explains: [...waiting, ...narrow, ...upgradeRefusals(input, gateway)],
    for: says(waiting),
    against: [],
    remedies: waiting.map((finding) => ({ id: remedyOf(finding, waiting), finding })),
  };
}

/** The request on disk is gone (it lives for five minutes), and the log has the refusals of it. */
function refused(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  const upgrades = refusedUpgrades(input.facts, gateway);
  if (upgrades.length === 0) return undefined;
  const narrow = withOutcome(findingsOn(input, gateway.id, 'scopes/approved'), 'warn', 'fail');
  const explains = [...upgradeRefusals(input, gateway), ...narrow];
  const [first] = explains;
  if (!first) return undefined;
  return {
    subject: gateway.id,
    confidence: explains.some((f) => f.outcome === 'fail') ? 'likely' : 'possible',
    story: upgrades.map((upgrade) => storyOf(upgrade, input.facts.run.nowMs)),
    explains,
    for: says(explains),
    against: [
      'no request is on disk any more: the next try of that client makes a new one, which then waits for five minutes',
    ],
    remedies: [{ id: 'review-request', finding: first }],
  };
}

function upgradeRefusals(input: CauseInput, gateway: Target): readonly Finding[] {
  const logged = withOutcome(findingsOn(input, gateway.id, 'logs/auth-failures'), 'warn', 'fail');
  return logged.filter((f) => text(f.params, 'refusal').startsWith('PAIRING_REQUIRED'));
}

function storyOf(upgrade: LogUpgrade, nowMs: number): string {
  const { device, client, reason, scopesFrom, scopesTo, atMs } = upgrade;
  const minutes = Math.max(0, Math.floor((nowMs - atMs) / 60_000));
  const who = client === undefined ? '' : ` (${client})`;
  const what =
    reason === 'scope-upgrade'
      ? `asked for ${scopesTo.join(', ') || 'nothing'} and is approved for ${scopesFrom.join(', ') || 'nothing'}`
      : `was refused as ${reason}`;
  return `Device ${device.slice(0, 12)}${who} ${what}, ${minutes} min ago, which is after its last approval.`;
}

/**
 * What the check itself says of the request: safe to approve, or a person has to look. 2026.5 may
 * merge the open requests of a device while one is approved, so one that needs a person makes all
 * of them need one.
 */
function remedyOf(finding: Finding, all: readonly Finding[]): string {
  const device = text(finding.params, 'device');
  const same = all.filter((other) => text(other.params, 'device') === device);
  return same.every((other) => other.next[0] === 'approve-request')
    ? 'approve-request'
    : 'review-request';
}
