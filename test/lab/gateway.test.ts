import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type LabGateway, startLabGateway } from './lab-gateway.js';
import { connect, http, makeDevice } from './wire-client.js';

const releases = ['2026.5.18', '2026.9.6'] as const;

function secret(): string {
  return randomBytes(24).toString('hex');
}

function config(token: unknown, gateway: object = {}): Record<string, unknown> {
  return {
    gateway: { mode: 'local', bind: 'loopback', auth: { mode: 'token', token }, ...gateway },
  };
}

async function started(...asked: Parameters<typeof startLabGateway>): Promise<LabGateway> {
  const gateway = await startLabGateway(...asked);
  onTestFinished(() => gateway.stop());
  return gateway;
}

async function statusOf({ port }: LabGateway, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return (await http(port, 'POST', '/tools/invoke', headers, '{}')).status;
}

async function edit(gateway: LabGateway, value: Record<string, unknown>): Promise<void> {
  const { port } = gateway;
  const text = JSON.stringify({ gateway: { ...(value.gateway as object), port } });
  await writeFile(join(gateway.stateDir, 'openclaw.json'), text);
}

describe.each(releases)('%s', (release) => {
  const isOld = release === '2026.5.18';

  it('accepts the token of its config before that of its environment', async () => {
    const [own, other] = [secret(), secret()];
    const env = { OPENCLAW_GATEWAY_TOKEN: other };
    const gateway = await started(release, config(own), { env });
    expect(await statusOf(gateway, own)).toBe(400);
    expect(await statusOf(gateway, other)).toBe(401);
  });

  it('wants a device of a terminal, whatever secret it brings; a backend needs none', async () => {
    const token = secret();
    const gateway = await started(release, config(token));
    const ask = (id: string, mode: string, sent: string) =>
      connect(gateway.port, { client: { id, mode }, auth: { token: sent } });
    for (const sent of [token, secret()]) {
      const { connect: answer } = await ask('openclaw-tui', 'ui', sent);
      expect(answer?.error?.details?.code).toBe('CONTROL_UI_DEVICE_IDENTITY_REQUIRED');
    }
    const { connect: answer } = await ask('gateway-client', 'backend', secret());
    expect(answer?.error?.details?.code).toBe('AUTH_TOKEN_MISMATCH');
  });

  it('takes the environment when the config has no token', async () => {
    const token = secret();
    const env = { OPENCLAW_GATEWAY_TOKEN: token };
    const gateway = await started(release, config(undefined), { env });
    expect(await statusOf(gateway, token)).toBe(400);
  });

  it('takes up an edited token within a second and closes what the old one opened', async () => {
    const [old, fresh] = [secret(), secret()];
    const gateway = await started(release, config(old));
    const open = connect(gateway.port, {
      client: { id: 'gateway-client', mode: 'backend' },
      auth: { token: old },
      stay: true,
    });
    await sleep(150);
    await edit(gateway, config(fresh));
    expect((await open).closed).toEqual({ code: 4001, reason: 'gateway auth changed' });
    expect([await statusOf(gateway, old), await statusOf(gateway, fresh)]).toEqual([401, 400]);
  });

  it.each([
    ['reload is off', { reload: { mode: 'off' } }, []],
    ['it was started with --token', {}, ['--token', 'a-token-by-hand-0123456789']],
  ])('keeps its token when %s', async (_name, extra, args) => {
    const [old, fresh] = [args[1] ?? secret(), secret()];
    const first = args.length > 0 ? secret() : old;
    const gateway = await started(release, config(first, extra), { args });
    await edit(gateway, config(fresh, extra));
    await sleep(700);
    expect([await statusOf(gateway, old), await statusOf(gateway, fresh)]).toEqual([400, 401]);
  });

  it('looks in the process table as the release does', async () => {
    const gateway = await started(release, config(secret()), { args: ['--token', secret()] });
    if (process.platform !== 'linux') return;
    const name = isOld ? 'openclaw' : 'openclaw-gateway';
    const cmdline = readFileSync(`/proc/${gateway.pid}/cmdline`, 'utf8');
    expect(cmdline.replaceAll('\0', '')).toBe(name);
    expect(readFileSync(`/proc/${gateway.pid}/comm`, 'utf8').trim()).toBe(name.slice(0, 15));
  });

  it('holds the lock of its release while it runs', async () => {
    const gateway = await started(release, config(secret()));
    const uid = process.getuid?.() ?? 0;
    const base = isOld ? join(gateway.home, '..', 'tmp') : join(gateway.stateDir, 'tmp');
    const directory = join(base, `openclaw-${uid}`);
    const name = readdirSync(directory).find((each) => /^gateway\.[0-9a-f]{8}\.lock$/.test(each));
    const file = join(directory, name ?? '');
    const lock = JSON.parse(readFileSync(file, 'utf8').trim()) as Record<string, unknown>;
    expect(lock).toMatchObject({
      pid: gateway.pid,
      configPath: join(gateway.stateDir, 'openclaw.json'),
      ...(!isOld && { port: gateway.port, stateDir: gateway.stateDir }),
    });
    expect(statSync(file).mode & 0o777).toBe(isOld ? 0o644 : 0o600);
    // 2026.5 looks in its TMPDIR, 2026.9 in its state directory.
    const env = { HOME: gateway.home, TMPDIR: join(gateway.home, '..', 'tmp') };
    const again = startLabGateway(release, config(secret()), { env });
    await expect(again).rejects.toThrow('already running');
  });

  it('keeps its state where the release keeps it', async () => {
    const gateway = await started(release, config(secret()));
    const has = (name: string) => existsSync(join(gateway.stateDir, name));
    expect({
      device: has('identity/device.json'),
      health: has('logs/config-health.json'),
      lastGood: has('openclaw.json.last-good'),
      database: has('state/openclaw.sqlite'),
      log: has('state/openclaw.sqlite-wal'),
    }).toEqual({ device: isOld, health: isOld, lastGood: isOld, database: !isOld, log: !isOld });
  });

  it('pairs a new device silently and then minds what it was approved for', async () => {
    const token = secret();
    const gateway = await started(release, config(token));
    const device = makeDevice();
    const ask = (...scopes: string[]) =>
      connect(gateway.port, {
        client: { id: 'cli', mode: 'cli' },
        auth: { token },
        device,
        scopes,
      });
    expect((await ask('operator.pairing')).connect?.ok).toBe(true);
    const more = await ask('operator.read');
    expect(more.connect?.error?.details?.reason).toBe(isOld ? 'scope-upgrade' : undefined);
    expect(more.connect?.ok).toBe(!isOld);
  });
});

describe('what stops the gateway', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own template
  const unset = '${NO_SUCH_TOKEN}';
  it.each([
    ['2026.5.18', 'an unset variable', config(unset), 'NO_SUCH_TOKEN'],
    ['2026.5.18', 'no mode', { gateway: { auth: { token: 'x' } } }, 'missing gateway.mode'],
    ['2026.9.6', 'no mode', { gateway: { auth: { token: 'x' } } }, 'missing gateway.mode'],
    [
      '2026.5.18',
      'no auth on a LAN bind',
      { gateway: { mode: 'local', bind: 'lan', auth: { mode: 'none' } } },
      'without auth',
    ],
    [
      '2026.9.6',
      'a published placeholder',
      config('change-me-to-a-long-random-token'),
      'placeholder',
    ],
  ])('%s: %s', async (release, _name, value, said) => {
    await expect(startLabGateway(release, value)).rejects.toThrow(said);
  });

  it('is no unset variable on 2026.9.6: it runs with a token that nobody knows', async () => {
    const gateway = await started('2026.9.6', config(unset));
    expect(await statusOf(gateway, unset)).toBe(401);
    expect((await http(gateway.port, 'GET', '/healthz')).status).toBe(200);
  });
});
