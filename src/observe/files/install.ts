import type { Observer } from '../../model/observer.js';
import { binariesOf, shellNodePath } from './binaries.js';
import { nodeAt } from './node-version.js';

/** Every `openclaw` that the operator could start, which one PATH gives, and the Node of each. */
export const installObserver: Observer<'host.install'> = {
  id: 'host.install',
  stage: 'doctor',
  deadlineMs: 3000,
  async observe(context) {
    const { host, signal } = context;
    const [binaries, shell] = await Promise.all([binariesOf(context), shellNodePath(host)]);
    return {
      state: 'ok',
      source: 'PATH and known install directories',
      data: {
        binaries,
        nodeVersion: process.versions.node,
        ...(shell === undefined ? {} : { shellNode: await nodeAt(shell, host.home, signal) }),
      },
    };
  },
};
