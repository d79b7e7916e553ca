import { chmod, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Remedy } from '../../../../src/model/remedy.js';
import { writeConfig } from '../../harness/config.js';
import { startGateway } from '../../harness/gateway.js';
import { makeHome } from '../../harness/home.js';
import { connectDevice, makeDevice } from '../../harness/wire.js';
import { forwardingProxy, throughProxy } from './forwarding-proxy.js';
import { webServer } from './not-starting.js';
import {
  both,
  configOf,
  only5,
  only9,
  openTo,
  put,
  restart,
  runCommand,
  start,
  statusOf,
} from './parts.js';
import { refusedThrice } from './refused-clients.js';
import type { At, Mend, RealScenario } from './scenario.js';

const fileRef = { source: 'file', provider: 'vault', id: 'value' };
const envRef = (id: string) => ({ source: 'env', provider: 'default', id });

/** The secret file of this HOME, and what the config says of it. */
async function secretFile(at: At): Promise<{ file: string; extra: object }> {
  const file = await put(at, '.secrets/gateway-token', `${at.token}\n`);
  return {
    file,
    extra: {
      secrets: { providers: { vault: { source: 'file', path: file, mode: 'singleValue' } } },
    },
  };
}

/** The gateway of another HOME on the port of this one. */
async function foreign(at: At): Promise<Mend> {
  const home = await makeHome();
  const other = { ...at, home, logFile: `${home}/gateway.log` };
  const gateway = await start(other, { home, auth: { mode: 'token', token: at.secret() } });
  const take = async () => {
    await gateway.stop();
    return restart(at);
  };
  return { remedy: 'use-this-config', take };
}

const strict = { maxAttempts: 4, windowMs: 60_000, lockoutMs: 600_000, exemptLoopback: false };

