import type { StagedScenario } from '../scenario.js';
import { localGateway, nemoClaw } from './parts.js';

export const healthy: StagedScenario = {
  name: 'healthy',
  family: 'Nothing is wrong',
  title: 'OpenClaw 2026.5.18 and NemoClaw, everything right',
  about:
    'A gateway on loopback with one token everywhere, a paired CLI, one sandbox, the Ollama proxy with its file’s token, and a local model.',
  async build(lab) {
    const { port, ollamaPort } = await localGateway(lab, { line: '2026.5' });
    await nemoClaw(lab, [{ name: 'alpha', dashboardPort: port }], { ollamaPort });
    return undefined;
  },
};
