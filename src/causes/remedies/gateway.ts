import type { Remedy } from '../../model/remedy.js';
import type { RemedyContext, RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';
import { edits, reload } from './service.js';
import { restartStep, supervisorOf } from './supervisor.js';

const restartRisk =
  'open sessions are cut (close 1012) and clients reconnect; runs in progress are interrupted';

/** The key to edit: a channel keeps its audience beside its other settings. */
function audienceText({ params }: RemedyContext): string {
  const source = text(params, 'source');
  if (source === '') return 'the declared audience';
  return source.startsWith('channels.') ? `${source}.audience` : source;
}

/** A supervisor starts it with the same command line again: there the flag has to go first. */
function withoutFlag(at: RemedyContext): Pick<Remedy, 'edits' | 'command' | 'postcondition'> {
  const { kind, unit } = supervisorOf(at);
  if (kind === 'by-hand') return restartStep(at, false);
  const where = kind === 'container' ? 'the compose file' : unit;
  return {
    ...(kind === 'container' ? {} : edits(at)),
    postcondition: `${where} starts the gateway without --token and --password, ${reload(at)}`,
  };
}

/** The same words whichever check asks, so that a plan has one step for one key. */
function misspelt(at: RemedyContext): string {
  const [first] = at.facts.data('gateway.config', at.gateway?.id ?? '')?.unknownKeys ?? [];
  const near = first?.nearest === undefined ? '' : ` (${first.nearest} is)`;
  const own = text(at.params, 'key');
  const [key, nearest] = own === '' ? [first?.path, near] : [own, text(at.params, 'nearest')];
  return `${key ?? 'every key'} in ${at.configPath} is one that OpenClaw knows${nearest}`;
}

/** Steps about the gateway process, its config file and its address. */
export const gatewayRemedies = {
  'start-gateway': (at) => ({
    title: 'Start the gateway',
    actor: 'gateway host',
    effect: 'restarts-gateway',
    ...restartStep(at, true),
    why: at.finding.text,
    risk: 'none for clients: nothing answers them now',
    undo: 'stop the gateway again',
    verify: verifyWith('process/gateway'),
  }),
  'restart-gateway': (at) => ({
    title: 'Restart the gateway once, on purpose',
    actor: 'gateway host',
    effect: 'restarts-gateway',
    ...restartStep(at, false),
    why: at.finding.text,
    risk: restartRisk,
    undo: 'none needed: the process reads the same files again',
    verify: verifyWith('probe/credentials'),
  }),
  'stop-flag-override': (at) => ({
    title: 'Start the gateway without --token',
    actor: 'gateway host',
    effect: 'restarts-gateway',
    ...withoutFlag(at),
    why: 'a --token or --password on the command line beats the config file, and edits of the file then change nothing',
    risk: restartRisk,
    undo: 'start it again with the flag that it had',
    verify: verifyWith('probe/credentials'),
  }),
  'turn-on-reload': (at) => ({
    title: 'Let the gateway take up edits of its config',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `gateway.reload.mode in ${at.configPath} is "hybrid", or absent`,
    why: 'with gateway.reload.mode "off" an edited token is used by clients at once and by the gateway only after a restart',
    risk: 'later edits of the file take effect within seconds',
    undo: 'set gateway.reload.mode back to "off"',
    verify: verifyWith('token/applied'),
  }),
  'use-this-config': (at) => ({
    title: 'Make client and gateway read the same config',
    actor: 'operator',
    effect: 'restarts-gateway',
    postcondition: `the process on port ${at.gateway?.port ?? '-'} runs with the config ${at.configPath}, or the clients are given the config that it reads (OPENCLAW_CONFIG_PATH, OPENCLAW_STATE_DIR, HOME)`,
    why: at.finding.text,
    risk: restartRisk,
    undo: 'start the other gateway again',
    verify: verifyWith('process/gateway'),
  }),
  'stop-foreign-listener': (at) => ({
    title: 'Free the port, or give the gateway another one',
    actor: 'gateway host',
    effect: 'restarts-gateway',
    postcondition: `port ${at.gateway?.port ?? '-'} is owned by the gateway of ${at.configPath}, or gateway.port names a free port and every client knows it`,
    why: at.finding.text,
    risk: 'whoever uses the other program on that port loses it',
    undo: 'start the other program again',
    verify: verifyWith('process/gateway'),
  }),
  'bind-to-address': (at) => ({
    title: 'Listen where clients call, or have clients call where it listens',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `gateway.bind in ${at.configPath} and the addresses that clients use agree; keep bind "loopback" unless a protected network is meant`,
    why: at.finding.text,
    risk: 'a wider bind exposes the gateway to everybody on that network',
    undo: 'put the former value of gateway.bind back',
    verify: verifyWith('bind/listeners'),
  }),
  'align-client-url': (at) => ({
    title: 'Give every client the one address of this gateway',
    actor: 'client user',
    effect: 'edits-file',
    postcondition: `${text(at.params, 'source') || 'every URL that names this gateway'} is ${at.gateway?.url ?? 'the address on which it listens'}, or is gone`,
    why: at.finding.text,
    risk: 'a client on another machine needs a tunnel or a proxy to reach a loopback address',
    undo: 'put the former URL back',
    verify: verifyWith('identity/external'),
  }),
  'repair-config': (at) => ({
    title: 'Repair the config file',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `${at.configPath} is a regular file that the gateway's user can read, that parses as JSON5 and that \`openclaw config validate\` accepts`,
    why: at.finding.text,
    risk: 'a running gateway takes an edit up within seconds',
    undo: 'put the copy back that the snapshot step made',
    verify: verifyWith('config/readable'),
  }),
  'fix-unknown-key': (at) => ({
    title: 'Correct the misspelt key',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `${misspelt(at)}, or is gone`,
    why: at.finding.text,
    risk: 'a running gateway takes an edit up within seconds',
    undo: 'put the copy back that the snapshot step made',
    verify: verifyWith('config/readable'),
  }),
  'choose-auth-mode': (at) => ({
    title: 'Say one mode of authentication',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `gateway.auth.mode in ${at.configPath} names one mode, and only that mode's secret is set`,
    why: at.finding.text,
    risk: 'clients that hold the other secret are refused',
    undo: 'put the copy back that the snapshot step made',
    verify: verifyWith('token/sources'),
  }),
  'set-audience': (at) => ({
    title: 'Set the audience to this gateway’s external identity',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `${audienceText(at)} equals ${text(at.params, 'expected') || 'the public URL (app-url) or the project number'} that the sender puts into its tokens`,
    why: at.finding.text,
    risk: 'senders that use the former audience are refused',
    undo: 'put the former audience back',
    verify: verifyWith('audience/declared'),
  }),
  'set-issuer': (at) => ({
    title: 'Set the issuer that really signs',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `${text(at.params, 'source') || 'the declared issuer'} is ${text(at.params, 'expected') || 'the issuer'}, as the identity provider puts it into its tokens`,
    why: at.finding.text,
    risk: 'tokens of the former issuer are refused',
    undo: 'put the former issuer back',
    verify: verifyWith('issuer/declared'),
  }),
  'add-expectations': (at) => ({
    title: 'Say what is expected',
    actor: 'operator',
    effect: 'none',
    postcondition:
      'clawdoctor.json states the identity, issuer and audience that should hold here, so that they can be compared',
    why: at.finding.text,
    risk: 'none: only clawdoctor reads that file',
    undo: 'remove the file',
    verify: verifyWith(at.check),
  }),
} as const satisfies Record<string, RemedyMaker>;
