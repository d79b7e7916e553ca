import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { type Config, fidelityCases } from './fidelity-cases.js';
import { type LabGateway, startLabGateway } from './lab-gateway.js';
import { runMatrix } from './request-matrix.js';

export type Release = '2026.5.18' | '2026.9.6';

/** A real gateway with this config (the port is the caller's to choose and to put in). */
export type StartReal = (
  release: Release,
  config: Config,
) => Promise<{ port: number; stop(): Promise<void> }>;

/** The same requests to a real OpenClaw and to the lab's gateway, case by case. */
export function defineFidelity(startReal: StartReal): void {
  for (const release of ['2026.5.18', '2026.9.6'] as const)
    describe(`the lab answers as OpenClaw ${release} does`, () => {
      const labs: LabGateway[] = [];
      afterAll(() => Promise.all(labs.map((lab) => lab.stop())));

      it.each(fidelityCases)('$name', async ({ config, rows }) => {
        const token = randomBytes(24).toString('hex');
        const hookToken = randomBytes(24).toString('hex');
        const written = config({ token, hookToken });
        const [real, lab] = await Promise.all([
          startReal(release, written),
          startLabGateway(release, written),
        ]);
        labs.push(lab);
        const matrix = rows(release);
        const wanted = await runMatrix(matrix, { port: real.port, token, hookToken });
        await real.stop();
        const answers = await runMatrix(matrix, { port: lab.port, token, hookToken });
        expect(Object.keys(wanted)).toHaveLength(matrix.length);
        expect(answers).toEqual(wanted);
      });
    });
}
