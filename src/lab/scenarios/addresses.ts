import { gatewayConfig, localModels } from '../parts.js';
import { put } from '../place.js';
import { family } from '../scenario.js';
import { below, readObject } from '../servers/json.js';
import { visit } from '../visitor.js';
import { localGateway, model } from './parts.js';

const of = family('Addresses, proxies and identity');

const chat = (audience: string) => ({
  channels: { googlechat: { enabled: true, audienceType: 'app-url', audience } },
});
const access = (issuer: string) => ({
  mode: 'trusted-proxy',
  trustedProxy: {
    userHeader: 'cf-access-authenticated-user-email',
    allowLoopback: true,
    cloudflareAccessOidc: { issuer, providerId: 'cloudflare' },
  },
});
const team = 'https://acme.cloudflareaccess.com';

export const addresses = [
  of(
    'other-home-of-root',
    'The gateway was started as root, the CLI runs as a user',
    'sudo gave it another HOME: its config and its token are not those of this user, and it has this user’s port.',
    async (lab) => {
      const { port, ollamaPort } = await localGateway(lab, { start: false });
      const auth = { mode: 'token', token: lab.secret() };
      const config = gatewayConfig('2026.5', port, auth, localModels('2026.5', ollamaPort, model));
      await lab.gateway({ line: '2026.5', home: await lab.otherHome('root'), config });
    },
  ),
  of(
    'second-gateway-on-its-own-port',
    'Two gateways of two HOMEs, each on its own port',
    'Nobody is in anybody’s way.',
    async (lab) => {
      const { ollamaPort } = await localGateway(lab);
      const port = await lab.port();
      const auth = { mode: 'token', token: lab.secret() };
      const config = gatewayConfig('2026.5', port, auth, localModels('2026.5', ollamaPort, model));
      await lab.gateway({ line: '2026.5', home: await lab.otherHome('second'), config });
    },
  ),
  of(
    'bind-edited-without-restart',
    'The bind was edited to loopback, and the gateway still listens everywhere',
    'gateway.reload.mode is off. The config says loopback; the running process took “lan” at its start.',
    async (lab) => {
      const reload = { mode: 'off' };
      const { stateDir } = await localGateway(lab, { rest: { gateway: { bind: 'lan', reload } } });
      const file = `${stateDir}/openclaw.json`;
      const config = readObject(file);
      await put(file, { ...config, gateway: { ...below(config, 'gateway'), bind: 'loopback' } });
    },
  ),
  of(
    'client-sent-to-the-browser-port',
    'Clients are sent to the port of the browser control',
    'OPENCLAW_GATEWAY_URL names port+2, where 2026.5 has its browser control: it answers 401 to everything, also to the right token.',
    async (lab) => {
      const { port, token } = await localGateway(lab);
      lab.env.OPENCLAW_GATEWAY_URL = `ws://127.0.0.1:${port + 2}`;
      lab.env.OPENCLAW_GATEWAY_TOKEN = token;
    },
  ),
  of(
    'client-url-names-the-gateway',
    'OPENCLAW_GATEWAY_URL names the gateway',
    'The same address that the config gives, and the token of the config.',
    async (lab) => {
      const { port, token } = await localGateway(lab);
      lab.env.OPENCLAW_GATEWAY_URL = `ws://127.0.0.1:${port}`;
      lab.env.OPENCLAW_GATEWAY_TOKEN = token;
    },
  ),
  of(
    'openai-endpoint-off',
    'OpenAI clients are sent to the gateway, which has that surface off',
    'OPENAI_BASE_URL names this gateway. Without gateway.http.endpoints it answers with a page or with 404.',
    async (lab) => {
      const { port, token } = await localGateway(lab);
      lab.env.OPENAI_BASE_URL = `http://127.0.0.1:${port}/v1`;
      lab.env.OPENAI_API_KEY = token;
    },
  ),
  of(
    'openai-endpoint-on',
    'OpenAI clients are sent to the gateway, which has that surface on',
    'gateway.http.endpoints.chatCompletions is enabled.',
    async (lab) => {
      const http = { endpoints: { chatCompletions: { enabled: true } } };
      const { port, token } = await localGateway(lab, { rest: { gateway: { http } } });
      lab.env.OPENAI_BASE_URL = `http://127.0.0.1:${port}/v1`;
      lab.env.OPENAI_API_KEY = token;
    },
  ),
  of(
    'hooks-token-is-the-gateway-token',
    'The hooks use the token of the gateway',
    'One value for two surfaces: whoever posts a hook can do everything. 2026.9.6 starts and warns.',
    async (lab) => {
      const token = lab.secret();
      await localGateway(lab, { line: '2026.9', token, rest: { hooks: { enabled: true, token } } });
    },
  ),
  of(
    'hooks-with-a-token-of-their-own',
    'The hooks have a token of their own',
    'Two surfaces, two secrets.',
    async (lab) => {
      const hooks = { enabled: true, token: lab.secret() };
      await localGateway(lab, { line: '2026.9', rest: { hooks } });
    },
  ),
  of(
    'proxy-headers-not-trusted',
    'A reverse proxy in front, and gateway.trustedProxies is empty (2026.5)',
    'nginx on this host forwards https://claw.example to the gateway. Requests through it are not local any more, and nobody told the gateway to trust the proxy.',
    async (lab) => {
      await expectIdentity(lab.home);
      const { port, token } = await localGateway(lab);
      await visit(port, { auth: { token }, forwardedFor: '203.0.113.9', times: 3 });
    },
  ),
  of(
    'proxy-headers-not-trusted-2026.9',
    'A reverse proxy in front, and gateway.trustedProxies is empty (2026.9)',
    'The same proxy: OpenClaw 2026.9.6 answers 403 proxy_attribution_required.',
    async (lab) => {
      const gateway = { publicOrigin: 'https://claw.example' };
      await localGateway(lab, { line: '2026.9', rest: { gateway } });
    },
  ),
  of(
    'proxy-trusted',
    'A reverse proxy in front that the gateway trusts',
    'gateway.trustedProxies names the address that the proxy comes from.',
    async (lab) => {
      const gateway = {
        publicOrigin: 'https://claw.example',
        trustedProxies: ['127.0.0.1', '::1'],
      };
      await localGateway(lab, { line: '2026.9', rest: { gateway } });
    },
  ),
  of(
    'chat-audience-of-another-host',
    'Google Chat signs for another host',
    'channels.googlechat.audience is the URL of before the move; the identity in clawdoctor.json is the new one. Every webhook call is answered 401.',
    async (lab) => {
      await expectIdentity(lab.home);
      const gateway = { trustedProxies: ['127.0.0.1'] };
      await localGateway(lab, { rest: { ...chat('https://old.example/googlechat'), gateway } });
    },
  ),
  of(
    'chat-audience-right',
    'Google Chat signs for the public origin',
    'Audience and public origin name the same host.',
    async (lab) => {
      await expectIdentity(lab.home);
      const gateway = { trustedProxies: ['127.0.0.1'] };
      await localGateway(lab, { rest: { ...chat('https://claw.example/googlechat'), gateway } });
    },
  ),
  of(
    'issuer-of-another-team',
    'The config trusts the tokens of another Cloudflare team',
    'clawdoctor.json says which issuer is ours; the config names another.',
    async (lab) => {
      await expectIssuer(lab.home, team);
      await localGateway(lab, {
        line: '2026.9',
        auth: access('https://other.cloudflareaccess.com'),
        rest: proxied,
      });
    },
  ),
  of(
    'issuer-of-our-team',
    'The config trusts the tokens of our Cloudflare team',
    'clawdoctor.json and the config name the same issuer.',
    async (lab) => {
      await expectIssuer(lab.home, team);
      await localGateway(lab, { line: '2026.9', auth: access(team), rest: proxied });
    },
  ),
  of(
    'locked-out',
    'Too many wrong tokens: the gateway has locked this host out',
    'gateway.auth.rateLimit does not exempt loopback. Something here tried four wrong tokens; now even the right one gets 429.',
    async (lab) => {
      const { port } = await localGateway(lab, {
        auth: { mode: 'token', token: lab.secret(), rateLimit: strict },
      });
      const backend = { id: 'gateway-client', mode: 'backend' };
      const auth = { token: 'a-token-of-yesterday-5d0c' };
      await visit(port, { client: backend, auth, times: 4 });
    },
  ),
  of(
    'strict-limiter',
    'A strict limiter that nobody has tripped',
    'gateway.auth.rateLimit does not exempt loopback, and everybody sends the right token.',
    async (lab) => {
      const auth = { mode: 'token', token: lab.secret(), rateLimit: strict };
      await localGateway(lab, { auth });
    },
  ),
];

const strict = { maxAttempts: 4, windowMs: 60_000, lockoutMs: 120_000, exemptLoopback: false };
const proxied = {
  gateway: { trustedProxies: ['127.0.0.1'], publicOrigin: 'https://claw.example' },
};

/** 2026.5 has no gateway.publicOrigin: there the name outside is known to the operator alone. */
function expectIdentity(home: string): Promise<void> {
  return put(`${home}/clawdoctor.json`, { identity: 'https://claw.example', mode: 'proxy' });
}

function expectIssuer(home: string, issuer: string): Promise<void> {
  return put(`${home}/clawdoctor.json`, { issuer });
}
