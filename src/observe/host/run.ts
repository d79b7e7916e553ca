import type { RunFacts } from '../../model/facts-host.js';
import type { Observer } from '../../model/observer.js';
import { safeUrl } from '../files/safe-url.js';

export interface RunIdentity {
  toolVersion: string;
  /** Version of the rule set: two reports of other rules are not comparable. */
  rules: string;
  /** Id of the key behind fingerprints; absent when there is none. */
  fingerprintKey?: string | undefined;
}

/** The clock, the user and the options of this run, recorded so that a replay sees no other. */
export function makeRunObserver(identity: RunIdentity): Observer<'run'> {
  const { toolVersion, rules, fingerprintKey } = identity;
  return {
    id: 'run',
    stage: 'doctor',
    deadlineMs: 1000,
    observe({ host, options }) {
      const url = safeUrl(options.url);
      const data: RunFacts = {
        command: options.command,
        nowMs: host.now(),
        timeZone: new Intl.DateTimeFormat('en-US').resolvedOptions().timeZone,
        platform: host.platform,
        uid: host.uid,
        toolVersion,
        rules,
        options: {
          through: options.through,
          only: [...options.only],
          skip: [...options.skip],
          failOn: options.failOn,
          stopOnFail: options.stopOnFail,
          budgetMs: options.budgetMs,
          external: options.external,
          as: options.as,
          sandbox: [...options.sandbox],
          ...(url ? { url } : {}),
          relocated: [options.home, options.stateDir, options.config].some((o) => o !== undefined),
        },
        ...(fingerprintKey === undefined ? {} : { fingerprintKey }),
      };
      return Promise.resolve({ state: 'ok', source: 'this process', data });
    },
  };
}
