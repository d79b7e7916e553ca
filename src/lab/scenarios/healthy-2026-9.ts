import type { StagedScenario } from '../scenario.js';
import { localGateway } from './parts.js';

export const healthyNewLine: StagedScenario = {
  name: 'healthy-2026.9',
  family: 'Nothing is wrong',
  title: 'OpenClaw 2026.9.6, everything right',
  about: 'A gateway on loopback with one token everywhere, its state in SQLite, and a local model.',
  async build(lab) {
    await localGateway(lab, { line: '2026.9' });
    return undefined;
  },
};
