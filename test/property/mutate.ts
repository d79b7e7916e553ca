import fc from 'fast-check';
import type { Observation } from '../../src/model/observation.js';

/** A choice that a mutation makes: an index into whatever there is, taken modulo its length. */
export type Choice = number;

export interface ValueMutation {
  /** Which observation, which value in it, what is done, and with what. */
  observation: Choice;
  node: Choice;
  how: Choice;
  what: Choice;
}

const choice = (): fc.Arbitrary<Choice> => fc.nat({ max: 0xff_ffff });

export const valueMutation: fc.Arbitrary<ValueMutation> = fc.record({
  observation: choice(),
  node: choice(),
  how: choice(),
  what: choice(),
});

/** Names under which free text stands: everything else is an enumeration of ours. */
const free =
  /^(path|realPath|where|name|configPath|stateDir|version|writerVersion|serverVersion|deviceId|clientId|platform|requestId|issuer|host|label|unit|bind|mode|authMode|customBindHost|userHeader|tailscale|reloadMode|provider|reason|comm|script|loggingFile|basePath)$/;
const texts = [
  '',
  ' ',
  'x',
  '…',
  '../../etc',
  '$' + '{HOME}',
  '{issuer}',
  'é\ufffd',
  '-1',
  '::',
  'x'.repeat(200),
];
const numbers = [0, -1, 1, 2, 65_535, 2 ** 31, 9e15, 1.5, -1e9];

/** Values by the place where they stand, and names that may be missing. */
export interface Pool {
  values: ReadonlyMap<string, readonly unknown[]>;
  optional: ReadonlySet<string>;
}

interface Node {
  parent: Record<string, unknown> | unknown[];
  key: string | number;
  /** The nearest name, and the names from the top with `*` for positions. */
  name: string;
  path: string;
}

export function poolOf(corpus: readonly (readonly Observation[])[]): Pool {
  const values = new Map<string, unknown[]>();
  const seen = new Map<string, { count: number; keys: Map<string, number> }>();
  for (const { id, data } of corpus.flat()) {
    for (const { parent, key, path } of nodesOf({ data }, id)) {
      const value = (parent as Record<string, unknown>)[key as string];
      if (typeof value === 'string' || typeof value === 'number') {
        values.set(path, [...(values.get(path) ?? []), value]);
      }
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
        const shape = seen.get(path) ?? { count: 0, keys: new Map<string, number>() };
        shape.count += 1;
        for (const k of Object.keys(value)) shape.keys.set(k, (shape.keys.get(k) ?? 0) + 1);
        seen.set(path, shape);
      }
    }
  }
  const optional = new Set<string>();
  for (const [path, { count, keys }] of seen) {
    for (const [key, times] of keys) if (times < count) optional.add(`${path}.${key}`);
  }
  return { values, optional };
}

/** Every place in a value that can be changed: members and elements, depth first. */
function nodesOf(root: Record<string, unknown>, id: string): Node[] {
  const found: Node[] = [];
  const walk = (parent: Node['parent'], name: string, path: string): void => {
    const entries = Array.isArray(parent)
      ? parent.map((value, index) => [index, value] as const)
      : Object.entries(parent);
    for (const [key, value] of entries) {
      const own = typeof key === 'number' ? name : key;
      const here = typeof key === 'number' ? `${path}.*` : `${path}.${key}`;
      found.push({ parent, key, name: own, path: here });
      if (typeof value === 'object' && value !== null) walk(value as Node['parent'], own, here);
    }
  };
  walk(root, '', id);
  return found;
}

/** One observation with one value changed, of a kind that an observer could have recorded. */
export function mutateValue(
  observations: readonly Observation[],
  mutation: ValueMutation,
  pool: Pool,
): { observations: Observation[]; changed: Observation; what: string } {
  const open = observations.filter((o) => o.id !== 'run' && o.id !== 'host.discovery' && o.data);
  const target = at(open, mutation.observation);
  const copy = structuredClone(target);
  const nodes = nodesOf({ data: copy.data }, copy.id).slice(1);
  const what = nodes.length === 0 ? 'nothing' : change(at(nodes, mutation.node), mutation, pool);
  return {
    observations: observations.map((o) => (o === target ? copy : o)),
    changed: copy,
    what: `${copy.id} ${what}`,
  };
}

function change({ parent, key, name, path }: Node, mutation: ValueMutation, pool: Pool): string {
  const holder = parent as Record<string, unknown>;
  const value = holder[key as string];
  const set = (next: unknown): string => {
    holder[key as string] = next;
    return `${path}: ${JSON.stringify(value)?.slice(0, 80)} -> ${JSON.stringify(next)?.slice(0, 80)}`;
  };
  if (pool.optional.has(path) && mutation.how % 3 === 0) {
    delete holder[key as string];
    return `${path} removed`;
  }
  if (typeof value === 'boolean') return set(!value);
  if (typeof value === 'number') {
    const known = (pool.values.get(path) ?? []).filter((v) => typeof v === 'number');
    return set(at(name === 'class' ? [0, 1, 2, 3, 20, 70] : [...known, ...numbers], mutation.what));
  }
  if (typeof value === 'string') {
    const known = (pool.values.get(path) ?? []).filter((v) => typeof v === 'string');
    return set(at([...known, ...(free.test(name) ? texts : [])], mutation.what));
  }
  if (Array.isArray(value)) {
    const index = value.length === 0 ? 0 : mutation.what % value.length;
    const ways: (() => unknown[])[] = [
      () => [],
      () => value.filter((_v, n) => n !== index),
      () => [...value, ...value.slice(index, index + 1)],
      () => [...value].reverse(),
    ];
    return set(at(ways, mutation.how)());
  }
  return `${path} left alone`;
}

export function at<T>(list: readonly T[], index: Choice): T {
  return list[index % list.length] as T;
}
