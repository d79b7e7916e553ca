import type { FactSet } from '../../model/fact-set.js';
import type { Reader } from '../../model/readers.js';
import { readerOfAs, readers } from '../../model/readers.js';
import type { Target } from '../../model/target.js';
import { winners } from './precedence.js';
import { environText, inputsOf, serverMode, variableOf } from './precedence-rules.js';

/** A reader that takes a row, why, and how that is known. */
export interface Taken {
  /** The reader's id; with its line in parentheses where the lines take different rows. */
  reader: string;
  rule: string;
  basis: string;
}

/** Adds who takes which row of this gateway, by `TARGET SOURCE`, readers in their own order. */
export function winsOf(facts: FactSet, gateway: Target, wins: Map<string, Taken[]>): void {
  const add = (source: string, taken: Taken): void => {
    const key = `${gateway.id} ${source}`;
    const known = wins.get(key) ?? [];
    if (!known.some(({ reader }) => reader === taken.reader)) wins.set(key, [...known, taken]);
  };
  for (const reader of readersAt(facts, gateway)) {
    const live = reader === 'server' ? acceptedElsewhere(facts, gateway) : undefined;
    if (live) {
      add(live.source, { reader, rule: live.rule, basis: 'seen in the probes of this run' });
      continue;
    }
    const { all } = winners(reader, facts, gateway);
    const sources = new Set(all.map((w) => (w.outcome === 'value' ? w.source : undefined)));
    for (const { outcome, source, line, rule, basis } of all) {
      if (outcome !== 'value' || source === undefined) continue;
      const label = sources.size === 1 ? reader : `${reader} (${line})`;
      add(source, { reader: label, rule, basis: basis ?? 'the rules of this line' });
    }
  }
}

/** A remote gateway has its server elsewhere; a local one has remote clients only if asked about. */
function readersAt(facts: FactSet, gateway: Target): Reader[] {
  const remote = facts.data('gateway.config', gateway.id)?.mode === 'remote';
  const asked = readerOfAs[facts.run.options.as];
  const elsewhere: readonly Reader[] = ['server', 'inner-client', 'agent'];
  return readers.filter((reader) =>
    remote ? !elsewhere.includes(reader) : reader !== 'remote-client' || asked === reader,
  );
}

interface Live {
  source: string;
  rule: string;
}

/** The place of the value that the gateway accepts, where that is not the one that it should take. */
function acceptedElsewhere(facts: FactSet, gateway: Target): Live | undefined {
  const attempts = facts.data('probe.credentials', gateway.id)?.attempts ?? [];
  const live = attempts.find(({ outcome }) => outcome === 'accepted')?.class;
  const { all } = winners('server', facts, gateway);
  if (live === undefined) {
    const flag = hiddenFlag(facts, gateway);
    return flag && { source: flag.source, rule: flag.reason };
  }
  if (all.some((winner) => winner.outcome === 'value' && winner.class === live)) return undefined;
  const slot = attempts.find(({ class: value }) => value === live)?.slot ?? 'token';
  const process = facts.data('gateway.process', gateway.id);
  const child = process?.children?.find((c) => c[slot].class === live);
  if (!child) return undefined;
  return {
    source: environText(child.pid, variableOf[slot]),
    rule: 'the gateway accepts what its child inherited, and its own environment and files do not have it: it was given on the command line',
  };
}

/**
 * `gateway run --token` leaves no trace on 2026.5: it is concluded where the gateway of this very
 * config refuses the plain value of the file, although nothing was edited behind its back.
 */
export function hiddenFlag(
  facts: FactSet,
  gateway: Target,
): { source: string; reason: string } | undefined {
  const inputs = inputsOf(facts, gateway);
  const predicted = winners('server', facts, gateway).agreed;
  const process = inputs?.process;
  if (!inputs || process?.sameConfig !== true || process.startedAtMs === undefined)
    return undefined;
  if (predicted?.outcome !== 'value' || predicted.from !== 'config' || predicted.ref) {
    return undefined;
  }
  const attempts = facts.data('probe.credentials', gateway.id)?.attempts ?? [];
  if (attempts.some(({ outcome }) => outcome === 'accepted')) return undefined;
  const refused = attempts.some(
    ({ class: value, outcome }) => value === predicted.class && outcome === 'refused',
  );
  const { reloadMode, file } = inputs.config;
  const edited = (file.mtimeMs ?? 0) > process.startedAtMs;
  const state = facts.data('gateway.state', gateway.id);
  if (!refused || (reloadMode === 'off' && edited) || state?.appliedEqualsFile === false) {
    return undefined;
  }
  const { slot } = serverMode(inputs);
  return {
    source: `gateway run --${slot}`,
    reason: `by elimination: the gateway reads this config and refuses its ${slot}, so it was most likely started with --${slot}`,
  };
}
