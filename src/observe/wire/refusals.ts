import { sealedClasses } from '../../domain/candidates.js';
import { gatewayEndpoint } from '../../domain/endpoints.js';
import type { RefusalMemory } from '../../model/facts-probes.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { isOwnHost } from '../host/own-address.js';
import { mayContact } from './allowed-address.js';
import type { RefusalStore } from './refusal-store.js';
import { leadsHere } from './safe-lookup.js';

/** The class of a remembered refusal whose value no source holds any more: it still counts. */
const forgottenClass = -1;

/** What earlier runs were refused, as an observation, so that replay plans the same attempts. */
export function makeRefusalsObserver(store: RefusalStore): Observer<'probe.refusals'> {
  return {
    id: 'probe.refusals',
    stage: 'probes',
    uses: [
      'run',
      'host.discovery',
      'host.listeners',
      'gateway.config',
      'gateway.credentials',
      'gateway.process',
    ],
    deadlineMs: 1000,
    async observe(context) {
      const { facts, host } = context;
      const names = ownNames(context);
      const { refused, locked, forced } = await store.read(host.ownStateDir, host.now());
      const classes = new Map<string, number>();
      for (const value of sealedClasses(facts)) {
        const match = store.match(value);
        if (match !== undefined) classes.set(match, value);
      }
      const canRemember = await store.canRemember(host.ownStateDir, host.now());
      const own = await names;
      const data: RefusalMemory = {
        canRemember,
        ...(own.length > 0 ? { ownNames: own } : {}),
        refused: refused.map(({ endpoint, match, atMs, windowMs, pending }) => ({
          endpoint,
          // What was not answered counts, and says nothing of the value.
          class: pending === undefined ? (classes.get(match) ?? forgottenClass) : forgottenClass,
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

/** A name server that does not answer must not cost the memory its deadline. */
const lookupMs = 500;
/** More gateways on other hosts than this are not looked up. */
const mostNames = 8;

/**
 * Gateways that are given by a name of another host which leads here all the same: they have the
 * limiter of this host's listener. Only where a secret could be sent, by TLS.
 */
async function ownNames({ facts, options }: ObserverContext): Promise<string[]> {
  const names = facts
    .targetsOf('gateway')
    .map((target) => gatewayEndpoint(facts, target))
    .filter(({ host, place, secure }) => {
      return place === 'remote' && secure && !isOwnHost(host) && mayContact(host, options);
    })
    .map(({ host }) => host);
  const asked = [...new Set(names)].slice(0, mostNames);
  const here = await Promise.all(asked.map((name) => leadsHere(name, lookupMs)));
  return asked.filter((_, i) => here[i]);
}
