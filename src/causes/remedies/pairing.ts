import type { RemedyContext, RemedyMaker } from './remedy.js';
import { openclaw, text, verifyWith } from './remedy.js';

/** A URL-pinned or token-pinned client asks for the very scopes that it is meant to approve. */
const withoutPins = [
  'env',
  '-u',
  'OPENCLAW_GATEWAY_URL',
  '-u',
  'OPENCLAW_GATEWAY_PORT',
  '-u',
  'OPENCLAW_GATEWAY_TOKEN',
];

/** `OPENCLAW_HOME`, `OPENCLAW_STATE_DIR` for a gateway that is not the operator's own default. */
function forGateway(stateDir: string, isPrimary: boolean): string[] {
  return isPrimary ? [] : [`OPENCLAW_STATE_DIR=${stateDir}`];
}

/**
 * 2026.5 may have put another request in place of the named one by the time it is approved: after
 * five minutes the first has expired and the CLI asks anew, and a CLI without operator.pairing asks
 * for that too. Only the new id, which the refusal names, can be approved then (measured on
 * 2026.5.18).
 */
const approveOrItsSuccessor = `said=$(openclaw devices approve "$1" 2>&1) && exit; openclaw devices approve "$(printf '%s\\n' "$said" | sed -n 's/.*(requestId: \\([0-9a-f-]*\\)).*/\\1/p' | tail -n 1)"`;

/** SQLite stores are of 2026.9, whose CLI approves a request under its own id. */
function mayBeReplaced(at: RemedyContext): boolean {
  return at.facts.data('gateway.pairing', at.gateway?.id ?? '')?.store === 'json';
}

function approveCommand(at: RemedyContext): string[] {
  const approve = mayBeReplaced(at)
    ? ['sh', '-c', approveOrItsSuccessor, 'sh']
    : ['openclaw', 'devices', 'approve'];
  return [
    ...withoutPins,
    ...forGateway(at.stateDir, at.gateway?.primary ?? true),
    ...approve,
    text(at.params, 'requestId'),
  ];
}

/**
 * A call for which the device is approved: one that asks for more is refused and leaves a request
 * (measured on 2026.5.18: `gateway call health` asks for operator.read alone, `devices list` for
 * operator.pairing alone; an unknown device is paired with what it asks).
 */
function readOnlyCall(at: RemedyContext): string[] {
  const pairing = at.facts.data('gateway.pairing', at.gateway?.id ?? '');
  const id = pairing?.identity.rows[0]?.deviceId;
  const scopes = pairing?.paired.rows.find((row) => row.deviceId === id)?.approvedScopes;
  const onlyPairs =
    scopes?.includes('operator.pairing') === true && !scopes.includes('operator.read');
  return onlyPairs ? ['devices', 'list'] : ['gateway', 'call', 'health'];
}