/** One gateway of its own each. */
export const running: RealScenario[] = [
  {
    name: 'secret-file-open-to-all',
    lines: both,
    cause: /permission|world.readable|unavailable|gateway-token/i,
    async stage(at) {
      const { file, extra } = await secretFile(at);
      await start(at, { auth: { mode: 'token', token: fileRef }, extra: { ...extra } });
      await chmod(file, 0o644);
      await openTo(at, 0o755, '.secrets');
      const take = async (step?: Remedy) => {
        await runCommand(at, step);
        expect((await stat(file)).mode & 0o777).toBe(0o600);
        return undefined;
      };
      return { mend: { remedy: 'repair-secret-file', take } };
    },
  },
  {
    name: 'two-references-that-differ',
    lines: both,
    cause: /remote\.token/,
    async stage(at) {
      const { extra } = await secretFile(at);
      const remote = { url: `ws://127.0.0.1:${at.port}`, token: envRef('REMOTE_GW_TOKEN') };
      const auth = { mode: 'token', token: fileRef };
      // 2026.5.18 does not start without it (facts.md).
      const env = { REMOTE_GW_TOKEN: at.secret() };
      await start(at, { auth, env, extra: { ...extra, gateway: { remote } } });
      const one = { ...remote, token: fileRef };
      const take = () => restart(at, { auth, extra: { ...extra, gateway: { remote: one } } });
      return { env, mend: { remedy: 'one-reference', take } };
    },
  },
  {
    name: 'wrong-listener',
    lines: both,
    cause: /other(_| )gateway|another gateway|multiple_gateways|different (home|config)/i,
    async stage(at) {
      const mend = await foreign(at);
      // The other one answers on this port: that ours has ended says its exit.
      const { line, home, port } = at;
      const ours = await startGateway({ line, home, port, config: configOf(at) });
      await ours.exited;
      return { mend };
    },
  },
  {
    name: 'other-home-of-root',
    lines: both,
    cause: /other(_| )gateway|another gateway|multiple_gateways|different (home|config)/i,
    async stage(at) {
      await writeConfig(at.home, configOf(at));
      return { mend: await foreign(at) };
    },
  },
  {
    name: 'hooks-token-is-the-gateway-token',
    lines: only9,
    cause: /hooks\.token/,
    async stage(at) {
      await start(at, { extra: { hooks: { enabled: true, token: at.token } } });
      const hooks = { enabled: true, token: at.secret() };
      const take = () => restart(at, { extra: { hooks } });
      return { mend: { remedy: 'separate-hooks-token', take } };
    },
  },
  {
    name: 'hooks-token-never-replaced',
    lines: only5,
    cause: /HOOKS_TOKEN/,
    async stage(at) {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own syntax
      await start(at, { extra: { hooks: { enabled: true, token: '${HOOKS_TOKEN}' } } });
      const hooks = { enabled: true, token: at.secret() };
      const take = () => restart(at, { extra: { hooks } });
      return { mend: { remedy: 'write-hooks-token', take } };
    },
  },
  ...(['proxy-headers-not-trusted', 'proxy-headers-not-trusted-2026.9'] as const).map(
    (name): RealScenario => ({
      name,
      lines: name.endsWith('2026.9') ? only9 : only5,
      cause: /trusted.?prox/i,
      async stage(at) {
        await start(at);
        await put(at, '.config/clawdoctor/clawdoctor.json', {
          identity: 'https://claw.example',
          mode: 'proxy',
        });
        const proxy = await forwardingProxy(at.port);
        for (let times = 0; times < 3; times++) await throughProxy(proxy.port, at.token);
        await proxy.close();
        const gateway = { trustedProxies: ['127.0.0.1', '::1'] };
        const take = () => restart(at, { extra: { gateway } });
        return { mend: { remedy: 'trust-proxy', take } };
      },
    }),
  ),
  {
    name: 'chat-audience-of-another-host',
    lines: only5,
    // 2026.9.6 would ask the registry for the channel's package.
    cause: /audience/i,
    async stage(at) {
      const audience = 'https://old.example/googlechat';
      const channels = { googlechat: { enabled: true, audienceType: 'app-url', audience } };
      await start(at, { extra: { channels, gateway: { trustedProxies: ['127.0.0.1'] } } });
      await put(at, '.config/clawdoctor/clawdoctor.json', { identity: 'https://claw.example' });
      return undefined;
    },
  },
  {
    name: 'locked-out',
    lines: both,
    cause: /rate.?limit|too many/i,
    async stage(at) {
      await start(at, { auth: { mode: 'token', token: at.token, rateLimit: strict } });
      for (let tries = 0; tries < 4; tries++) await statusOf(at.port, at.secret());
      expect(await statusOf(at.port, at.token)).toBe(429);
      // A new process knows of no lockout.
      return { mend: { remedy: 'wait-for-lockout', take: () => restart(at) } };
    },
  },
  {
    name: 'old-token-after-a-rotation',
    lines: both,
    cause: /auth changed|rotat/i,
    async stage(at) {
      await start(at);
      const token = at.secret();
      await edited(at, { mode: 'token', token }, token);
      const ask = {
        client: { id: 'openclaw-macos', mode: 'ui' },
        token: at.token,
        device: 'new',
      } as const;
      await refusedThrice(at, ask, 'AUTH_TOKEN_MISMATCH');
      return undefined;
    },
  },
  {
    name: 'device-on-a-new-platform',
    lines: both,
    cause: /metadata/i,
    async stage(at) {
      await start(at);
      const { port, token } = at;
      const ask = { port, token, device: makeDevice() };
      const paired = await connectDevice(ask);
      expect(paired.ok, JSON.stringify(paired.error)).toBe(true);
      await paired.close();
      const moved = await connectDevice({ ...ask, client: { platform: 'darwin' } });
      expect(moved.error?.details).toMatchObject({ reason: 'metadata-upgrade' });
      return undefined;
    },
  },
  {
    name: 'restart-storm',
    lines: both,
    cause: /crash.?loop|restart/i,
    async stage(at) {
      const close = await webServer(at.port);
      for (let starts = 0; starts < 6; starts++) await start(at, { fails: true });
      await close();
      return undefined;
    },
  },
];

/** Writes the edit until the gateway has taken it up: right after a start it may not look yet. */
export async function edited(at: At, auth: Record<string, unknown>, token: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    await sleep(2500);
    if ((await statusOf(at.port, token)) === 400) break;
    if (tries % 4 === 0) await writeConfig(at.home, configOf(at, { auth }));
  }
  expect(await statusOf(at.port, token)).toBe(400);
}
