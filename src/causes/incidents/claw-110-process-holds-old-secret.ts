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
    'The process was started with --token, or with reload off and the file was edited since, or a reference was rotated behind its back. Everybody who reads the file is refused; only a restart without the override helps.',
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
  const reloadOff = input.facts.data('gateway.config', gateway.id)?.reloadMode === 'off';
  const started = process?.startedAtMs;
  const age =
    started === undefined
      ? ''
      : `, up ${Math.max(0, Math.round((input.facts.run.nowMs - started) / 60_000))} min`;
  return {
    subject: gateway.id,
    confidence: owned.length > 0 && process?.sameConfig ? 'sure' : 'likely',
    story: [
      `${first.text}.`,
      `The process${process?.pid ? ` (pid ${process.pid}${age})` : ''} reads this config, yet holds something else: ${
        edited.length > 0 || reloadOff
          ? 'gateway.reload.mode is off and the file was edited after it started'
          : 'most likely it was started with --token or --password, which beat the file and can no longer be seen in its arguments'
      }.`,
    ],
    explains: [...refused, ...edited, ...clients],
    for: says([...refused, ...edited, ...owned]),
    against: owned.length > 0 ? [] : ['the owner of the port could not be proved'],
    remedies: [
      ...(reloadOff ? [{ id: 'turn-on-reload', finding: first }] : []),
      { id: reloadOff ? 'restart-gateway' : 'stop-flag-override', finding: first },
    ],
  };
}
