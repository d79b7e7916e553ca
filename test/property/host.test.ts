import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { diagnose, judgeAgain } from '../../src/diagnose.js';
import { type Behaviour, behaviours, type GarbageServer, startGarbage } from './garbage-server.js';
import { broken } from './invariants.js';
import { fileMutation, mutateFile } from './mutate-file.js';
import { announce, seed, times } from './seed.js';
import { type StagedHost, stageHost } from './staged-host.js';

announce('test/property/host.test.ts');

let gateway: GarbageServer;
let proxy: GarbageServer;
const hosts: StagedHost[] = [];

beforeAll(async () => {
  gateway = await startGarbage();
  proxy = await startGarbage();
  const ports = { gateway: gateway.port, proxy: proxy.port };
  for (const line of ['2026.5', '2026.9'] as const) {
    hosts.push(await stageHost(line, ports, gateway.accepts));
  }
});

afterAll(() => {
  gateway.close();
  proxy.close();
  for (const host of hosts) host.remove();
});

/** What can be wrong with a run, whatever the host is like. */
async function faultsOf(staged: StagedHost): Promise<string[]> {
  const { host, options, canaries } = staged;
  const started = performance.now();
  const { report, observations } = await diagnose(options, host);
  const tookMs = performance.now() - started;
  const texts = [
    { name: 'the report', text: JSON.stringify(report) },
    { name: 'the observations', text: JSON.stringify(observations) },
  ];
  const faults = [...broken(observations, report), ...canaries.found(texts)];
  if (tookMs > options.budgetMs + 4000) faults.push(`it took ${Math.round(tookMs)} ms`);
  for (const { name, text } of texts) {
    if (/\\u00(?:0[0-8bce-f]|1[0-9a-f])|[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(text)) {
      faults.push(`a control character in ${name}`);
    }
  }
  const again = judgeAgain(observations);
  if (JSON.stringify(again) !== JSON.stringify(report)) faults.push('a replay differs');
  return faults;
}

const behaviour = fc.constantFrom<Behaviour[]>(...behaviours);

describe('any host at all', () => {
  it('as it was staged keeps the rules, and is understood', async () => {
    for (const staged of hosts) {
      staged.restore();
      expect(await faultsOf(staged), staged.line).toEqual([]);
      const { report } = await diagnose(staged.options, staged.host);
      const outcome = (id: string) => report.checks.find((check) => check.id === id)?.outcome;
      // Else the mutations would all be of a host on which nothing is looked at.
      expect([outcome('config/readable'), outcome('process/gateway')]).toEqual(['pass', 'pass']);
      expect(outcome('probe/anonymous')).toBe('pass');
    }
  });

  it('with broken files and servers: no crash, no hang, no leak, a valid report', {
    timeout: 240_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: 1 }),
        fc.array(fileMutation, { minLength: 1, maxLength: 3 }),
        fc.option(behaviour, { nil: 'honest' as const, freq: 2 }),
        async (which, mutations, as) => {
          const staged = hosts[which] as StagedHost;
          staged.restore();
          gateway.behave(as);
          proxy.behave(as);
          const told = mutations.map((m) => mutateFile(staged.files, staged.fifo, m));
          const faults = await faultsOf(staged);
          expect(faults, `${staged.line}, ${as}: ${told.join('; ')}`).toEqual([]);
        },
      ),
      { seed, numRuns: 150 * times },
    );
  });
});
