import { diagnose } from '../../src/diagnose.js';
import { stage } from '../../src/lab/index.js';
import type { Observation } from '../../src/model/observation.js';
import type { DiagnoseOptions } from '../../src/model/observer.js';
import type { Report } from '../../src/model/report.js';

/** One staged deployment as clawdoctor saw it. */
export interface Ran {
  report: Report;
  observations: Observation[];
  ms: number;
}

const options: DiagnoseOptions = {
  command: 'lab run',
  sandbox: [],
  through: 'probes',
  stopOnFail: false,
  only: [],
  skip: [],
  budgetMs: 20_000,
  failOn: 'fail',
  external: false,
  as: 'cli',
};

/** Stages, diagnoses in this process, and takes the stage down again. */
export async function runScenario(name: string): Promise<Ran> {
  const started = Date.now();
  const deployment = await stage(name);
  try {
    const asked = { ...options, ...deployment.options };
    const { report, observations } = await diagnose(asked, deployment.host);
    return { report, observations, ms: Date.now() - started };
  } finally {
    await deployment.stop();
  }
}

/** Every name through `work`, `width` at a time; results in the order of the names. */
export async function inParallel<T>(
  names: readonly string[],
  width: number,
  work: (name: string) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < names.length; index = next++)
      results[index] = await work(names[index] ?? '');
  };
  await Promise.all(Array.from({ length: width }, lane));
  return results;
}
