import type { FactSet } from '../model/fact-set.js';
import type { ServiceFacts } from '../model/facts-service.js';
import type { Params } from '../model/finding.js';
import type { Target } from '../model/target.js';
import { winners } from './openclaw/precedence.js';
import { environmentFirst } from './openclaw/precedence-rules.js';
import { linesToJudge, versionsOf } from './openclaw/versions.js';

export interface UnitSecretFault {
  code: 'argument-overrides' | 'stale-secret' | 'stale-secret-taken';
  params: Params;
}

/** A secret of the unit that differs from the one that the gateway takes. */
export function unitSecretFault(
  unit: ServiceFacts,
  facts: FactSet,
  gateway: Target,
): UnitSecretFault | undefined {
  const server = winners('server', facts, gateway).agreed;
  if (server?.outcome !== 'value' || server.class === undefined) return undefined;
  const { slot, source = 'its config' } = server;
  const held = (unit.holds ?? []).filter((h) => h.slot === slot && h.mark.state === 'set');
  const differs = held.filter((h) => h.mark.class !== server.class);
  const argument = differs.find((h) => h.where === 'argument');
  if (argument && unit.kind !== 'node')
    return { code: 'argument-overrides', params: { slot, source } };
  // A file of the unit beats its own lines.
  const effective = held.find((h) => h.where === 'file') ?? held.find((h) => h.where === 'unit');
  const stale = differs.find((h) => h.where !== 'argument');
  if (!stale) return undefined;
  const reader = stale === effective ? readerOf(unit, slot, facts, gateway) : undefined;
  return reader === undefined
    ? { code: 'stale-secret', params: { slot, source } }
    : { code: 'stale-secret-taken', params: { slot, source, reader } };
}

/** Who sends what the environment of the unit holds, on every version that it can be. */
function readerOf(
  unit: ServiceFacts,
  slot: string,
  facts: FactSet,
  gateway: Target,
): string | undefined {
  if (unit.kind === 'node') return 'the node that it runs';
  if (slot === 'token' && unit.serviceKind === 'gateway') return undefined;
  const lines = linesToJudge(versionsOf(facts, gateway).server);
  const sends = lines.length > 0 && lines.every((line) => environmentFirst(line));
  return sends ? 'the gateway, when it calls itself,' : undefined;
}
