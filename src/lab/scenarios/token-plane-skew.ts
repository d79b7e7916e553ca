import { hostname, networkInterfaces } from 'node:os';
import { putNemoClaw } from '../place.js';
import type { StagedScenario } from '../scenario.js';
import { localGateway } from './parts.js';

export const tokenPlaneSkew: StagedScenario = {
  name: 'token-plane-skew',
  family: 'The four reports',
  title: 'The gateway listens on loopback, its clients are sent to the LAN name',
  about:
    'One token, one gateway on 127.0.0.1. The shell’s OPENCLAW_GATEWAY_URL and the webhooks name this machine’s LAN address, on which nothing listens.',
  async build(lab) {
    const port = await lab.port();
    const lan = lanAddress();
    const { token } = await localGateway(lab, {
      line: '2026.5',
      port,
      rest: {
        channels: {
          telegram: { enabled: true, webhookUrl: `http://${lan}:${port}/telegram-webhook` },
        },
      },
    });
    await lab.installNemoClaw();
    const sandbox = { name: 'alpha', dashboardPort: port, provider: 'ollama' };
    await putNemoClaw(lab.home, { sandboxes: [sandbox] });
    lab.env.OPENCLAW_GATEWAY_URL = `ws://${lan}:${port}`;
    // A client with a URL from the environment takes its credential from there too.
    lab.env.OPENCLAW_GATEWAY_TOKEN = token;
    lab.env.NEMOCLAW_GATEWAY_WS_HOST = lan;
    lab.env.OPENCLAW_ALLOW_INSECURE_PRIVATE_WS = '1';
    return undefined;
  },
};

/** This machine's first address that is not loopback; its name when it has none. */
function lanAddress(): string {
  for (const addresses of Object.values(networkInterfaces()))
    for (const each of addresses ?? [])
      if (!each.internal && each.family === 'IPv4') return each.address;
  return hostname();
}
