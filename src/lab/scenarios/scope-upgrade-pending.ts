import { randomUUID } from 'node:crypto';
import type { Lab } from '../lab.js';
import { gatewayConfig, localModels } from '../parts.js';
import { putNemoClaw, putPairedCli, putPending } from '../place.js';
import type { StagedScenario } from '../scenario.js';
import { dayMs, model } from './parts.js';

export const scopeUpgradePending: StagedScenario = {
  name: 'scope-upgrade-pending',
  family: 'The four reports',
  title: 'Two sandboxes whose CLI asks for more than it was approved for',
  about:
    'Each sandbox has its own gateway. In both, the CLI was paired by “devices list” and then used for an agent run: its request for more scopes waits.',
  async build(lab) {
    const ollamaPort = await lab.ollama(model);
    await lab.installOpenClaw('2026.5');
    await lab.installNemoClaw();
    const alpha = await waiting(lab, lab.home, ollamaPort);
    const beta = await waiting(lab, await lab.otherHome('beta'), ollamaPort);
    await putNemoClaw(lab.home, {
      sandboxes: [
        { name: 'alpha', dashboardPort: alpha, provider: 'ollama', model },
        { name: 'beta', dashboardPort: beta, provider: 'gemini-api', model: 'gemini-2.5-flash' },
      ],
    });
    return undefined;
  },
};

/** A gateway of 2026.5 whose CLI device may pair and asked to read and write. */
async function waiting(lab: Lab, home: string, ollamaPort: number): Promise<number> {
  const port = await lab.port();
  const auth = { mode: 'token', token: lab.secret() };
  const config = gatewayConfig('2026.5', port, auth, localModels('2026.5', ollamaPort, model));
  const stateDir = await lab.configure({ home, config });
  const device = await putPairedCli(stateDir, ['operator.pairing'], dayMs);
  const scopes = ['operator.read', 'operator.write'];
  await putPending(stateDir, device, { requestId: randomUUID(), scopes, ageMs: 600_000 });
  await lab.gateway({ line: '2026.5', home, config });
  return port;
}
