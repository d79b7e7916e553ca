import { createServer } from 'node:http';
import { writeConfig } from '../../harness/config.js';
import type { OpenClawLine } from '../../harness/install.js';
import { both, configOf, only5, only9, put, type Start, start, variable } from './parts.js';
import type { At, RealScenario } from './scenario.js';

/** Each of a HOME of its own, in which a gateway was started and ended at once. */
function stopped(
  name: string,
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
      return undefined;
    },
  };
}

const trustedProxy = (more: object) => ({
  auth: { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-forwarded-user', ...more } },
  extra: { gateway: { trustedProxies: ['127.0.0.1'] } },
});

export const notStarting: RealScenario[] = [
  stopped('mode-missing', /gateway\.mode/, () => ({ extra: { gateway: { mode: undefined } } })),
  stopped('open-to-the-network-without-auth', /without auth|bind_no_auth/i, () => ({
    auth: { mode: 'none' },
    extra: { gateway: { bind: 'lan' } },
  })),
  stopped('placeholder-token', /placeholder|example/i, () => ({
    auth: { mode: 'token', token: 'change-me-to-a-long-random-token' },
  })),
  stopped(
    'token-and-password-without-mode',
    /gateway\.auth\.mode|both.*(token|password)/i,
    (at) => ({ auth: { token: at.token, password: at.secret() } }),
  ),
  stopped('trusted-proxy-with-a-token', /mutually exclusive/i, async (at) => {
    await put(at, '.openclaw/.env', `${variable}=${at.secret()}\n`);
    return trustedProxy({ allowLoopback: true });
  }),
  stopped('misspelt-key', /tokn|unrecognized/i, (at) => ({
    auth: { mode: 'token', tokn: at.secret() },
  })),
  stopped(
    'plugin-folder-gone',
    /our-plugin|plugin.*not found/i,
    (at) => ({ extra: { plugins: { load: { paths: [`${at.home}/src/our-plugin`] } } } }),
    only5,
  ),
  stopped(
    'unset-variable-stops-the-gateway',
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
      return { undo: close };
    },
  },
  {
    name: 'not-running',
    lines: both,
    cause: /not running|ECONNREFUSED|no_gateway_reachable|stopped/i,
    async stage(at) {
      await writeConfig(at.home, configOf(at));
      return undefined;
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
