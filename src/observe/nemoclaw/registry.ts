import type { Observer, ObserverContext } from '../../model/observer.js';
import { fileWitness } from '../files/read-file.js';
import { readRegistry } from './registry-file.js';
import { nemoclawRoots } from './roots.js';

/** The sandboxes of every NemoClaw root; no roots is an ordinary answer, not an absence. */
export const registryObserver: Observer<'sandbox.registry'> = {
  id: 'sandbox.registry',
  stage: 'doctor',
  uses: ['host.discovery'],
  deadlineMs: 3000,
  async observe(context) {
    const roots = await nemoclawRoots(homeOf(context));
    const data = { roots: await Promise.all(roots.map((root) => readRegistry(root, context))) };
    return { state: 'ok', source: '~/.nemoclaw/sandboxes.json', data };
  },
  async witness(context) {
    const roots = await nemoclawRoots(homeOf(context));
    return fileWitness(roots.map((root) => `${root.path}/sandboxes.json`));
  },
};

/** NemoClaw has one home for all of its roots: the operator's. */
function homeOf({ host, options }: ObserverContext): string {
  return options.home ?? host.home;
}
