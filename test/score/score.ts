import { parseArgs } from 'node:util';
import { scenarios } from '../../src/lab/index.js';
import { compare, compareControl, type Verdict } from './compare.js';
import { controls, expectations } from './expectations.js';
import { inParallel, runScenario } from './run-scenario.js';
import { type Row, summary, tableText, writeDocs } from './table.js';

// `npm run score [-- --only NAME ...] [--write-docs] [--verbose]`: stages every scenario and control,
// diagnoses each, and counts what was detected, what was missed, and what was a false alarm.

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    'write-docs': { type: 'boolean' },
    width: { type: 'string' },
  },
});

async function rowOf(name: string): Promise<Row> {
  const expected = expectations.find(({ scenario }) => scenario === name);
  try {
    const { report, ms } = await runScenario(name);
    const verdict: Verdict = expected ? compare(report, expected) : compareControl(report);
    return { scenario: name, ...(expected && { expected }), ...verdict, ms };
  } catch (error) {
    const got = [`error: ${error instanceof Error ? error.message : String(error)}`];
    return {
      scenario: name,
      ...(expected && { expected }),
      got,
      missed: got,
      falseAlarms: [],
      ms: 0,
    };
  }
}

/** A scenario that nobody expects anything of, or an expectation that nothing stages. */
function oversights(): string[] {
  const known = new Set([...expectations.map(({ scenario }) => scenario), ...controls]);
  const staged = new Set(scenarios.map(({ name }) => name));
  return [
    ...[...staged]
      .filter((name) => !known.has(name))
      .map((name) => `${name}: nobody expects anything`),
    ...[...known].filter((name) => !staged.has(name)).map((name) => `${name}: nothing stages it`),
    ...expectations
      .filter(({ scenario }) => controls.includes(scenario))
      .map(({ scenario }) => `${scenario}: a fault and a control at once`),
  ];
}

const started = Date.now();
const forgotten = oversights();
const all = scenarios.map(({ name }) => name);
const names = values.only === undefined ? all : all.filter((name) => values.only?.includes(name));
const rows = await inParallel(names, Number(values.width ?? 3), async (name) => {
  const row = await rowOf(name);
  if (process.stderr.isTTY) process.stderr.write(`${name}\n`);
  return row;
});
process.stdout.write(tableText(rows));
for (const line of forgotten) process.stdout.write(`${line}\n`);
const seconds = ((Date.now() - started) / 1000).toFixed(0);
process.stdout.write(`${summary(rows)} (${rows.length} deployments, ${seconds} s)\n`);
if (values['write-docs']) await writeDocs(rows);
const bad = rows.some(({ missed, falseAlarms }) => missed.length + falseAlarms.length > 0);
process.exit(bad || forgotten.length > 0 ? 1 : 0);
