import { randomBytes } from 'node:crypto';
import { chmod, chown } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { runClawdoctor } from './harness/clawdoctor.js';
import { configFor } from './harness/config.js';
import { cleanUp, startGateway } from './harness/gateway.js';
import { freePort, makeHome } from './harness/home.js';
import { expectFirst } from './harness/incidents.js';
import { openClawLines } from './harness/install.js';
import { cacheFor, launcherFor, noOtherUsers } from './harness/other-user.js';

const [owner, other] = [12_001, 12_002];
const missing = noOtherUsers();

describe('the gateway of another user, whose process may not be looked at', () => {
  afterEach(() => vi.unstubAllEnvs());
  afterAll(cleanUp);

  it.for(openClawLines)(
    'drift of OpenClaw %s is found from the answers',
    async (line, { skip }) => {
      if (missing !== undefined) {
        expect(process.env.CLAWDOCTOR_LANES, missing).not.toBe('required');
        skip(missing);
      }
      const secret = () => randomBytes(24).toString('hex');
      const [home, mine, port] = [await makeHome(), await makeHome(), await freePort()];
      vi.stubEnv('CLAWDOCTOR_REAL_CACHE', await cacheFor(owner, line));
      const runAs = { uid: owner, gid: owner };
      const configured = secret();
      const config = configFor({ line, port, mode: 'token', token: configured });
      const gateway = await startGateway({
        line,
        home,
        port,
        config,
        runAs,
        args: ['--token', secret()],
      });
      expect(gateway.ready, gateway.output()).toBe(true);
      const stateDir = path.join(home, '.openclaw');
      for (const dir of [home, stateDir]) await chmod(dir, 0o755);
      await chmod(path.join(stateDir, 'openclaw.json'), 0o644);
      for (const dir of [mine, path.join(mine, 'tmp')]) await chown(dir, other, other);

      const diagnosed = await runClawdoctor({
        line,
        home: mine,
        stateHome: mine,
        runAs: other,
        launchFrom: await launcherFor(other),
        args: ['--home', home],
      });
      expectFirst(diagnosed, 'CLAW-110');
      const [incident] = diagnosed.report.incidents;
      expect(incident?.confidence).toMatch(/^(likely|possible)$/);
      const rows = diagnosed.report.credentials.filter((row) => /^proc/.test(row.source));
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) {
        expect(row).toMatchObject({ state: 'unreadable', letter: '?' });
        expect(row.reason ?? '').not.toBe('');
      }
      expect(diagnosed.stdout).not.toContain(configured);
    },
  );
});
