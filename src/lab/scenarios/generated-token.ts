import type { StagedScenario } from '../scenario.js';
import { localGateway } from './parts.js';

export const generatedToken: StagedScenario = {
  name: 'generated-token',
  family: 'Secret references',
  title: 'The config names a variable that nobody has set',
  about:
    'OpenClaw 2026.9.6 starts all the same, with a random token that it tells nobody. Every client is refused.',
  async build(lab) {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: OpenClaw's own template
    await localGateway(lab, { line: '2026.9', token: '${LAB_GATEWAY_TOKEN}' });
    return undefined;
  },
};
