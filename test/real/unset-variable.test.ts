import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findingsWith, runClawdoctor } from './harness/clawdoctor.js';
import { configFor } from './harness/config.js';
import { cleanUp, startGateway } from './harness/gateway.js';
import { expectHealthy } from './harness/healthy.js';
import { freePort, makeHome } from './harness/home.js';
import { expectFirst, planned } from './harness/incidents.js';

// biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own syntax
const token = '${CLAWDOCTOR_UNSET_TOKEN}';

describe('a token that refers to a variable which is not set', () => {
  afterEach(cleanUp);

  const stage = async (line: '2026.5.18' | '2026.9.6') => {
    const [home, port] = [await makeHome(), await freePort()];
    const gateway = await startGateway({
      line,
      home,
      port,
      // A log of its own: in a shared one no line proves that this gateway made its token up.
      config: configFor({ line, port, token, logFile: path.join(home, 'gateway.log') }),
    });
    return { home, port, gateway };
  };
  const set = async (home: string) => {
    const file = path.join(home, '.openclaw', '.env');
    const text = `CLAWDOCTOR_UNSET_TOKEN=${randomBytes(24).toString('hex')}\n`;
    await writeFile(file, text, { mode: 0o600 });
  };

  it('keeps 2026.5.18 from starting, and the failure says why', async () => {
    const line = '2026.5.18';
    const { home, port, gateway } = await stage(line);
    expect(gateway.ready).toBe(false);
    expect(await gateway.exited).toBe(1);
    const diagnosed = await runClawdoctor({ line, home });
    expect(diagnosed.exitCode).toBe(1);
    const why = findingsWith(diagnosed.report, 'fail').filter((t) =>
      /CLAWDOCTOR_UNSET_TOKEN/.test(t),
    );
    expect(why.join('\n')).toMatch(/token\/.*refuses to start|cannot start/);
    await set(home);
    await startGateway({ line, home, port });
    expectHealthy(await runClawdoctor({ line, home }));
  });

  it('lets 2026.9.6 make up a token that nobody knows: CLAW-111', async () => {
    const line = '2026.9.6';
    const { home, port, gateway } = await stage(line);
    expect(gateway.ready, gateway.output()).toBe(true);
    const diagnosed = await runClawdoctor({ line, home });
    expectFirst(diagnosed, 'CLAW-111');
    expect(diagnosed.report.incidents[0]?.confidence).toBe('sure');
    expect(diagnosed.report.incidents[0]?.story.join(' ')).toContain('CLAWDOCTOR_UNSET_TOKEN');
    expect(planned(diagnosed, 'set-variable').postcondition).toContain(
      'in the environment of the gateway and of every client',
    );
    expect(planned(diagnosed, 'restart-gateway').postcondition).toContain(`pid ${gateway.pid}`);
    await gateway.stop();
    await set(home);
    await startGateway({ line, home, port });
    expectHealthy(await runClawdoctor({ line, home }));
  });
});
