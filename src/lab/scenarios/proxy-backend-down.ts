import type { StagedScenario } from '../scenario.js';
import { nemoClaw, sandboxGateway } from './parts.js';

export const proxyBackendDown: StagedScenario = {
  name: 'proxy-backend-down',
  family: 'Sandboxes and the Ollama proxy',
  title: 'The Ollama proxy is right and Ollama is not running',
  about: 'One sandbox, one proxy with its file’s token, and nothing behind the proxy: 502.',
  async build(lab) {
    const port = await lab.port();
    await lab.installOpenClaw('2026.5');
    await sandboxGateway(lab, { port });
    await nemoClaw(lab, [{ name: 'alpha', dashboardPort: port }], { backend: false });
    return undefined;
  },
};
