import { createHmac, randomBytes } from 'node:crypto';
import type { FileFacts } from '../../model/facts-host.js';
import type { ObserverContext, ObserverResult } from '../../model/observer.js';

/** Where a target keeps its state; discovery fills both in, the default is OpenClaw's own. */
export function placeOf(context: Pick<ObserverContext, 'target' | 'host'>): {
  stateDir: string;
  home: string;
} {
  const home = context.target.home ?? context.host.home;
  return { home, stateDir: context.target.stateDir ?? `${home}/.openclaw` };
}

/** What an observer says of a directory that lets nobody look into it; undefined when it does. */
export function closedDirectory(
  directory: FileFacts,
): Exclude<ObserverResult<never>, { state: 'ok' }> | undefined {
  const source = directory.path;
  switch (directory.state) {
    case 'ok':
      return undefined;
    case 'absent':
      return { state: 'absent', source, reason: 'no such directory' };
    case 'denied': {
      const who = directory.uid === undefined ? '' : `; its owner is uid ${directory.uid}`;
      const mode =
        directory.mode === undefined ? '' : ` mode 0${directory.mode.toString(8).padStart(3, '0')}`;
      const reason = `${directory.reason ?? 'EACCES'}:${mode} keeps this user out${who}`;
      return { state: 'denied', source, reason };
    }
    default:
      return { state: 'error', source, reason: directory.reason ?? directory.state };
  }
}

/** A witness is compared within this process only; the key keeps it from being a secret's digest. */
const processKey = randomBytes(32);

/** A short text that changes when `value` (plain JSON) does. */
export function rowsWitness(value: unknown): string {
  return createHmac('sha256', processKey).update(JSON.stringify(value)).digest('hex');
}
