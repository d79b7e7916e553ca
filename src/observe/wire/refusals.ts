import { sealedClasses } from '../../domain/candidates.js';
import type { RefusalMemory } from '../../model/facts-probes.js';
import type { Observer } from '../../model/observer.js';
import type { RefusalStore } from './refusal-store.js';

/** The class of a remembered refusal whose value no source holds any more: it still counts. */
const forgottenClass = -1;

/** What earlier runs were refused, as an observation, so that replay plans the same attempts. */
export function makeRefusalsObserver(store: RefusalStore): Observer<'probe.refusals'> {
  return {
    id: 'probe.refusals',
    stage: 'probes',
    uses: ['run', 'host.discovery', 'gateway.credentials', 'gateway.process'],
    deadlineMs: 1000,
    async observe({ facts, host }) {
      const { refused, locked, forced } = await store.read(host.ownStateDir, host.now());
      const classes = new Map<string, number>();
      for (const value of sealedClasses(facts)) {
        const match = store.match(value);
        if (match !== undefined) classes.set(match, value);
      }
      const data: RefusalMemory = {
        canRemember: await store.canRemember(host.ownStateDir, host.now()),
        refused: refused.map(({ endpoint, match, atMs, windowMs }) => ({
          endpoint,
          class: classes.get(match) ?? forgottenClass,
          atMs,
          untilMs: atMs + windowMs,
        })),
        locked,
        ...(forced.length > 0 ? { forced } : {}),
      };
      return { state: 'ok', source: "clawdoctor's refusals.json", data };
    },
  };
}
