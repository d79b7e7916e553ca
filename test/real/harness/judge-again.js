// Judges the observations of an archived run again: `judge-again.js FOLDER` prints the report.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { judgeAgain } = await import('../../../dist/src/diagnose.js');
const { renderJson } = await import('../../../dist/src/render/json.js');

const [folder] = process.argv.slice(2);
const observations = ['doctor', 'status', 'probes'].flatMap(
  (stage) => JSON.parse(readFileSync(join(folder, `${stage}.json`), 'utf8')).observations,
);
process.stdout.write(renderJson(judgeAgain(observations)));
