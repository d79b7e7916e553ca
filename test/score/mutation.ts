import { parseArgs } from 'node:util';
import { checks } from '../../checks/index.js';
import { explain, explainBy } from '../../src/causes/explain.js';
import { incidentRules } from '../../src/causes/incidents/index.js';
import { judge } from '../../src/engine/judge.js';
import type { Observation } from '../../src/model/observation.js';
import type { Report } from '../../src/model/report.js';
import { compare } from './compare.js';
import { expectations } from './expectations.js';
import { inParallel, runScenario } from './run-scenario.js';

// `npm run score:mutation`: what each check and each incident rule is good for. Every scenario is
// staged once; then the recorded observations are judged again without one check, or without one
// rule, and the scenarios that lose what they must find are named. Exit 1 when nobody misses it.

const { values } = parseArgs({ options: { width: { type: 'string' } } });

type Judge = (observations: readonly Observation[]) => Report;

const enough = 3;

interface Recorded {
  name: string;
  observations: Observation[];
}

async function record(name: string): Promise<Recorded> {
  try {
    return { name, observations: (await runScenario(name)).observations };
  } catch {
    return { name, observations: [] };
  }
}

/** Does the expectation of a scenario hold in the report that `again` makes of it? */
function holds({ name, observations }: Recorded, again: Judge): boolean {
  const expected = expectations.find(({ scenario }) => scenario === name);
  return expected === undefined || compare(again(observations), expected).missed.length === 0;
}

/** Scenarios whose expectation names this check or incident, before the others. */
function likelyFirst(recorded: readonly Recorded[], name: string): Recorded[] {
  const named = new Set(
    expectations
      .filter(({ needs }) => needs.some((need) => Object.values(need).includes(name)))
      .map(({ scenario }) => scenario),
  );
  const first = recorded.filter((each) => named.has(each.name));
  return [...first, ...recorded.filter((each) => !named.has(each.name))];
}

/** The first few scenarios that miss it. */
function losers(recorded: readonly Recorded[], name: string, again: Judge): string[] {
  const lost: string[] = [];
  for (const each of likelyFirst(recorded, name)) {
    if (lost.length === enough) break;
    if (!holds(each, again)) lost.push(each.name);
  }
  return lost;
}

const names = expectations.map(({ scenario }) => scenario);
const staged = await inParallel(names, Number(values.width ?? 3), record);
const recorded = staged.filter(({ observations }) => observations.length > 0);
const sound = recorded.filter((each) => holds(each, (seen) => judge(seen, checks, explain)));

const mutants: [string, Judge][] = [
  ...checks.map((check): (typeof mutants)[number] => {
    const rest = checks.filter((each) => each !== check);
    return [check.id, (observations) => judge(observations, rest, explain)];
  }),
  ...incidentRules.map((rule): (typeof mutants)[number] => {
    const rest = incidentRules.filter((each) => each !== rule);
    const without = (input: Parameters<typeof explain>[0]) => explainBy(rest, input);
    return [rule.code, (observations) => judge(observations, checks, without)];
  }),
];

let unused = 0;
for (const [name, again] of mutants) {
  const lost = losers(sound, name, again);
  if (lost.length === 0) unused += 1;
  process.stdout.write(`${name.padEnd(26)} ${lost.join(', ') || 'NOBODY MISSES IT'}\n`);
}
const left = names.length - sound.length;
process.stdout.write(
  `${mutants.length} removed one by one: ${unused} not missed; ${sound.length} scenarios judged, ${left} left out because they fail already\n`,
);
process.exit(unused > 0 || left > 0 ? 1 : 0);
