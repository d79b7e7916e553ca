import { randomBytes } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runClawdoctor } from './harness/clawdoctor.js';
import { openclawCli } from './harness/cli.js';
import { configFor } from './harness/config.js';
import { cleanUp, startGateway } from './harness/gateway.js';
import { expectHealthy } from './harness/healthy.js';
import { freePort, makeHome } from './harness/home.js';
import { expectFirst, expectSilent, planned, verifying } from './harness/incidents.js';
import { openClawLines } from './harness/install.js';

const secret = () => randomBytes(24).toString('hex');

describe.each(openClawLines)('the environment against the config of OpenClaw %s', (line) => {
  const token = secret();
  const stale = { OPENCLAW_GATEWAY_TOKEN: secret() };
  let home: string;

  beforeAll(async () => {
    home = await makeHome();
    const port = await freePort();
    await startGateway({
      line,
      home,
      port,
      config: configFor({ line, port, mode: 'token', token }),
    });
  });
  afterAll(cleanUp);

  // What OpenClaw's own client says is the reference.
  const call = async (env: Record<string, string>) =>
    (await openclawCli({ line, home, env, args: ['gateway', 'call', 'health', '--json'] })).code;

  it(`a variable of the shell ${line === '2026.5.18' ? 'is CLAW-109' : 'does no harm'}`, async () => {
    const diagnosed = await runClawdoctor({ line, home, env: stale });
    if (line === '2026.9.6') {
      expectHealthy(diagnosed);
      expect(await call(stale)).toBe(0);
      return;
    }
    expectFirst(diagnosed, 'CLAW-109');
    expect(diagnosed.report.incidents[0]?.confidence).toBe('sure');
    expect(await call(stale)).not.toBe(0);
    // The remedy has no command; its postcondition: the variable is not set in that shell.
    const remedy = planned(diagnosed, 'unset-shell-variable');
    expect(remedy.postcondition).toContain('unset OPENCLAW_GATEWAY_TOKEN');
    expectSilent(await runClawdoctor({ line, home, args: verifying(remedy) }));
    expectHealthy(await runClawdoctor({ line, home }), 'a refusal');
    expect(await call({})).toBe(0);
  });

  it(`a line of .env ${line === '2026.5.18' ? 'is CLAW-109' : 'does no harm'}`, async () => {
    const file = path.join(home, '.openclaw', '.env');
    await writeFile(file, `OPENCLAW_GATEWAY_TOKEN=${stale.OPENCLAW_GATEWAY_TOKEN}\n`, {
      mode: 0o600,
    });
    const diagnosed = await runClawdoctor({ line, home });
    if (line === '2026.9.6') {
      expectHealthy(diagnosed);
      return;
    }
    expectFirst(diagnosed, 'CLAW-109');
    const remedy = planned(diagnosed, 'edit-dotenv');
    expect(remedy.postcondition).toContain(`${file} has no line for OPENCLAW_GATEWAY_TOKEN`);
    await rm(file);
    expectSilent(await runClawdoctor({ line, home, args: verifying(remedy) }));
    expectHealthy(await runClawdoctor({ line, home }), 'a refusal');
  });
});
