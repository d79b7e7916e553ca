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

export interface LocalGateway {
  /** The CLI has no device token either; on 2026.5 it was paired by its first use otherwise. */
  neverPaired?: true;
  line?: LabLine;
  port?: number;
  /** What `gateway.auth.token` says; default: the token itself. */
  token?: unknown;
  /** The whole `gateway.auth`, instead of a token. */
  auth?: Record<string, unknown>;
  args?: readonly string[];
  /** The gateway's own environment. */
  env?: Readonly<Record<string, string>>;
  /** `false`: nobody starts it; `fails`: somebody tries to. */
  start?: false | 'fails';
  /** More of the config; `gateway` is merged. */
  rest?: Record<string, unknown>;
  /** Before the gateway starts, when its state directory is there. */
  before?(stateDir: string): Promise<void>;
}

export interface Staged {
  port: number;
  token: string;
  stateDir: string;
  ollamaPort: number;
}

/** A gateway of this host's own, with a local model; the token that its config names. */
export async function localGateway(lab: Lab, options: LocalGateway = {}): Promise<Staged> {
  const { line = '2026.5', args = [], env = {} } = options;
  const port = options.port ?? (await lab.port());
  const token = lab.secret();
  const ollamaPort = await lab.ollama(model);
  const auth = options.auth ?? { mode: 'token', token: options.token ?? token };
  const models = localModels(line, ollamaPort, model);
  const config = gatewayConfig(line, port, auth, { ...models, ...options.rest });
  await lab.installOpenClaw(line);
  const service = { line, config, env };
  const stateDir = await lab.installService(service);
  if (line === '2026.5' && !options.neverPaired) await putPairedCli(stateDir, usedCli, 3 * dayMs);
  await options.before?.(stateDir);
  if (options.start === 'fails') await lab.gatewayThatFails({ ...service, args });
  else if (options.start !== false) await lab.gateway({ ...service, args });
  return { port, token, stateDir, ollamaPort };
}
