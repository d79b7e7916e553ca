import type { FactSet } from '../model/fact-set.js';
import type { Mark } from '../model/mark.js';
import type { Target } from '../model/target.js';
import { winners } from './openclaw/precedence.js';

export type Slot = 'token' | 'password';

/** One distinct value that this gateway might accept, and every place that holds it. */
export interface Candidate {
  class: number;
  slot: Slot;
  sources: string[];
  /** Does the rules' prediction for this server name it? */
  predicted: boolean;
  /** False for a value that no HTTP header can carry: control characters, or beyond ASCII. */
  fitsHeader: boolean;
}

/** A place that can hold the shared secret, in the order in which its value is tried. */
interface Holder {
  name: string;
  slot: Slot;
  mark: Mark;
}

/** Published values and unresolved templates say nothing; they are never sent. */
const neverSent: readonly Mark['flags'][number][] = ['placeholder', 'marker', 'template'];

/**
 * The distinct values worth trying at a gateway: what the rules predict first, then the others in
 * the order of their sources. Never a hooks token or a device token; `remote.*` belongs to another
 * host and counts for a local gateway only where it equals one of the others.
 */
export function candidatesOf(facts: FactSet, gateway: Target): Candidate[] {
  const predicted = predictedClasses(facts, gateway);
  const slot = slotOf(facts, gateway);
  const byClass = new Map<number, Candidate>();
  for (const holder of holders(facts, gateway)) {
    const value = sendable(holder.mark);
    if (value === undefined) continue;
    const known = byClass.get(value);
    if (known) {
      if (!known.sources.includes(holder.name)) known.sources.push(holder.name);
      continue;
    }
    if (holder.slot !== slot || (holder.name === 'remote' && gateway.place !== 'remote')) continue;
    byClass.set(value, {
      class: value,
      slot,
      sources: [holder.name],
      predicted: predicted.includes(value),
      fitsHeader: holder.mark.shape?.chars !== 'other',
    });
  }
  const all = [...byClass.values()];
  return [...all.filter((c) => c.predicted), ...all.filter((c) => !c.predicted)];
}

/** Which field the server compares: what the rules say, else the mode, else what is there. */
export function slotOf(facts: FactSet, gateway: Target): Slot {
  const winner = winners(readerOf(gateway), facts, gateway).agreed;
  if (winner?.outcome === 'value') return winner.slot;
  const config = facts.data('gateway.config', gateway.id);
  if (config?.authMode === 'password' || config?.authMode === 'token') return config.authMode;
  const all = holders(facts, gateway).filter((h) => sendable(h.mark) !== undefined);
  const config0 = all.filter((h) => h.name === 'config');
  if (config0.some((h) => h.slot === 'password')) return 'password';
  return all.some((h) => h.slot === 'token') || all.length === 0 ? 'token' : 'password';
}

function readerOf(gateway: Target): 'server' | 'remote-client' {
  return gateway.place === 'remote' ? 'remote-client' : 'server';
}

function predictedClasses(facts: FactSet, gateway: Target): number[] {
  return winners(readerOf(gateway), facts, gateway)
    .all.filter((w) => w.outcome === 'value')
    .map((w) => w.class)
    .filter((c): c is number => c !== undefined && c >= 0);
}

function sendable(mark: Mark): number | undefined {
  if (mark.state !== 'set' || mark.class === undefined || mark.class < 0) return undefined;
  return mark.flags.some((flag) => neverSent.includes(flag)) ? undefined : mark.class;
}

function holders(facts: FactSet, gateway: Target): Holder[] {
  const known = facts.data('gateway.credentials', gateway.id);
  const running = facts.data('gateway.process', gateway.id);
  const sources = (known?.sources ?? []).filter((s) => s.id !== 'hooks');
  const of = (...ids: string[]): Holder[] =>
    ids.flatMap((id) =>
      sources.filter((s) => s.id === id).map((s) => ({ name: s.id, slot: s.slot, mark: s.mark })),
    );
  const resolved = (known?.resolved ?? [])
    .filter((r) => r.slot === 'token' || r.slot === 'password')
    .map(
      (r): Holder => ({
        name: 'config',
        slot: r.slot === 'token' ? 'token' : 'password',
        mark: r.mark,
      }),
    );
  const ours = gateway.place !== 'remote' && running?.sameConfig !== false;
  return [
    ...(gateway.place === 'remote' ? of('remote') : of('config')),
    ...(gateway.place === 'remote' ? [] : resolved),
    ...(ours && running ? processHolders(facts, gateway) : []),
    ...(gateway.place === 'remote'
      ? []
      : of('service-flag', 'service-env', 'service-file', 'compose')),
    ...of('dotenv', 'shell'),
    ...(gateway.place === 'remote' ? [] : of('last-good', 'remote')),
  ];
}

function processHolders(facts: FactSet, gateway: Target): Holder[] {
  const environment = facts.data('gateway.process', gateway.id)?.environment;
  if (environment?.state !== 'ok') return [];
  const config = facts.data('gateway.config', gateway.id);
  const name = 'process-environ';
  const slotOfVariable = (variable: string): Slot | undefined => {
    if (config?.token.ref?.id === variable) return 'token';
    return config?.password.ref?.id === variable ? 'password' : undefined;
  };
  // What the command line gave shows in the children alone (2026.9).
  const children = facts.data('gateway.process', gateway.id)?.children ?? [];
  const inherited = (['token', 'password'] as const).flatMap((slot) =>
    children.map((child): Holder => ({ name: 'process-children', slot, mark: child[slot] })),
  );
  return [
    { name, slot: 'token', mark: environment.token },
    { name, slot: 'password', mark: environment.password },
    ...inherited,
    ...environment.referenced.flatMap((r): Holder[] => {
      const slot = slotOfVariable(r.name);
      return slot ? [{ name, slot, mark: r.mark }] : [];
    }),
  ];
}

/** Every class that a source of a gateway holds: what a remembered refusal can be matched with. */
export function sealedClasses(facts: FactSet): number[] {
  const marks = facts
    .targetsOf('gateway')
    .flatMap((gateway) => holders(facts, gateway).map((holder) => holder.mark));
  const classes = marks.flatMap((mark) =>
    mark.class !== undefined && mark.class >= 0 ? [mark.class] : [],
  );
  return [...new Set(classes)];
}
