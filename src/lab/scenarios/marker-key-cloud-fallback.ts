import { gatewayConfig, ollamaProvider } from '../parts.js';
import { putPairedCli, putProfiles } from '../place.js';
import type { StagedScenario } from '../scenario.js';
import { dayMs, usedCli } from './parts.js';

const model = 'qwen3.5:27b';

export const markerKeyCloudFallback: StagedScenario = {
  name: 'marker-key-cloud-fallback',
  family: 'The four reports',
  title: 'A local model behind a marker key, with a cloud model as its fallback',
  about:
    'The provider ollama-remote is a machine in the house, with the key that the guide names. Two agents use it; behind it stands a cloud model with a working key.',
  async build(lab) {
    const auth = { mode: 'token', token: lab.secret() };
    const config = gatewayConfig('2026.5', await lab.port(), auth, {
      models: {
        providers: {
          // Over Ollama's own API 2026.5.18 takes the marker on such a host; over this one it does not.
          'ollama-remote': {
            ...ollamaProvider('http://ollama-box.lan:11434/v1', model),
            api: 'openai-completions',
          },
        },
      },
      agents: {
        defaults: {
          models: { [`ollama-remote/${model}`]: {} },
          model: { primary: `ollama-remote/${model}`, fallbacks: ['openai/gpt-4.1-mini'] },
        },
        list: [{ id: 'main', default: true }, { id: 'helper' }],
      },
    });
    await lab.installOpenClaw('2026.5');
    const stateDir = await lab.configure({ config });
    await putPairedCli(stateDir, usedCli, 3 * dayMs);
    const key = `sk-proj-${lab.secret()}`;
    const openai = { type: 'api_key', provider: 'openai', key };
    await putProfiles(stateDir, 'main', { 'openai:default': openai });
    await lab.gateway({ line: '2026.5', config });
    return undefined;
  },
};
