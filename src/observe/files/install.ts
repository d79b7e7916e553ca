import type { Observer } from '../../model/observer.js';
import { findBinaries } from './binaries.js';

/** Every `openclaw` that the operator could start, and which one PATH gives. */
export const installObserver: Observer<'host.install'> = {
  id: 'host.install',
  stage: 'doctor',
  deadlineMs: 3000,
  async observe({ host, signal }) {
    const binaries = await findBinaries(host, signal);
    return {
      state: 'ok',
      source: 'PATH and known install directories',
      data: { binaries, nodeVersion: process.versions.node },
    };
  },
};
