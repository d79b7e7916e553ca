import type { Remedy } from '../../model/remedy.js';
import type { RemedyContext } from './remedy.js';

/** How this gateway is kept running, and therefore how it is restarted. */
export type Supervisor = 'systemd-user' | 'systemd-system' | 'launchd' | 'container' | 'by-hand';

export function supervisorOf(at: RemedyContext): {
  kind: Supervisor;
  unit: string;
  /** The compose file of a container, by its whole path. */
  file?: string;
} {
  const id = at.gateway?.id ?? '';
  const { service, compose } = at.facts.data('gateway.credentials', id) ?? {};
  const process = at.facts.data('gateway.process', id);
  const running = process?.environment;
  const byHand = { kind: 'by-hand', unit: '' } as const;
  if (!service) {
    // A process that uses the paths of this host was started on this host.
    const here = process?.found === 'socket' && process.sameStateDir === true;
    return compose?.file.state === 'ok' && !here
      ? { kind: 'container', unit: 'openclaw-gateway', ...fileOf(compose.file.path, at) }
      : byHand;
  }
  // A unit on disk says nothing of a process that somebody started from a shell.
  const started = running?.state === 'ok' ? running.supervisor : service.supervisor.slice(0, 7);
  if (started !== 'systemd' && started !== 'launchd') return byHand;
  return { kind: service.supervisor, unit: service.unit };
}

/**
 * `systemctl --user` and `launchctl ... gui/` speak to the manager of whoever calls them: a command
 * for the gateway of another user would reach that of the wrong one.
 */
export function isOwnManager(at: RemedyContext): boolean {
  const owner = at.gateway?.uid ?? -1;
  return owner < 0 || owner === at.facts.run.uid;
}

/** Commands do not know `~`. */
function fileOf(path: string, at: RemedyContext): { file?: string } {
  if (!path.startsWith('~')) return { file: path };
  const home = at.gateway?.home;
  return home === undefined ? {} : { file: `${home}${path.slice(1)}` };
}

/** The one deliberate restart, fitted to the supervisor in use. */
export function restartStep(
  at: RemedyContext,
  start: boolean,
): Pick<Remedy, 'command' | 'postcondition'> {
  const { kind, unit, file } = supervisorOf(at);
  const verb = start ? 'start' : 'restart';
  const own = isOwnManager(at);
  const as = own ? '' : ', started by the user of the gateway';
  const runs = `${unit} runs, with a process that is younger than this report`;
  switch (kind) {
    case 'systemd-user':
      return {
        ...(own ? { command: ['systemctl', '--user', verb, unit] } : {}),
        postcondition: `${runs}${as}`,
      };
    case 'systemd-system':
      return { command: ['systemctl', verb, unit], postcondition: `${runs} (root starts it)` };
    case 'launchd': {
      const service = `gui/${at.facts.run.uid}/${unit}`;
      const loaded = start ? ' (`openclaw gateway start` loads it first where it is unloaded)' : '';
      return {
        ...(own ? { command: ['launchctl', 'kickstart', ...(start ? [] : ['-k']), service] } : {}),
        postcondition: `${runs}${as}${loaded}`,
      };
    }
    case 'container': {
      const verbs = start ? ['up', '-d'] : ['restart'];
      return {
        ...(file === undefined
          ? {}
          : { command: ['docker', 'compose', '-f', file, ...verbs, unit] }),
        postcondition: `the container of ${runs}`,
      };
    }
    case 'by-hand':
      return {
        postcondition: start
          ? `\`openclaw gateway run\` runs with ${at.configPath}, from the shell or supervisor that you use for it`
          : `${pidText(at)} has ended and \`openclaw gateway run\` runs again with ${at.configPath}, without --token or --password and ${environmentText(at)}`,
      };
  }
}

/** A gateway whose only secret is in its environment does not come back without that. */
function environmentText(at: RemedyContext): string {
  const config = at.facts.data('gateway.config', at.gateway?.id ?? '');
  const slots = [config?.token, config?.password];
  return slots.some((slot) => slot?.ref !== undefined || slot?.mark.state === 'set')
    ? 'without OPENCLAW_GATEWAY_TOKEN in its environment'
    : 'with the environment that it had: its secret is in no file';
}

function pidText(at: RemedyContext): string {
  const pid = at.facts.data('gateway.process', at.gateway?.id ?? '')?.pid;
  return pid === undefined ? 'the running gateway' : `the gateway (pid ${pid})`;
}
