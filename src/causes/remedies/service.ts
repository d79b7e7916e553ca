import type { Remedy } from '../../model/remedy.js';
import type { RemedyContext, RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';
import { isOwnManager, restartStep, supervisorOf } from './supervisor.js';

const backUp = 'put the copy back that the snapshot step made of it, and load it again';

/** The absolute path of the unit that the finding names; commands do not know `~`. */
function unitPath(at: RemedyContext): string | undefined {
  const credentials = at.facts.data('gateway.credentials', at.gateway?.id ?? '');
  const units = credentials?.services ?? (credentials?.service ? [credentials.service] : []);
  const name = text(at.params, 'unit');
  return (units.find((u) => u.unit === name) ?? credentials?.service)?.path;
}

/** How a changed definition is taken up, in words. */
export function reload(at: RemedyContext): string {
  const { kind, unit } = supervisorOf(at);
  switch (kind) {
    case 'systemd-user':
      return `then \`systemctl --user daemon-reload\` and \`systemctl --user restart ${unit}\``;
    case 'systemd-system':
      return `then \`systemctl daemon-reload\` and \`systemctl restart ${unit}\` as root`;
    case 'launchd':
      return `then \`launchctl bootout gui/${at.facts.run.uid}/${unit}\` and \`launchctl bootstrap gui/${at.facts.run.uid}\` with the file`;
    case 'container':
      return 'then `docker compose up -d openclaw-gateway` in its directory';
    case 'by-hand':
      return 'then load it again (`systemctl daemon-reload`, or launchctl bootout and bootstrap) and restart the gateway once';
  }
}

/** The file of that unit, for the snapshot step. */
export function edits(at: RemedyContext): { edits?: string } {
  const path = unitPath(at);
  const home = at.gateway?.home;
  if (path === undefined || (path.startsWith('~') && home === undefined)) return {};
  return { edits: path.startsWith('~') ? `${home}${path.slice(1)}` : path };
}

/** The command that stops it from being started again, fitting the supervisor. */
function stopCommand(at: RemedyContext): { command?: string[] } {
  const { kind, unit, file } = supervisorOf(at);
  switch (kind) {
    case 'systemd-user':
      return isOwnManager(at) ? { command: ['systemctl', '--user', 'stop', unit] } : {};
    case 'systemd-system':
      return { command: ['systemctl', 'stop', unit] };
    case 'launchd':
      return isOwnManager(at)
        ? { command: ['launchctl', 'bootout', `gui/${at.facts.run.uid}/${unit}`] }
        : {};
    case 'container':
      return file === undefined
        ? {}
        : { command: ['docker', 'compose', '-f', file, 'stop', 'openclaw-gateway'] };
    case 'by-hand':
      return {};
  }
}

/** The first start after a stop: launchd has to load again what `bootout` has unloaded. */
function startStep(at: RemedyContext): Pick<Remedy, 'command' | 'postcondition'> {
  const { kind, unit } = supervisorOf(at);
  const step = restartStep(at, true);
  if (kind === 'systemd-user' || kind === 'systemd-system') {
    const user = kind === 'systemd-user' ? '--user ' : '';
    const limit = `where systemd says start-limit-hit, \`systemctl ${user}reset-failed ${unit}\` comes first`;
    return { ...step, postcondition: `${step.postcondition}; ${limit}` };
  }
  if (kind !== 'launchd') return step;
  const { edits: file } = edits(at);
  const { command, ...rest } = step;
  return command === undefined || file === undefined
    ? rest
    : { ...rest, command: ['launchctl', 'bootstrap', `gui/${at.facts.run.uid}`, file] };
}

/** Where the reason of the last failure is to be read. */
function reasonAt(at: RemedyContext): string {
  const { kind, unit } = supervisorOf(at);
  if (kind === 'systemd-user') return `\`journalctl --user -u ${unit} -n 50\``;
  if (kind === 'systemd-system') return `\`journalctl -u ${unit} -n 50\``;
  if (kind === 'container') return '`docker compose logs --tail 50 openclaw-gateway`';
  return 'the log (`openclaw logs`), or one start in the foreground (`openclaw gateway run`)';
}

/**
 * `gateway install` writes a unit of the calling user, and starts it: beside a unit of the system or
 * a gateway that somebody runs by hand it would be a second one for the same port.
 */
function isInstalledByCli(at: RemedyContext): boolean {
  const { kind } = supervisorOf(at);
  const ofUser = kind === 'systemd-user' || kind === 'launchd';
  return at.hasCli && (at.gateway?.primary ?? true) && ofUser && isOwnManager(at);
}

/** Steps about the definition of the service that runs the gateway. */
export const serviceRemedies = {
  'stop-storm': (at) => ({
    title: 'Stop the restarts before anything else',
    actor: 'gateway host',
    effect: 'restarts-gateway',
    ...stopCommand(at),
    postcondition: `nothing starts the gateway any more; ${reasonAt(at)} shows why the last start ended, and that is put right before the next step`,
    why: at.finding.text,
    risk: 'the gateway is away until it is started again; no credential is changed',
    undo: 'start it again with its supervisor',
    verify: verifyWith('storm/restarts', 'storm/restarts passes a quarter of an hour later'),
  }),
  'start-after-storm': (at) => ({
    title: 'Start the gateway once, when its reason to end is gone',
    actor: 'gateway host',
    effect: 'restarts-gateway',
    ...startStep(at),
    why: 'the step before has stopped it, and clients wait',
    risk: 'a reason that is still there ends it again: then stop it and read on',
    undo: 'stop the gateway again',
    verify: verifyWith('storm/restarts', 'storm/restarts passes a quarter of an hour later'),
  }),
  'limit-restarts': (at) => ({
    title: 'Give the restarts an end',
    actor: 'gateway host',
    effect: 'edits-file',
    ...edits(at),
    postcondition:
      supervisorOf(at).kind === 'launchd'
        ? `ThrottleInterval in ${text(at.params, 'unit')} is 10 or more, ${reload(at)}`
        : `${text(at.params, 'unit') || 'the unit'} has StartLimitBurst and StartLimitIntervalSec in [Unit] that RestartSec lets it reach (OpenClaw's own: 5 in 60 s, 5 s apart), and RestartPreventExitStatus=78 in [Service]; ${reload(at)}`,
    why: at.finding.text,
    risk: 'a gateway that fails often stays down until somebody looks',
    undo: backUp,
    verify: verifyWith('service/units'),
  }),
  'reinstall-service': (at) => ({
    title: 'Have OpenClaw write the service again',
    actor: 'gateway host',
    effect: 'restarts-gateway',
    ...edits(at),
    ...(isInstalledByCli(at) ? { command: ['openclaw', 'gateway', 'install', '--force'] } : {}),
    postcondition: `${text(at.params, 'unit') || text(at.params, 'file') || 'the service'} is written from this installation and from today's .env; where the copy keeps names that .env has lost, they are removed from it by hand`,
    why: at.finding.text,
    risk: 'changes that somebody made to the unit by hand are lost, and the gateway restarts',
    undo: backUp,
    verify: verifyWith(at.check),
  }),
  'restore-environment-file': (at) => ({
    title: `Put ${text(at.params, 'file') || 'the environment file'} back`,
    actor: 'gateway host',
    effect: 'edits-file',
    postcondition: `${text(at.params, 'file') || 'the file'} is there with mode 0600, or its EnvironmentFile= line begins with a dash or is gone; ${reload(at)}`,
    why: at.finding.text,
    risk: 'the gateway starts with what the file says',
    undo: 'remove the file again',
    verify: verifyWith('service/units'),
  }),
  'update-unit-secret': (at) => ({
    title: 'Take the old secret out of the service',
    actor: 'gateway host',
    effect: 'edits-file',
    ...edits(at),
    postcondition: `${text(at.params, 'unit') || 'the unit'} names no ${text(at.params, 'slot') || 'secret'} of its own any more, so that ${text(at.params, 'source') || 'the config'} is the one place for it; ${reload(at)}`,
    why: at.finding.text,
    risk: 'whoever relied on the value of the unit gets that of the config',
    undo: backUp,
    verify: verifyWith('service/units'),
  }),
  'align-unit-port': (at) => ({
    title: 'Say one port',
    actor: 'gateway host',
    effect: 'edits-file',
    ...edits(at),
    postcondition: `--port and OPENCLAW_GATEWAY_PORT in ${text(at.params, 'unit') || 'the unit'} say ${text(at.params, 'expected') || 'the port of the config'}, or gateway.port in ${at.configPath} and every client say ${text(at.params, 'port') || 'that of the unit'}; ${reload(at)}`,
    why: at.finding.text,
    risk: 'clients that know the other port have to be told',
    undo: backUp,
    verify: verifyWith('service/units'),
  }),
  'open-loopback': (at) => ({
    title: 'Let this host in',
    actor: 'gateway host',
    effect: 'edits-file',
    ...edits(at),
    postcondition: `${text(at.params, 'unit') || 'the unit'} shares the network of the host (PrivateNetwork=no), allows localhost (IPAddressAllow=localhost) and keeps AF_INET, AF_INET6 and AF_UNIX; ${reload(at)}`,
    why: at.finding.text,
    risk: 'the gateway can be reached by programs of this host again, as its clients need',
    undo: backUp,
    verify: verifyWith('service/units'),
  }),
  'disable-second-unit': (at) => ({
    title: `Keep one unit: disable ${text(at.params, 'unit') || 'the other'}`,
    actor: 'gateway host',
    effect: 'edits-file',
    postcondition: `${text(at.params, 'unit') || 'the other unit'} is disabled and stopped, and ${text(at.params, 'first') || 'one unit'} alone starts this gateway`,
    why: at.finding.text,
    risk: 'none for clients: both run the same gateway',
    undo: 'enable it again',
    verify: verifyWith('service/units'),
  }),
  'slow-client-retries': (at) => ({
    title: `Stop ${text(at.params, 'client') || 'the client'} until it has the right credential`,
    actor: 'client user',
    effect: 'none',
    postcondition: `${text(at.params, 'client') || 'the client'} is stopped, or waits longer after each refusal`,
    why: at.finding.text,
    risk: 'what that client does for its user waits',
    undo: 'start it again',
    verify: verifyWith('storm/restarts'),
  }),
} as const satisfies Record<string, RemedyMaker>;
