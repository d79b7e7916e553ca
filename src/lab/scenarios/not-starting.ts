import { put } from '../place.js';
import { family, type StagedScenario } from '../scenario.js';
import { localGateway } from './parts.js';

const of = family('The gateway does not start');

function stopped(
  name: string,
  title: string,
  about: string,
  options: Parameters<typeof localGateway>[1],
): StagedScenario {
  return of(name, title, about, async (lab) => {
    await localGateway(lab, { ...options, start: 'fails' });
  });
}

export const notStarting = [
  stopped(
    'mode-missing',
    'The config does not say gateway.mode',
    'A config that was written by hand. OpenClaw ends with exit 78 and waits for somebody to say it.',
    { rest: { gateway: { mode: undefined } } },
  ),
  stopped(
    'open-to-the-network-without-auth',
    'Bound to the LAN without authentication',
    'gateway.bind is lan and gateway.auth.mode none: OpenClaw refuses to listen (exit 78).',
    { auth: { mode: 'none' }, rest: { gateway: { bind: 'lan' } } },
  ),
  stopped(
    'placeholder-token',
    'The token is the one of the published example',
    'change-me-to-a-long-random-token: OpenClaw does not start with it.',
    { token: 'change-me-to-a-long-random-token' },
  ),
  stopped(
    'token-and-password-without-mode',
    'Token and password are set, and no mode',
    'OpenClaw does not guess which of the two is meant.',
    { auth: { token: 'a-token-that-a-person-chose-1f7c', password: 'a-password-of-23b1' } },
  ),
  of(
    'trusted-proxy-with-a-token',
    'Trusted-proxy mode, and a token in .env',
    'OpenClaw calls the two mutually exclusive and does not start. The token comes from an earlier set-up.',
    (lab) =>
      trustedProxy(lab.secret(), (options) => localGateway(lab, { ...options, start: 'fails' })),
  ),
  of(
    'trusted-proxy-alone',
    'Trusted-proxy mode without any token',
    'A reverse proxy on this host signs people in. Nobody needs a shared secret.',
    (lab) => trustedProxy(undefined, (options) => localGateway(lab, options)),
  ),
  of(
    'trusted-proxy-that-is-not-here',
    'Trusted-proxy mode on loopback, and loopback is not allowed',
    'The proxy was moved to this host. gateway.auth.trustedProxy.allowLoopback is not set, so every request is refused.',
    async (lab) => {
      const auth = { mode: 'trusted-proxy', trustedProxy: { userHeader: 'x-forwarded-user' } };
      await localGateway(lab, { auth, rest: { gateway: { trustedProxies: ['127.0.0.1'] } } });
    },
  ),
  of(
    'plugin-folder-gone',
    'A plugin is registered whose folder is gone',
    'plugins.load.paths names a checkout that somebody deleted: 2026.5 refuses the whole config.',
    async (lab) => {
      const plugins = { load: { paths: [`${lab.home}/src/our-plugin`] } };
      await localGateway(lab, { rest: { plugins }, start: false });
    },
  ),
  of(
    'port-taken',
    'Another program has the port',
    'The gateway of this config ends at once: the port is already in use, by a web server of somebody.',
    async (lab) => {
      const port = await lab.port();
      await lab.webServer(port);
      await localGateway(lab, { port, start: 'fails' });
    },
  ),
  of(
    'not-running',
    'The gateway is not running',
    'Installed, configured, and nobody has started it.',
    async (lab) => {
      await localGateway(lab, { start: false });
    },
  ),
  of(
    'misspelt-key',
    'A key of the config is misspelt',
    'gateway.auth.tokn: OpenClaw refuses the whole file.',
    async (lab) => {
      const auth = { mode: 'token', tokn: lab.secret() };
      await localGateway(lab, { auth, start: false });
    },
  ),
];

async function trustedProxy(
  token: string | undefined,
  run: (options: Parameters<typeof localGateway>[1]) => Promise<unknown>,
): Promise<void> {
  const auth = {
    mode: 'trusted-proxy',
    trustedProxy: { userHeader: 'x-forwarded-user', allowLoopback: true },
  };
  await run({
    auth,
    rest: { gateway: { trustedProxies: ['127.0.0.1'] } },
    before: async (stateDir) => {
      if (token !== undefined) await put(`${stateDir}/.env`, `OPENCLAW_GATEWAY_TOKEN=${token}\n`);
    },
  });
}
