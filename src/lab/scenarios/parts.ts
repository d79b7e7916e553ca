import type { Lab } from '../lab.js';
import { gatewayConfig, localModels, type SandboxPlan } from '../parts.js';
import { putNemoClaw, putPairedCli } from '../place.js';
import type { LabLine } from '../servers/line.js';

export const model = 'qwen2.5:7b';

/** Scopes of a CLI that has been used for everything that an operator does. */
export const usedCli = ['operator.read', 'operator.write', 'operator.pairing'] as const;

export const dayMs = 86_400_000;

/** NemoClaw on this host: Ollama, its proxy with the file's token unless told otherwise. */
export async function nemoClaw(
  lab: Lab,
  sandboxes: readonly SandboxPlan[],
  options: { runningToken?: string; backend?: false; ollamaPort?: number } = {},
): Promise<void> {
  const token = lab.secret();
  const backendPort = options.ollamaPort ?? (await lab.port());
  if (options.backend !== false && options.ollamaPort === undefined)
    await lab.ollama(model, backendPort);
  await lab.installNemoClaw();
  const port = await lab.proxy({ token: options.runningToken ?? token, backendPort });
  await putNemoClaw(lab.home, { sandboxes, proxy: { token, port, backendPort } });
  lab.env.NEMOCLAW_OLLAMA_PROXY_PORT = String(port);
  lab.env.NEMOCLAW_OLLAMA_PORT = String(backendPort);
}

/** A sandbox's OpenClaw 2026.5 with the HOME of its own, reachable at its dashboard port. */
export async function sandboxGateway(
  lab: Lab,
  options: { home?: string; port: number; cliScopes?: readonly string[] },
): Promise<{ stateDir: string; token: string }> {
  const token = lab.secret();
  const home = options.home ?? lab.home;
  const auth = { mode: 'token', token };
  const config = gatewayConfig('2026.5', options.port, auth, inferenceRoute());
  const stateDir = await lab.configure({ home, config });
  await putPairedCli(stateDir, options.cliScopes ?? usedCli, 3 * dayMs);
  await lab.gateway({ line: '2026.5', home, config });
  return { stateDir, token };
}

/** Inside a sandbox every model call goes to OpenShell's virtual host, which holds the credential. */
function inferenceRoute(): Record<string, unknown> {
  return {
    models: {
      providers: {
        inference: {
          baseUrl: 'https://inference.local/v1',
          apiKey: 'unused',
          api: 'openai-completions',
          models: [{ id: model, name: model }],
        },
      },
    },
    agents: {
      defaults: { model: { primary: `inference/${model}`, fallbacks: [] } },
      list: [{ id: 'main', default: true }],
    },
  };
}

/** A gateway of this host's own, with a local model; the token that its config names. */
export async function localGateway(
  lab: Lab,
  options: {
    line: LabLine;
    port?: number;
    token?: unknown;
    args?: readonly string[];
    start?: false;
    rest?: Record<string, unknown>;
  },
): Promise<{ port: number; token: string; stateDir: string; ollamaPort: number }> {
  const { line } = options;
  const port = options.port ?? (await lab.port());
  const token = lab.secret();
  const ollamaPort = await lab.ollama(model);
  const auth = { mode: 'token', token: options.token ?? token };
  const models = localModels(line, ollamaPort, model);
  const config = gatewayConfig(line, port, auth, { ...models, ...options.rest });
  await lab.installOpenClaw(line);
  const stateDir = await lab.installService({ line, config });
  if (line === '2026.5') await putPairedCli(stateDir, usedCli, 3 * dayMs);
  if (options.start !== false)
    await lab.gateway({ line, config, ...(options.args && { args: options.args }) });
  return { port, token, stateDir, ollamaPort };
}
