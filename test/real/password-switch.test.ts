import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findingsWith, runClawdoctor } from './harness/clawdoctor.js';
import { openclawCli } from './harness/cli.js';
import { configFor, writeConfig } from './harness/config.js';
import { cleanUp, startGateway } from './harness/gateway.js';
import { liveSource } from './harness/healthy.js';
import { freePort, makeHome } from './harness/home.js';
import { openClawLines } from './harness/install.js';

const long = process.env.CLAWDOCTOR_REAL === 'all';

// facts.md, section 5: the variable alone turns a token gateway into a password gateway, unless auth.mode says token.
describe.runIf(long)('OPENCLAW_GATEWAY_PASSWORD in .env beside a token without auth.mode', () => {
  afterAll(cleanUp);

  it.each(openClawLines)('OpenClaw %s takes the password, and so it is reported', async (line) => {
    const secret = () => randomBytes(24).toString('hex');
    const [home, port, password] = [await makeHome(), await freePort(), secret()];
    await writeConfig(home, configFor({ line, port, token: secret() }));
    const file = path.join(home, '.openclaw', '.env');
    await writeFile(file, `OPENCLAW_GATEWAY_PASSWORD=${password}\n`, { mode: 0o600 });
    const gateway = await startGateway({ line, home, port });
    expect(gateway.ready, gateway.output()).toBe(true);
    const diagnosed = await runClawdoctor({ line, home });
    expect(liveSource(diagnosed)).toContain('.env OPENCLAW_GATEWAY_PASSWORD');
    // Its verdict on the local client is that of the client itself.
    const client = await openclawCli({ line, home, args: ['gateway', 'call', 'health', '--json'] });
    const fails = findingsWith(diagnosed.report, 'fail').filter((t) => t.startsWith('token/'));
    expect(fails.length === 0, [...fails, client.stderr].join('\n')).toBe(client.code === 0);
  });
});
