import { gatewayConfig, localModels } from '../parts.js';
import type { StagedScenario } from '../scenario.js';
import { localGateway, model } from './parts.js';

export const wrongListener: StagedScenario = {
  name: 'wrong-listener',
  family: 'Addresses, proxies and identity',
  title: 'Another HOME’s gateway owns the port',
  about:
    'This HOME’s gateway is not running. A gateway of another HOME, with a token of its own, listens on the port that this config names.',
  async build(lab) {
    const { port, ollamaPort } = await localGateway(lab, { line: '2026.5', start: false });
    const auth = { mode: 'token', token: lab.secret() };
    const config = gatewayConfig('2026.5', port, auth, localModels('2026.5', ollamaPort, model));
    const home = await lab.otherHome('other');
    await lab.gateway({ line: '2026.5', home, config });
    return undefined;
  },
};
