import * as by from './hands.js';
import type { Loop } from './loop.js';

export const models: readonly Loop[] = [
  {
    scenario: 'ollama-proxy-token-divergence',
    code: 'CLAW-101',
    steps: ['restart-proxy-with-file-token'],
    hands: {
      'restart-proxy-with-file-token': async (_step, shell) => {
        await shell.run(['nemoclaw', 'alpha', 'connect']);
      },
    },
    afterUndo: 'nothing',
  },
  {
    scenario: 'marker-key-cloud-fallback',
    code: 'CLAW-103',
    steps: ['snapshot-before-edit', 'use-literal-key', 'turn-off-cloud-fallback'],
    hands: {
      'turn-off-cloud-fallback': by.configured('agents.defaults.model.fallbacks', []),
    },
  },
  {
    scenario: 'marker-key-on-a-lan-host',
    code: 'CLAW-103',
    steps: ['snapshot-before-edit', 'use-literal-key'],
  },
];
