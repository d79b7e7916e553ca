import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { compare, compareControl } from '../../score/compare.js';
import { expectations } from '../../score/expectations.js';
import { type Diagnosed, findingsWith, runClawdoctor } from '../harness/clawdoctor.js';
import { cleanUp } from '../harness/gateway.js';
import { openClawLines } from '../harness/install.js';
import { clientsOfAHealthyGateway } from './staged/clients-of-a-healthy-gateway.js';
import { generatedToken, notStarting, trustedProxyNotHere } from './staged/not-starting.js';
import { keep, ownCommands, recordHealthy } from './staged/own-commands.js';
import { narrowCli, pairedCli } from './staged/paired-cli.js';
import { passwordMode, refusedClients } from './staged/refused-clients.js';
import { running } from './staged/running.js';
import { type At, newPlace, type RealScenario, type Staged } from './staged/scenario.js';
import { serviceUnits, variableGone } from './staged/service-units.js';

// The lab's scenarios on real gateways: each leads to what test/score/expectations.ts demands of the lab.

const stations = [
  clientsOfAHealthyGateway,
  refusedClients,
  passwordMode,
  serviceUnits,
  pairedCli,
  narrowCli,
];
const byThemselves = [
  ...notStarting,
  generatedToken,
  trustedProxyNotHere,
  variableGone,
  ...running,
];

describe.each(openClawLines)('scenarios on OpenClaw %s', (line) => {
  const here = ({ lines, harmless = [] }: RealScenario) => [...lines, ...harmless].includes(line);

  describe.each(stations.filter(({ lines }) => lines.includes(line)))('$title', (station) => {
    let at: At;
    beforeAll(async () => {
      at = await newPlace(line);
      await station.open(at);
    });
    afterAll(cleanUp);

    it('is healthy at first', async () => {
      expectControl(await diagnose(at), at);
      await recordHealthy(
        at,
        station.scenarios.map(({ name }) => name),
      );
    });
    it.each(station.scenarios.filter(here))('$name', (scenario) => meets(scenario, at));
    it('is healthy again', async () => {
      expectControl(await diagnose(at), at);
    });
  });

  describe('a gateway of its own', () => {
    afterEach(cleanUp);
    it.each(byThemselves.filter(here))('$name', async (scenario) => {
      await meets(scenario, await newPlace(line));
    });
  });
});

async function meets(scenario: RealScenario, at: At): Promise<void> {
  const { name, lines } = scenario;
  const staged = (await scenario.stage(at)) ?? {};
  const diagnosed = await diagnose(at, staged);
  try {
    await keep(`${at.line}/${name}.report.json`, diagnosed.stdout);
    expectNoSecret(diagnosed, at);
    if (!lines.includes(at.line)) return expectControl(diagnosed, at);
    const expected = expectations.find((each) => each.scenario === name);
    if (!expected) throw new Error(`the score has no scenario ${name}`);
    const { got, missed, falseAlarms } = compare(diagnosed.report, expected);
    const all = findingsWith(diagnosed.report, 'fail', 'warn', 'unknown').join('\n');
    expect({ missed, falseAlarms }, `${got.join(', ')}\n${all}`).toEqual({
      missed: [],
      falseAlarms: [],
    });
    await ownCommands(scenario, at, staged.env ?? {});
    if (staged.mend) {
      const { remedy, take } = staged.mend;
      const { plan, verdict } = diagnosed.report;
      const step = plan.find(({ id }) => id === remedy);
      // A warning alone makes no plan.
      if (remedy !== undefined && verdict === 'fail')
        expect(step, plan.map(({ id }) => id).join(', ')).toBeDefined();
      expectControl(await diagnose(at, await take(step)), at);
    }
  } finally {
    await staged.undo?.(diagnosed.report);
  }
}

function diagnose({ line, home }: At, { env, args }: Staged = {}): Promise<Diagnosed> {
  return runClawdoctor({ line, home, ...(env && { env }), ...(args && { args }) });
}

function expectControl(diagnosed: Diagnosed, at: At): void {
  const all = findingsWith(diagnosed.report, 'fail', 'warn', 'unknown').join('\n');
  expect(compareControl(diagnosed.report).falseAlarms, all).toEqual([]);
  expectNoSecret(diagnosed, at);
}

function expectNoSecret({ stdout, stderr }: Diagnosed, { secrets }: At): void {
  expect(secrets.filter((secret) => `${stdout}${stderr}`.includes(secret))).toEqual([]);
}
