import type { CodeSpec } from '../src/model/check.js';
import type { Target } from '../src/model/target.js';

/** For checks that look at files and processes: a gateway on another host has none here. */
export const anotherHost: CodeSpec = {
  outcome: 'skip',
  skipReason: 'not-applicable',
  text: 'this gateway runs on another host, so its files and processes are not here',
};

export function isElsewhere(subject: Target): boolean {
  return subject.place === 'remote';
}
