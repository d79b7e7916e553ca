import { winners } from '../../domain/openclaw/precedence.js';
import type { Finding } from '../../model/finding.js';
import type { Target } from '../../model/target.js';
import { findingsOn, says, withOutcome } from '../findings.js';
import type { CauseInput, IncidentMatch, IncidentRule } from '../incident.js';
import { text } from '../remedies/remedy.js';

/** The value that files and service environment predict is refused by this config's own gateway. */
export const processHoldsOldSecret: IncidentRule = {
  code: 'CLAW-110',
  name: 'process holds an old secret',
  title: 'The running gateway refuses the secret that its own config holds',
  symptoms: [
    'unauthorized: gateway token mismatch',
    'gateway token mismatch although the config is right',
    'AUTH_TOKEN_MISMATCH after editing the token',
    'gateway auth changed',
  ],
  about:
    'The process was started with --token, or with reload off and the file was edited since, or a reference was rotated behind its back, or the edit made the config invalid, so that it was not taken up. Everybody who reads the file is refused. An invalid config has to be corrected and needs no restart; the others need one, without the override.',
  notWhen: ['CLAW-118', 'CLAW-111'],
  match: (input) =>
    input.facts.targetsOf('gateway').flatMap((gateway) => {
      const match = oldSecret(input, gateway);
      return match ? [match] : [];
    }),
};

function oldSecret(input: CauseInput, gateway: Target): IncidentMatch | undefined {
  // Whether the live secret is known too makes no difference: the predicted one is refused.
  const codes = ['predicted-refused', 'nothing-known-accepted'];
  const refused = withOutcome(
    findingsOn(input, gateway.id, 'probe/credentials', codes),
    'fail',
  ).filter((f) => text(f.params, 'predictedSource') !== '');
  const first = refused[0];
  if (!first) return undefined;
  const process = input.facts.data('gateway.process', gateway.id);
  const edited = withOutcome(findingsOn(input, gateway.id, 'token/applied'), 'fail', 'warn');
  const owned = withOutcome(findingsOn(input, gateway.id, 'process/gateway'), 'pass');
  const clients = [
    ...withOutcome(findingsOn(input, gateway.id, 'token/process-env'), 'fail'),
    ...findingsOn(input, gateway.id, 'token/sources', ['readers-differ']),
  ];
  const started = process?.startedAtMs;
  const age =
    started === undefined
      ? ''
      : `, up ${Math.max(0, Math.round((input.facts.run.nowMs - started) / 60_000))} min`;
  const { why, remedies, rests } = whyOld(input, gateway, first, edited);
  return {
    subject: gateway.id,
    confidence: owned.length > 0 && process?.sameConfig ? 'sure' : 'likely',
    story: [
      `${first.text}.`,
      `The process${process?.pid ? ` (pid ${process.pid}${age})` : ''} reads this config, yet holds something else: ${why}.`,
    ],
    explains: [...refused, ...rests, ...edited, ...clients],
    for: says([...refused, ...rests, ...edited, ...owned]),
    against: owned.length > 0 ? [] : ['the owner of the port could not be proved'],
    remedies,
  };
}

interface Why {
  why: string;
  remedies: IncidentMatch['remedies'];
  /** Findings of the config that this rests on. */
  rests: readonly Finding[];
}

/** What the evidence says of the way in which file and process came apart; --token leaves none. */
function whyOld(
  input: CauseInput,
  gateway: Target,
  refused: Finding,
  edited: readonly Finding[],
): Why {
  const config = input.facts.data('gateway.config', gateway.id);
  const reloadOff = config?.reloadMode === 'off';
  const restart = { id: 'restart-gateway', finding: refused };
  const turnOn = { id: 'turn-on-reload', finding: refused };
  const bad = findingsOn(input, gateway.id, 'config/readable', ['refused-key', 'unknown-key']);
  if (bad.length > 0) {
    const keys = bad.map((finding) => text(finding.params, 'key')).join(', ');
    const fixes = bad.map((finding) => ({ id: 'fix-unknown-key', finding }));
    return {
      why: `the edit was not taken up, because the config is invalid (${keys}); a restart would end the gateway, so correct the config first`,
      remedies: reloadOff ? [...fixes, turnOn, restart] : fixes,
      rests: bad,
    };
  }
  // With reload on, OpenClaw records the file within a second, unless it refuses it (measured on both).
  const state = input.facts.data('gateway.state', gateway.id);
  if (!reloadOff && state?.appliedEqualsFile === false) {
    return {
      why: 'the edit was not taken up: OpenClaw has not recorded this config as accepted, so it is most likely invalid (`openclaw config validate` says where), and a restart would end the gateway',
      remedies: [{ id: 'repair-config', finding: refused }],
      rests: [],
    };
  }
  const rotated = edited.find((finding) => finding.code === 'reference-rotated');
  const taken = winners('server', input.facts, gateway).agreed;
  const ref = taken?.ref ?? (rotated && config?.[taken?.slot ?? 'token'].ref);
  if (rotated || (ref && !edited.some((finding) => finding.outcome === 'fail'))) {
    const named = rotated ? text(rotated.params, 'variable') : `${ref?.source} ${ref?.id}`;
    return {
      why: `the reference was rotated behind the process (${named}): a new value is read at a start, not when it is written`,
      remedies: [restart],
      rests: [],
    };
  }
  if (taken?.from === 'environment' || taken?.from === 'service') {
    return {
      why: `most likely ${taken.source} was changed after the process had read it`,
      remedies: [restart],
      rests: [],
    };
  }
  if (edited.length > 0 || reloadOff) {
    return {
      why: 'gateway.reload.mode is off and the file was edited after it started',
      remedies: reloadOff ? [turnOn, restart] : [restart],
      rests: [],
    };
  }
  return {
    why: isInherited(input, gateway)
      ? 'it was started with --token or --password, which beat the file: its own environment does not show the value, and its children have inherited it'
      : 'most likely it was started with --token or --password, which beat the file and can no longer be seen in its arguments',
    remedies: [{ id: 'stop-flag-override', finding: refused }],
    rests: [],
  };
}

/** OpenClaw copies the flag into its environment after its start; 2026.9 has children that show it. */
function isInherited({ facts }: CauseInput, gateway: Target): boolean {
  const attempts = facts.data('probe.credentials', gateway.id)?.attempts ?? [];
  const live = attempts.find(({ outcome }) => outcome === 'accepted')?.class;
  const children = facts.data('gateway.process', gateway.id)?.children ?? [];
  return (
    live !== undefined && children.some((c) => [c.token.class, c.password.class].includes(live))
  );
}
