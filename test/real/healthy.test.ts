import { randomBytes } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { runClawdoctor } from './harness/clawdoctor.js';
import { openclawCli } from './harness/cli.js';
import { configFor, writeConfig } from './harness/config.js';
import { cleanUp, type Gateway, startGateway } from './harness/gateway.js';
import { expectHealthy, liveSource } from './harness/healthy.js';
import { freePort, makeHome } from './harness/home.js';
import { openClawLines } from './harness/install.js';
import { connectDevice, makeDevice } from './harness/wire.js';

// biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own syntax
const template = '${REAL_GATEWAY_TOKEN}';
const secret = () => randomBytes(24).toString('hex');

describe.each(openClawLines)('a healthy gateway of OpenClaw %s', (line) => {
  describe('with a token', () => {
    const token = secret();
    let home: string;
    let port: number;

    beforeAll(async () => {
      home = await makeHome();
      port = await freePort();
      await startGateway({
        line,
        home,
        port,
        config: configFor({ line, port, mode: 'token', token }),
      });
    });
    afterAll(cleanUp);

    it('is silent, and the live source is named', async () => {
      const diagnosed = await runClawdoctor({ line, home });
      expectHealthy(diagnosed);
      expect(liveSource(diagnosed)).toContain('openclaw.json gateway.auth.token');
      expect(`${diagnosed.stdout}${diagnosed.stderr}`).not.toContain(token);
    });

    it('is silent beside the gateway of another HOME', async () => {
      const other = await makeHome();
      const at = await freePort();
      const config = configFor({ line, port: at, mode: 'token', token: secret() });
      const neighbour = await startGateway({ line, home: other, port: at, config });
      const diagnosed = await runClawdoctor({ line, home });
      await neighbour.stop();
      expectHealthy(diagnosed);
      expect(diagnosed.report.attempts.map((a) => a.endpoint).join()).not.toContain(String(at));
    });

    it('is silent with paired devices', async () => {
      expect(await openclawCli({ line, home, args: ['gateway', 'call', 'status'] })).toMatchObject({
        code: 0,
      });
      const device = await connectDevice({ port, token, device: makeDevice() });
      await device.close();
      expect(device.ok).toBe(true);
      const diagnosed = await runClawdoctor({ line, home });
      expectHealthy(diagnosed);
      // On 2026.5.18 the call has paired this host; the CLI of 2026.9.6 does without, when it has the token.
      const scopes = diagnosed.report.findings.find((f) => f.check === 'scopes/approved');
      expect(scopes?.code).toBe(line === '2026.5.18' ? 'covered' : 'never-paired');
    });

    it('is silent after an edit of something else, while reload is on', async () => {
      const config = configFor({
        line,
        port,
        mode: 'token',
        token,
        extra: { logging: { level: 'debug' } },
      });
      await writeConfig(home, config);
      await sleep(3000); // until the gateway has recorded the edit: what changes while we look is not closable
      expectHealthy(await runClawdoctor({ line, home }));
    });
  });

  describe('with a password', () => {
    const password = secret();
    let home: string;

    beforeAll(async () => {
      home = await makeHome();
      const port = await freePort();
      const config = configFor({ line, port, mode: 'password', password });
      await startGateway({ line, home, port, config });
    });
    afterAll(cleanUp);

    it('is silent, and the live source is named', async () => {
      const diagnosed = await runClawdoctor({ line, home });
      expectHealthy(diagnosed);
      expect(liveSource(diagnosed)).toContain('openclaw.json gateway.auth.password');
      expect(`${diagnosed.stdout}${diagnosed.stderr}`).not.toContain(password);
    });
  });

  describe('with a reference to a variable of .env', () => {
    const token = secret();
    let gateway: Gateway | undefined;

    afterEach(async () => {
      await gateway?.stop();
      await cleanUp();
    });

    const written: [string, unknown][] = [
      ['a SecretRef', { source: 'env', provider: 'default', id: 'REAL_GATEWAY_TOKEN' }],
    ];
    if (process.env.CLAWDOCTOR_REAL === 'all') written.push(['a template', template]);

    it.each(written)('written as %s it is silent', async (_, reference) => {
      const home = await makeHome();
      const port = await freePort();
      await writeConfig(home, configFor({ line, port, mode: 'token', token: reference }));
      await appendFile(path.join(home, '.openclaw', '.env'), `REAL_GATEWAY_TOKEN=${token}\n`);
      gateway = await startGateway({ line, home, port });
      expect(gateway.ready, gateway.output()).toBe(true);
      const diagnosed = await runClawdoctor({ line, home });
      expectHealthy(diagnosed);
      expect(diagnosed.stdout).not.toContain(token);
    });
  });
});