/** Steps about device identity, pairing and scopes. */
export const pairingRemedies = {
  'approve-request': (at) => ({
    title: `Approve request ${text(at.params, 'requestId')}`,
    actor: 'operator',
    effect: 'grants-access',
    ...(at.hasCli ? { command: approveCommand(at) } : {}),
    postcondition: `request ${text(at.params, 'requestId')} is approved, or the one that took its place, in ${at.gateway?.name ? `sandbox ${at.gateway.name}` : at.stateDir}`,
    why: `${at.finding.text}; the scopes asked for are on the safe list (operator.read, operator.write, operator.pairing)`,
    risk: `device ${text(at.params, 'device')} can use ${text(at.params, 'requested')} from then on${mayBeReplaced(at) ? '; this version may put a request for operator.pairing and the same scopes in its place (always after 5 minutes), and the command then approves that one' : ''}`,
    // `devices rotate` narrows a token and leaves what is approved (read in 2026.5.18).
    undo: `openclaw devices remove <deviceId>, with the whole id from \`openclaw devices list\`; the next command of that device pairs it anew, with the scopes of that command`,
    verify: verifyWith('scopes/pending'),
  }),
  'review-request': (at) => {
    const id = text(at.params, 'requestId');
    const device = text(at.params, 'device');
    const which = id === '' ? 'the requests that wait' : `request ${id}`;
    return {
      title: `Decide on ${which}`,
      actor: 'operator',
      effect: 'grants-access',
      postcondition: `a person knows ${device === '' ? 'the device' : `device ${device}`} and has approved or rejected ${which} (\`openclaw devices list\`, then approve or reject)`,
      why: `${at.finding.text}; that is more than the safe list and needs a person`,
      risk: 'an approval grants these scopes to whoever holds that device key',
      undo: 'openclaw devices remove <device>',
      verify: verifyWith(id === '' ? at.check : 'scopes/pending'),
    };
  },
  're-pair-device': (at) => ({
    title: 'Pair this device again',
    actor: 'client user',
    effect: 'grants-access',
    postcondition: `the device identity in ${at.stateDir} and its record in the gateway's pairing store belong together (one good connect with the shared secret on loopback pairs it)`,
    why: at.finding.text,
    risk: 'a revoked device is let in again: be sure that it should be',
    undo: 'openclaw devices remove <device>',
    verify: verifyWith('pairing/identity'),
  }),
  're-approve-platform': (at) => ({
    title: 'Let this host be approved under its own platform',
    actor: 'operator',
    effect: 'grants-access',
    postcondition: `the paired record of device ${text(at.params, 'device')} names ${text(at.params, 'platform')}: the first command of the CLI here is refused and leaves a request, which a person who knows this machine approves (\`openclaw devices list\`, then \`openclaw devices approve <requestId>\`)`,
    why: at.finding.text,
    risk: 'two machines with one copied device identity share its approvals; give one of them an identity of its own',
    undo: 'openclaw devices remove <device>',
    verify: verifyWith('pairing/identity'),
  }),
  'new-setup-code': (at) => ({
    title: 'Make a new setup code and pair with that one',
    actor: 'operator',
    effect: 'grants-access',
    postcondition:
      'the device has been paired with a setup code that was made for it (`openclaw qr`, or the Control UI) and is used once',
    why: at.finding.text,
    risk: 'whoever has the code before the device does can pair instead of it',
    undo: 'openclaw devices remove <device>',
    verify: verifyWith(at.check),
  }),
  'update-client': (at) => ({
    title: 'Bring client and gateway to the same version',
    actor: 'client user',
    effect: 'none',
    postcondition:
      'the client that is refused is of the version of the gateway, and a page of the Control UI has been reloaded',
    why: at.finding.text,
    risk: 'a newer client may write state that an older one does not read',
    undo: 'install the version that it had',
    verify: verifyWith(at.check),
  }),
  'connect-once': (at) => ({
    title: 'Let the CLI connect once with the shared secret',
    actor: 'client user',
    effect: 'grants-access',
    ...(at.hasCli && mayBeReplaced(at) ? { command: openclaw(at, ...readOnlyCall(at)) } : {}),
    postcondition: `the stored device token under ${at.stateDir} is the one that the gateway has on record${mayBeReplaced(at) ? '' : ' (2026.9: `openclaw devices list` and `devices remove` for what is no longer used)'}`,
    why: at.finding.text,
    risk: 'a device that somebody revoked or removed on purpose is paired again: with the shared secret on loopback nothing keeps it out',
    undo: 'openclaw devices revoke --device <id> --role operator',
    verify: verifyWith('pairing/identity'),
  }),
  'repair-pairing-store': (at) => ({
    title: 'Repair the pairing store',
    actor: 'gateway host',
    effect: 'edits-file',
    postcondition: `the pairing store under ${at.stateDir} is readable for the gateway's user and well-formed; a copy of the broken file is kept`,
    why: at.finding.text,
    risk: 'devices that are missing from it have to be paired again',
    undo: 'put the copy back',
    verify: verifyWith(at.check),
  }),
} as const satisfies Record<string, RemedyMaker>;
