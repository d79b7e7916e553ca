import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findingsWith, runClawdoctor } from './harness/clawdoctor.js';
import { configFor } from './harness/config.js';
import { cleanUp, type Gateway, startGateway } from './harness/gateway.js';
import { expectHealthy } from './harness/healthy.js';
import { freePort, makeHome } from './harness/home.js';
import { openClawLines } from './harness/install.js';
import { differences, type Entry, inventory, sqliteCounts } from './harness/inventory.js';
import { heardBy } from './harness/relay.js';
import { connectDevice, makeDevice } from './harness/wire.js';

const token = randomBytes(24).toString('hex');

describe.each(openClawLines)('clawdoctor leaves no trace on OpenClaw %s', (line) => {
  let gateway: Gateway;
  let home: string;

  beforeAll(async () => {
    home = await makeHome();
    const port = await freePort();
    const config = configFor({ line, port, mode: 'token', token });
    gateway = await startGateway({ line, home, port, config });
  });
  afterAll(cleanUp);

  /**
   * What a gateway that is left alone goes on writing (facts.md, section 6: nothing on 5.18), and the place for temporary
   * files, which may have been used but holds what it held.
   */
  const ownFiles = {
    '2026.5.18': /^tmp: mtimeMs$/,
    '2026.9.6': /^(tmp: mtimeMs|\.openclaw\/state\/openclaw\.sqlite-(wal|shm): .*)$/,
  }[line];
  const changes = (before: Map<string, Entry>, after: Map<string, Entry>) =>
    differences(before, after).filter((text) => !ownFiles.test(text));

  /** After its start a gateway writes for some seconds more. */
  const quiet = async (): Promise<Map<string, Entry>> => {
    for (let before = await inventory(home); ; ) {
      await sleep(3000);
      const after = await inventory(home);
      if (changes(before, after).length === 0) return after;
      before = after;
    }
  };

  const rows = async (): Promise<unknown> => {
    if (line === '2026.5.18') return undefined; // files, which the inventory compares
    const file = path.join(gateway.stateDir, 'state', 'openclaw.sqlite');
    return sqliteCounts(file, ['device_pairing_paired', 'device_pairing_pending']);
  };

  it('in HOME and state directory of one that nothing has paired with yet', async () => {
    const before = await quiet();
    expectHealthy(await runClawdoctor({ line, home }));
    expect(changes(before, await inventory(home))).toEqual([]);
  });

  it('in its pairing stores, with a paired device and a pending request', async () => {
    const untouched = await quiet();
    const device = makeDevice();
    const request = { port: gateway.port, token, device };
    const paired = await connectDevice({ ...request, scopes: ['operator.read'] });
    await paired.close();
    const refused = await connectDevice({ ...request, client: { platform: 'darwin' } });
    expect([paired.ok, refused.ok]).toEqual([true, false]);
    const before = await quiet();
    if (line === '2026.5.18') expect(changes(untouched, before)).not.toEqual([]); // it would be seen
    const counted = await rows();
    if (line === '2026.9.6') {
      expect(counted).toEqual({ device_pairing_paired: 1, device_pairing_pending: 1 });
    }
    const { report } = await runClawdoctor({ line, home });
    expect(findingsWith(report, 'fail').join('\n')).toContain(device.id.slice(0, 12));
    expect(changes(before, await inventory(home))).toEqual([]);
    expect(await rows()).toEqual(counted);
  });
});

describe.each(openClawLines)('what clawdoctor sends to OpenClaw %s, by a relay', (line) => {
  const [given, configured] = [token, randomBytes(24).toString('hex')];
  let gateway: Gateway;
  let home: string;

  beforeAll(async () => {
    home = await makeHome();
    const port = await freePort();
    const config = configFor({ line, port, mode: 'token', token: configured });
    gateway = await startGateway({ line, home, port, config, args: ['--token', given] });
  });
  afterAll(cleanUp);

  const stale = randomBytes(24).toString('hex');

  // The children of 2026.9 have the flag's value in their environment; nothing of 2026.5 shows it.
  const shown = line === '2026.9.6';
  const live: [string[], number] = [[configured, given], 1];

  it.each<[string, string | undefined, string[], number]>([
    [
      'nothing beside the config',
      undefined,
      ...(shown ? live : ([[configured], 0] as typeof live)),
    ],
    [
      'a wrong value beside the config',
      stale,
      ...(shown ? live : ([[configured, stale], 0] as typeof live)),
    ],
    ['the live value beside the config', given, ...live],
  ])('one anonymous try and one a candidate: %s', async (_, shell, candidates, sockets) => {
    const env = shell === undefined ? {} : { OPENCLAW_GATEWAY_TOKEN: shell };
    const heard = await heardBy(gateway.port, (more) =>
      runClawdoctor({ line, home, env: { ...env, ...more } }),
    );
    const tries = heard.filter(({ path: at }) => at === '/tools/invoke');
    expect(
      tries.map(({ method, headers }) => `${method} ${headers.authorization ?? 'none'}`),
    ).toEqual(['POST none', ...candidates.map((value) => `POST Bearer ${value}`)]);
    const upgrades = heard.filter(({ headers }) => headers.upgrade !== undefined);
    expect(upgrades).toHaveLength(sockets);
    const rest = heard.filter((request) => !tries.includes(request));
    expect(rest.filter(({ headers }) => headers.authorization !== undefined)).toEqual([]);
    expect(rest.filter(({ path: at }) => heard.filter((h) => h.path === at).length > 1)).toEqual(
      [],
    );
    for (const { headers } of heard) {
      expect(Object.keys(headers)).not.toContain('origin');
      expect(Object.keys(headers)).not.toContain('cookie');
      expect(headers['user-agent'] ?? '').toMatch(/^clawdoctor\//);
    }
  });
});
