import type { StagedScenario } from '../scenario.js';
import { localGateway } from './parts.js';

export const staleProcessToken: StagedScenario = {
  name: 'stale-process-token',
  family: 'Gateway credentials',
  title: 'The gateway was started with a token on its command line',
  about:
    'Somebody ran “openclaw gateway run --token A” to try something. The config says B, and every client sends B.',
  async build(lab) {
    await localGateway(lab, { line: '2026.5', args: ['--token', lab.secret()] });
    return undefined;
  },
};
