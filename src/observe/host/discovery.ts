import { basename } from 'node:path';
import { cleanText } from '../../domain/clean.js';
import type { DiscoveryFacts } from '../../model/facts-host.js';
import { byCodeUnit } from '../../model/json.js';
import type { Observer } from '../../model/observer.js';
import type { Target } from '../../model/target.js';
import { binariesOf } from '../files/binaries.js';
import { agentTargets } from './discovery-agents.js';
import { type FoundGateway, findGateways } from './discovery-gateways.js';
import { type NemoclawTargets, nemoclawTargets } from './discovery-nemoclaw.js';

/** What is there to diagnose: gateways, their agents, NemoClaw's sandboxes and proxies. */
export const discoveryObserver: Observer<'host.discovery'> = {
  id: 'host.discovery',
  stage: 'doctor',
  deadlineMs: 3000,
  async observe(context) {
    const [gateways, nemoclaw, binaries] = await Promise.all([
      findGateways(context),
      nemoclawTargets(context),
      binariesOf(context),
    ]);
    const found = named(gateways.found, nemoclaw);
    const agents: Target[] = [];
    let isCut = false;
    for (const [index, { target, config }] of found.entries()) {
      if (target.place !== 'local') continue;
      const own = await agentTargets(target, config, index === 0);
      agents.push(...own.agents);
      isCut ||= own.isCut;
    }
    const targets = [
      ...found.map(({ target }) => target),
      ...agents,
      ...nemoclaw.sandboxes,
      ...nemoclaw.proxies,
    ];
    const primary = primaryOf(targets, nemoclaw);
    const data: DiscoveryFacts = {
      targets: targets.map((target) => ({ ...target, primary: target.id === primary })),
      gateway: gateways.kind,
      openclawInstalled: binaries.length > 0,
      openclawState: gateways.hasState,
      nemoclawState: nemoclaw.roots.length > 0,
      nemoclawRoots: nemoclaw.roots,
      idle: gateways.idle,
    };
    return { state: 'ok', source: 'flags, environment, files and locks', data, complete: !isCut };
  },
};

/** A gateway, else the default sandbox, else the first of what there is. */
function primaryOf(targets: readonly Target[], nemoclaw: NemoclawTargets): string | undefined {
  const gateway = targets.find((target) => target.kind === 'gateway');
  return gateway?.id ?? nemoclaw.defaultSandbox ?? targets[0]?.id;
}

/** The primary stays first; ids are made unique, and a sandbox's gateway gets the sandbox's name. */
function named(found: readonly FoundGateway[], nemoclaw: NemoclawTargets): FoundGateway[] {
  const [first, ...others] = found;
  if (first === undefined) return [];
  const sorted = others.sort(
    (a, b) =>
      (a.target.port ?? 0) - (b.target.port ?? 0) ||
      byCodeUnit(a.target.stateDir ?? '', b.target.stateDir ?? ''),
  );
  const ids = new Set<string>();
  return [first, ...sorted].map(({ target, config }) => {
    const id = uniqueId(target, ids);
    ids.add(id);
    const name = nameOf(target, nemoclaw);
    return { config, target: { ...target, id, ...(name === undefined ? {} : { name }) } };
  });
}

function uniqueId({ id, stateDir }: Target, taken: ReadonlySet<string>): string {
  if (!taken.has(id)) return id;
  const base = `${id}@${basename(stateDir ?? '').replace(/[^\w.-]+/g, '-')}`;
  let unique = base;
  for (let n = 2; taken.has(unique); n += 1) unique = `${base}-${n}`;
  return unique;
}

/** The sandbox on whose dashboard port it runs, else the profile that names its state directory. */
function nameOf(target: Target, { nameByPort }: NemoclawTargets): string | undefined {
  const sandbox = target.evidence.includes('lock') ? nameByPort.get(target.port ?? 0) : undefined;
  const profile = /^\.openclaw-(.+)$/.exec(basename(target.stateDir ?? ''))?.[1];
  return cleanText(sandbox ?? profile, 64);
}
