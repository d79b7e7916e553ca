import type { StagedScenario } from '../scenario.js';
import { nemoClaw, sandboxGateway } from './parts.js';

export const ollamaProxyTokenDivergence: StagedScenario = {
  name: 'ollama-proxy-token-divergence',
  family: 'The four reports',
  title: 'Onboarding ran again and the Ollama proxy kept its old token',
  about:
    'Two sandboxes use the local Ollama through its proxy. The proxy still runs with the token of the first onboarding; the file holds that of the second.',
  async build(lab) {
    const [alpha, beta] = [await lab.port(), await lab.port()];
    await lab.installOpenClaw('2026.5');
    await sandboxGateway(lab, { port: alpha });
    await sandboxGateway(lab, { port: beta, home: await lab.otherHome('beta') });
    const sandboxes = [
      { name: 'alpha', dashboardPort: alpha },
      { name: 'beta', dashboardPort: beta },
    ];
    await nemoClaw(lab, sandboxes, { runningToken: lab.secret() });
    return undefined;
  },
};
