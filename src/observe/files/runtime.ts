import type { RuntimeFacts } from '../../model/facts-installs.js';
import type { Observer, ObserverContext } from '../../model/observer.js';
import { loadEnvironments } from './environments.js';
import { nodeAt } from './node-version.js';
import { openclawPackage } from './package-version.js';
import { fileWitness } from './read-file.js';
import { placeOf } from './state-place.js';

/** What the service of a gateway starts: OpenClaw's version and range, and the version of its Node. */
export const runtimeObserver: Observer<'gateway.runtime'> = {
  id: 'gateway.runtime',
  stage: 'doctor',
  deadlineMs: 3000,

  async observe(context) {
    const service = await serviceOf(context);
    return {
      state: 'ok',
      source: service?.unit ?? 'no unit',
      data: service ? { service } : {},
    };
  },

  async witness(context) {
    const { service } = await loadEnvironments(context);
    const { home } = placeOf(context);
    const paths = [service?.facts.entry, service?.facts.node];
    return fileWitness(paths.filter((path) => path !== undefined).map((p) => whole(p, home)));
  },
};

async function serviceOf(context: ObserverContext): Promise<RuntimeFacts['service']> {
  const { service } = await loadEnvironments(context);
  if (service === undefined) return undefined;
  const { home } = placeOf(context);
  const { facts } = service;
  const pack = facts.entry && (await openclawPackage(whole(facts.entry, home), context.signal));
  const version = (pack ? pack.version : undefined) ?? facts.version;
  const node = facts.node && (await nodeAt(whole(facts.node, home), home, context.signal));
  const marker =
    service.fileVariables.get('OPENCLAW_SERVICE_MARKER') ??
    service.variables.get('OPENCLAW_SERVICE_MARKER') ??
    '';
  return {
    unit: facts.unit,
    ...(facts.entry === undefined ? {} : { entry: facts.entry }),
    ...(version === undefined ? {} : { version }),
    ...(pack && pack.engines !== undefined ? { engines: pack.engines } : {}),
    ...(node ? { node } : {}),
    marked: marker.trim() !== '',
  };
}

/** Recorded paths have `~` for the home of the gateway's user. */
function whole(path: string, home: string): string {
  return path.startsWith('~/') ? `${home}${path.slice(1)}` : path;
}
