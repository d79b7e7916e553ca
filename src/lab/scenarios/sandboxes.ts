import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../lab.js';
import { put, putNemoClaw } from '../place.js';
import { family, type StagedScenario } from '../scenario.js';
import { nemoClaw, sandboxGateway } from './parts.js';

const of = family('Sandboxes and the Ollama proxy');

/** One sandbox behind a proxy with its file's token, and then one change. */
function sandboxed(
  name: string,
  title: string,
  about: string,
  change: (lab: Lab, root: string) => Promise<void>,
): StagedScenario {
  return of(name, title, about, async (lab) => {
    const port = await lab.port();
    await lab.installOpenClaw('2026.5');
    await sandboxGateway(lab, { port });
    await nemoClaw(lab, [{ name: 'alpha', dashboardPort: port }]);
    await change(lab, join(lab.home, '.nemoclaw'));
  });
}

export const sandboxes = [
  sandboxed(
    'proxy-token-file-gone',
    'The token file of the Ollama proxy is gone',
    'The proxy runs with a token that no file holds any more; the next onboarding makes another.',
    (_lab, root) => rm(join(root, 'ollama-proxy-token')),
  ),
  sandboxed(
    'proxy-not-running',
    'A sandbox goes through the Ollama proxy, and none runs',
    'It was not started again after the last reboot.',
    async (lab) => {
      await lab.stopProxy();
    },
  ),
  sandboxed(
    'proxy-right',
    'One sandbox, the Ollama proxy with its file’s token',
    'Registry, files, process and Ollama agree.',
    async () => {},
  ),
  of(
    'two-sandboxes-one-port',
    'Two sandboxes of the registry share a dashboard port',
    'One of the two is reached with the token of the other.',
    (lab) => twoSandboxes(lab, true),
  ),
  of(
    'two-sandboxes-two-ports',
    'Two sandboxes on two ports',
    'Each with its own gateway and its own token.',
    (lab) => twoSandboxes(lab, false),
  ),
  sandboxed(
    'registry-cut-off',
    'The sandbox registry does not parse',
    'Somebody edited ~/.nemoclaw/sandboxes.json by hand.',
    (_lab, root) => put(join(root, 'sandboxes.json'), '{"sandboxes": {"alpha": {"name": "alp'),
  ),
];

async function twoSandboxes(lab: Lab, shared: boolean): Promise<void> {
  const [alpha, beta] = [await lab.port(), await lab.port()];
  await lab.installOpenClaw('2026.5');
  await sandboxGateway(lab, { port: alpha });
  await sandboxGateway(lab, { port: beta, home: await lab.otherHome('beta') });
  const rows = [
    { name: 'alpha', dashboardPort: alpha },
    { name: 'beta', dashboardPort: beta },
  ];
  await nemoClaw(lab, rows);
  if (!shared) return;
  const [first, second] = rows;
  if (first === undefined || second === undefined) return;
  const at = join(lab.home, '.nemoclaw', 'sandboxes.json');
  await rm(at);
  await putNemoClaw(lab.home, { sandboxes: [first, { ...second, dashboardPort: alpha }] });
}
