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
    return compose && !here
      ? { kind: 'container', unit: 'openclaw-gateway', ...fileOf(compose.file.path, at) }
      : byHand;
  }
  // A unit on disk says nothing of a process that somebody started from a shell.
  const started = running?.state === 'ok' ? running.supervisor : service.supervisor.slice(0, 7);
  if (started !== 'systemd' && started !== 'launchd') return byHand;
  return { kind: service.supervisor, unit: service.unit };
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
  const config = at.configPath;
  switch (kind) {
    case 'systemd-user':
      return {
        command: ['systemctl', '--user', verb, unit],
        postcondition: `${unit} runs, with a process that is younger than this report`,
      };
    case 'systemd-system':
      return {
        command: ['systemctl', verb, unit],
        postcondition: `${unit} runs, with a process that is younger than this report`,
      };
    case 'launchd':
      return {
        command: ['launchctl', 'kickstart', '-k', `gui/${at.facts.run.uid}/${unit}`],
        postcondition: `${unit} runs, with a process that is younger than this report`,
      };
    case 'container':
      return {
        ...(file === undefined
          ? {}
          : {
              command: [
                'docker',
                'compose',
                '-f',
                file,
                start ? 'up' : 'restart',
                ...(start ? ['-d'] : []),
                unit,
              ],
            }),
        postcondition: `the container of ${unit} runs, with a process that is younger than this report`,
      };
    case 'by-hand':
      return {
        postcondition: start
          ? `\`openclaw gateway run\` runs with ${config}, from the shell or supervisor that you use for it`
          : `${pidText(at)} has ended and \`openclaw gateway run\` runs again with ${config}, without --token or --password and without OPENCLAW_GATEWAY_TOKEN in its environment`,
      };
  }
}

function pidText(at: RemedyContext): string {
  const pid = at.facts.data('gateway.process', at.gateway?.id ?? '')?.pid;
  return pid === undefined ? 'the running gateway' : `the gateway (pid ${pid})`;
}
