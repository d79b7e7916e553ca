import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { findingsWith, runClawdoctor } from './harness/clawdoctor.js';
import { configFor, writeConfig } from './harness/config.js';
import { cleanUp, startGateway } from './harness/gateway.js';
import { expectHealthy } from './harness/healthy.js';
import { freePort, makeHome } from './harness/home.js';
import { expectFirst, expectSilent, planned, verifying } from './harness/incidents.js';
import { openClawLines } from './harness/install.js';

const secret = () => randomBytes(24).toString('hex');

describe.each(openClawLines)('OpenClaw %s runs with another secret than its config', (line) => {
  afterEach(cleanUp);

  it('because of --token: CLAW-110, and without the flag it is well', async () => {
    const [home, port, given, configured] = [
      await makeHome(),
      await freePort(),
      secret(),
      secret(),
    ];
    const config = configFor({ line, port, mode: 'token', token: configured });
    const gateway = await startGateway({ line, home, port, config, args: ['--token', given] });
    const diagnosed = await runClawdoctor({ line, home });
    expectFirst(diagnosed, 'CLAW-110');
    expect(diagnosed.report.incidents[0]?.confidence).toBe('sure');
    expect(diagnosed.stdout).not.toContain(configured);
    const remedy = planned(diagnosed, 'stop-flag-override');
    expect(remedy.postcondition).toContain(`pid ${gateway.pid}`);
    await gateway.stop();
    await startGateway({ line, home, port });
    expectSilent(await runClawdoctor({ line, home, args: verifying(remedy) }));
    expectHealthy(await runClawdoctor({ line, home }));
  });

  it('because reload is off: CLAW-110, and after the plan it is well', async () => {
    const [home, port] = [await makeHome(), await freePort()];
    const config = (token: string, mode: string) =>
      configFor({ line, port, mode: 'token', token, extra: { gateway: { reload: { mode } } } });
    const before = config(secret(), 'off');
    const gateway = await startGateway({ line, home, port, config: before });
    const well = await runClawdoctor({ line, home });
    expect(findingsWith(well.report, 'fail', 'warn', 'unknown')).toEqual([
      expect.stringContaining('config/gateway-auth reload-off warn'),
    ]);
    const edited = secret();
    await writeConfig(home, config(edited, 'off'));
    await sleep(3000); // the gateway records the hash of the edit and keeps the old token (facts.md, section 6)
    const diagnosed = await runClawdoctor({ line, home });
    expectFirst(diagnosed, 'CLAW-110');
    const story = diagnosed.report.incidents[0]?.story.join(' ');
    expect(story).toContain('reload');
    // Both steps state postconditions: the mode in the file, and a new process.
    expect(planned(diagnosed, 'turn-on-reload').postcondition).toContain('hybrid');
    const remedy = planned(diagnosed, 'restart-gateway');
    await gateway.stop();
    await startGateway({ line, home, port, config: config(edited, 'hybrid') });
    expectSilent(await runClawdoctor({ line, home, args: verifying(remedy) }));
    expectHealthy(await runClawdoctor({ line, home }));
  });
});
