import type { StagedScenario } from '../scenario.js';
import { localGateway } from './parts.js';

export const shellVariableShadows: StagedScenario = {
  name: 'shell-variable-shadows',
  family: 'Gateway credentials',
  title: 'An old token is still exported in the shell',
  about:
    'Config and gateway agree. The shell exports OPENCLAW_GATEWAY_TOKEN from an earlier set-up, and a 2026.5 client believes the shell first.',
  async build(lab) {
    await localGateway(lab, { line: '2026.5' });
    lab.env.OPENCLAW_GATEWAY_TOKEN = lab.secret();
    return undefined;
  },
};
