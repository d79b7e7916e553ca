import type { FactSet } from '../../model/fact-set.js';
import type { Target } from '../../model/target.js';
import { winners } from './precedence.js';
import {
  environText,
  inputsOf,
  referenceText,
  sourceText,
  variableOf,
} from './precedence-rules.js';

/**
 * Every place that holds one value of a gateway, as the credential table names them: the place that
 * the server takes first, then the others in the order of the table.
 */
export function sourcesOfClass(facts: FactSet, gateway: Target, value: number): string[] {
  const inputs = inputsOf(facts, gateway);
  if (!inputs) return [];
  const taken = winners('server', facts, gateway)
    .all.filter((w) => w.outcome === 'value' && w.class === value)
    .map((w) => w.source);
  const { credentials, process } = inputs;
  const sources = credentials.sources
    .filter((s) => s.mark.class === value)
    .map((s) => sourceText(s));
  const resolved = credentials.resolved
    .filter((r) => r.mark.class === value)
    .map((r) => referenceText(r.ref, r.environment));
  const environ = process?.environment;
  const held = [
    ...(environ?.token.class === value ? [variableOf.token] : []),
    ...(environ?.password.class === value ? [variableOf.password] : []),
    ...(environ?.referenced ?? []).filter((r) => r.mark.class === value).map((r) => r.name),
  ].map((name) => environText(process?.pid, name));
  const inherited = (process?.children ?? []).flatMap((child) =>
    (['token', 'password'] as const)
      .filter((slot) => child[slot].class === value)
      .map((slot) => environText(child.pid, variableOf[slot])),
  );
  const all = [...taken, ...sources, ...resolved, ...held, ...inherited].filter(
    (s) => s !== undefined,
  );
  return [...new Set(all)];
}
