import { chmod, rm } from 'node:fs/promises';
import path from 'node:path';
import { both, only5, only9, openTo, put, start, variable } from './parts.js';
import type { RealScenario, Station } from './scenario.js';

// Nothing is wrong with the gateway: what its clients have, or who else may read it, is.

const scenarios: RealScenario[] = [
  {
    name: 'shell-variable-shadows',
    lines: only5,
    harmless: only9,
    stage: async (at) => ({ env: { [variable]: at.secret() } }),
    cause: /OPENCLAW_GATEWAY_TOKEN|env_token_overrides/,
  },
  {
    name: 'dotenv-shadows',
    lines: only5,
    harmless: only9,
    async stage(at) {
      const file = await put(at, '.openclaw/.env', `${variable}=${at.secret()}\n`);
      return { undo: () => rm(file) };
    },
    cause: /\.env\b|OPENCLAW_GATEWAY_TOKEN|env_token_overrides/,
  },
  {
    name: 'old-token-for-curl',
    lines: both,
    stage: async (at) => ({ env: { [variable]: at.secret() }, args: ['--as', 'curl'] }),
    cause: /OPENCLAW_GATEWAY_TOKEN|env_token_overrides/,
  },
  {
    name: 'bearer-inside-the-token',
    lines: both,
    stage: async ({ token }) => ({
      env: { [variable]: `Bearer ${token}` },
      args: ['--as', 'curl'],
    }),
    cause: /bearer/i,
  },
  {
    name: 'client-sent-to-the-browser-port',
    lines: only5,
    stage: async ({ port, token }) => ({
      env: { OPENCLAW_GATEWAY_URL: `ws://127.0.0.1:${port + 2}`, [variable]: token },
    }),
    cause: /OPENCLAW_GATEWAY_URL|browser/i,
  },
  {
    name: 'openai-endpoint-off',
    lines: both,
    stage: async ({ port, token }) => ({
      env: { OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1`, OPENAI_API_KEY: token },
    }),
    cause: /OPENAI_BASE_URL|chatCompletions|http\.endpoints/,
  },
  {
    name: 'config-open-to-all',
    lines: both,
    async stage(at) {
      const config = path.join(at.home, '.openclaw', 'openclaw.json');
      await openTo(at, 0o755, '.openclaw');
      await chmod(config, 0o644);
      return {
        async undo() {
          await chmod(config, 0o600);
          await openTo(at, 0o700, '.openclaw');
        },
      };
    },
    cause: /perms|permission|world.readable|readable by (others|everybody)|chmod/i,
  },
  {
    name: 'gateway-hangs',
    lines: both,
    async stage({ gateway }) {
      const pid = gateway?.pid ?? 0;
      if (pid <= 0) throw new Error('no gateway to stop');
      process.kill(pid, 'SIGSTOP');
      return { undo: async () => process.kill(pid, 'SIGCONT') };
    },
    cause: /timed? ?out|timeout/i,
  },
];

export const clientsOfAHealthyGateway: Station = {
  title: 'what is around a healthy gateway',
  lines: both,
  async open(at) {
    await start(at);
  },
  scenarios,
};
