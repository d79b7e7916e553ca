import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeConfig } from '../../harness/config.js';
import type { OpenClawLine } from '../../harness/install.js';
import {
  both,
  configOf,
  only5,
  only9,
  put,
  restart,
  type Start,
  start,
  variable,
} from './parts.js';
import type { At, RealScenario } from './scenario.js';

/** Each of a HOME of its own, in which a gateway was started and ended at once. */
function stopped(
  name: string,
  remedy: string,
  cause: RegExp,
  options: (at: At) => Start | Promise<Start>,
  lines: readonly OpenClawLine[] = both,
): RealScenario {
  return {
    name,
    lines,
    cause,
    async stage(at) {
      await start(at, { ...(await options(at)), fails: true });
      return { mend: { remedy, take: () => rightAgain(at) } };
    },
  };
}

/** A config with a token and a mode, and a start. */
async function rightAgain(at: At): Promise<undefined> {
  await rm(path.join(at.home, '.openclaw', '.env'), { force: true });
  await sleep(3000); // the start of a process is known to about two seconds: the failed one is not to be taken for it
  return restart(at);
}

const trustedProxy = (more: object) => ({
  auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-forwarded-user', ...more } },
  extra: { gateway: { trustedProxies: ['127.0.0.1'] } },
});

export const notStarting: RealScenario[] = [
  stopped('mode-missing', 'set-gateway-mode', /gateway\.mode/, () => ({
    extra: { gateway: { mode: undefined } },
  })),
  stopped('open-to-the-network-without-auth', 'require-auth', /without auth|bind_no_auth/i, () => ({
    auth: { mode: 'none' },
    extra: { gateway: { bind: 'lan' } },
  })),
  stopped('placeholder-token', 'write-plain-token', /placeholder|example/i, () => ({
    auth: { mode: 'token', token: 'change-me-to-a-long-random-token' },
  })),
  stopped(
    'token-and-password-without-mode',
    'choose-auth-mode',
    /gateway\.auth\.mode|both.*(token|password)/i,
    (at) => ({ auth: { token: at.token, password: at.secret() } }),
  ),
  stopped('trusted-proxy-with-a-token', 'choose-auth-mode', /mutually exclusive/i, async (at) => {
    await put(at, '.openclaw/.env', `${variable}=${at.secret()}\n`);
    return trustedProxy({ allowLoopback: true });
  }),
  stopped('misspelt-key', 'fix-unknown-key', /tokn|unrecognized/i, (at) => ({
    auth: { mode: 'token', tokn: at.secret() },
  })),
  stopped(
    'plugin-folder-gone',
    'repair-plugins',
    /our-plugin|plugin.*not found/i,
    (at) => ({ extra: { plugins: { load: { paths: [`${at.home}/src/our-plugin`] } } } }),
    only5,
  ),
  stopped(
    'unset-variable-stops-the-gateway',
    'set-variable',
    /NOPE_TOKEN/,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own syntax
    () => ({ auth: { mode: 'token', token: '${NOPE_TOKEN}' } }),
    only5,
  ),
  {
    name: 'port-taken',
    lines: both,
    cause: /already in use|port_in_use|EADDRINUSE|"status":\s*"busy"/i,
    async stage(at) {
      const close = await webServer(at.port);
      await start(at, { fails: true });
      const take = async () => {
        await close();
        return restart(at);
      };
      return { undo: close, mend: { remedy: 'stop-foreign-listener', take } };
    },
  },
  {
    name: 'not-running',
    lines: both,
    cause: /not running|ECONNREFUSED|no_gateway_reachable|stopped/i,
    async stage(at) {
      await writeConfig(at.home, configOf(at));
      return { mend: { remedy: 'start-gateway', take: () => restart(at) } };
    },
  },
];

/** 2026.9.6 makes up a token where 2026.5.18 does not start. */
export const generatedToken: RealScenario = {
  name: 'generated-token',
  lines: only9,
  cause: /NOPE_TOKEN/,
  async stage(at) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own syntax
    await start(at, { auth: { mode: 'token', token: '${NOPE_TOKEN}' } });
    return undefined;
  },
};

/** Loopback is not allowed: it runs, and refuses everybody. */
export const trustedProxyNotHere: RealScenario = {
  name: 'trusted-proxy-that-is-not-here',
  lines: both,
  cause: /allowLoopback/,
  async stage(at) {
    await start(at, trustedProxy({}));
    return undefined;
  },
};

export function webServer(port: number): Promise<() => Promise<void>> {
  const server = createServer((_, response) => response.writeHead(404).end('nothing here\n'));
  const close = () =>
    new Promise<void>((resolve) => {
      server.closeAllConnections();
      server.close(() => resolve());
    });
  return new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve(close)));
}
