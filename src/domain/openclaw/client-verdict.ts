import type { FactSet } from '../../model/fact-set.js';
import type { Mark } from '../../model/mark.js';
import type { Target } from '../../model/target.js';
import type { Winner } from './precedence.js';
import { environText, variableOf } from './precedence-rules.js';

/** What a client sends, against what the server takes. */
export type ClientVerdict = 'same' | 'other' | 'nothing' | 'cannot-resolve' | 'unreadable';

export function compareWinners(server: Winner, client: Winner): ClientVerdict {
  if (client.outcome === 'unresolved') return 'cannot-resolve';
  if (client.outcome === 'none') return 'nothing';
  if (client.outcome !== 'value' || server.outcome !== 'value') return 'unreadable';
  if (client.class === undefined || server.class === undefined) return 'unreadable';
  return client.class === server.class ? 'same' : 'other';
}

/**
 * What the running process holds of a reference that would resolve no more: the server accepts it
 * until its next start. Undefined where its environment does not show the value.
 */
export function heldByProcess(facts: FactSet, gateway: Target, server: Winner): Winner | undefined {
  const process = facts.data('gateway.process', gateway.id);
  const { reference, slot } = server;
  if (process?.environment.state !== 'ok' || reference === undefined) return undefined;
  const { environment, pid } = process;
  const own: Mark | undefined = reference === variableOf[slot] ? environment[slot] : undefined;
  const mark = environment.referenced.find(({ name }) => name === reference)?.mark ?? own;
  if (mark?.state !== 'set' || mark.class === undefined) return undefined;
  const source = environText(pid, reference);
  return { ...server, outcome: 'value', class: mark.class, source, from: 'process' };
}
