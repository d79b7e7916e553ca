import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { finished, runClawdoctor } from './harness/clawdoctor.js';
import { openclawCli } from './harness/cli.js';
import { configFor } from './harness/config.js';
import { cleanUp, startGateway } from './harness/gateway.js';
import { expectHealthy } from './harness/healthy.js';
import { freePort, makeHome } from './harness/home.js';
import { expectFirst, planned } from './harness/incidents.js';
import { ensureOpenClaw } from './harness/install.js';
import { connectDevice, makeDevice } from './harness/wire.js';

const token = randomBytes(24).toString('hex');

describe("a scope upgrade that OpenClaw 2026.5.18's own CLI asks for", () => {
  const line = '2026.5.18';
  let home: string;

  beforeAll(async () => {
    home = await makeHome();
    const port = await freePort();
    const config = configFor({ line, port, mode: 'token', token });
    await startGateway({ line, home, port, config });
  });
  afterAll(cleanUp);

  it('is CLAW-105; the command of the plan, run as it stands, ends it', async () => {
    const cli = (...args: string[]) => openclawCli({ line, home, args });
    expect(await cli('devices', 'list')).toMatchObject({ code: 0 });
    const refused = await cli('gateway', 'call', 'health');
    expect(refused.code).not.toBe(0);
    expect(refused.stderr + refused.stdout).toMatch(/scope upgrade|pairing required/);

    const diagnosed = await runClawdoctor({ line, home });
    expectFirst(diagnosed, 'CLAW-105');
    const [pending] = diagnosed.report.findings.filter((f) => f.check === 'scopes/pending');
    const { command = [] } = planned(diagnosed, 'approve-request');
    expect(command.at(-1)).toBe(pending?.params.requestId);
    const { bin } = await ensureOpenClaw(line);
    const env = {
      HOME: home,
      PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`,
      TMPDIR: path.join(home, 'tmp'),
    };
    const [file = '', ...argv] = command;
    const approved = await finished(file, argv, { env, cwd: home });
    expect(approved.code, approved.stderr).toBe(0);

    expect((await cli('gateway', 'call', 'health')).code).toBe(0);
    expectHealthy(await runClawdoctor({ line, home }));
  });
});

describe('a metadata upgrade on OpenClaw 2026.9.6', () => {
  const line = '2026.9.6';
  let home: string;
  let port: number;

  beforeAll(async () => {
    home = await makeHome();
    port = await freePort();
    const config = configFor({ line, port, mode: 'token', token });
    await startGateway({ line, home, port, config });
  });
  afterAll(cleanUp);

  it('that waits fails scopes/pending; approved, it is well', async () => {
    const device = makeDevice();
    const paired = await connectDevice({ port, token, device, scopes: ['operator.read'] });
    expect(paired.ok).toBe(true);
    await paired.close();
    const client = { platform: 'darwin' };
    const refused = await connectDevice({ port, token, device, scopes: ['operator.read'], client });
    expect(refused).toMatchObject({
      ok: false,
      error: { details: { reason: 'metadata-upgrade' } },
    });

    const diagnosed = await runClawdoctor({ line, home });
    const pending = diagnosed.report.findings.filter((f) => f.check === 'scopes/pending');
    expect(pending).toMatchObject([
      {
        code: 'metadata-upgrade-pending',
        outcome: 'fail',
        params: { device: device.id.slice(0, 12), platform: 'darwin', pairedPlatform: 'linux' },
      },
    ]);
    expectFirst(diagnosed, 'CLAW-105');

    const requestId = String(pending[0]?.params.requestId);
    const grants = diagnosed.report.plan.filter((remedy) => remedy.effect === 'grants-access');
    expect(grants.map((remedy) => remedy.postcondition)).toEqual([
      expect.stringContaining(requestId),
    ]);
    const args = ['devices', 'approve', requestId];
    expect(await openclawCli({ line, home, args })).toMatchObject({ code: 0 });
    expectHealthy(await runClawdoctor({ line, home }));
  });
});
