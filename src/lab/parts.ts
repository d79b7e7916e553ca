import { type LabLine, releases } from './servers/line.js';

type Json = Record<string, unknown>;

/** The openclaw.json of a local gateway on loopback, as onboarding leaves it. */
export function gatewayConfig(
  line: LabLine,
  port: number,
  auth: Json,
  rest: { gateway?: Json } & Json = {},
): Json {
  const { gateway, ...others } = rest;
  return {
    meta: { lastTouchedVersion: releases[line], lastTouchedAt: new Date().toISOString() },
    gateway: { mode: 'local', port, bind: 'loopback', auth, ...gateway },
    ...others,
  };
}

/** A keyless Ollama on this host, which every agent uses and nothing stands behind. */
export function localModels(line: LabLine, ollamaPort: number, model: string): Json {
  return {
    models: { providers: { ollama: ollamaProvider(`http://127.0.0.1:${ollamaPort}`, model) } },
    agents: {
      defaults: { model: { primary: `ollama/${model}`, fallbacks: [] } },
      ...(line === '2026.5'
        ? { list: [{ id: 'main', default: true }] }
        : { entries: { main: {} } }),
    },
    // Unset, 2026.9 would look for an embeddings provider by itself.
    ...(line === '2026.9' && { memory: { search: { enabled: false } } }),
  };
}

/** A provider entry with the key that Ollama's own set-up guide tells people to write. */
export function ollamaProvider(baseUrl: string, model: string): Json {
  return {
    baseUrl,
    apiKey: 'ollama-local',
    api: 'ollama',
    models: [{ id: model, name: model }],
  };
}

export interface SandboxPlan {
  name: string;
  dashboardPort: number;
  provider?: string;
  model?: string;
}

/** `~/.nemoclaw/sandboxes.json`. */
export function registry(sandboxes: readonly SandboxPlan[]): Json {
  const rows = sandboxes.map(({ name, dashboardPort, provider, model }) => ({
    name,
    agent: null,
    provider: provider ?? 'ollama-local',
    model: model ?? 'qwen2.5:32b',
    dashboardPort,
    gatewayName: 'nemoclaw',
    gatewayPort: 8080,
    openshellDriver: 'docker',
    agentVersion: releases['2026.5'],
    nemoclawVersion: '0.0.88',
    policies: ['npm', 'pypi', 'local-inference'],
  }));
  return {
    defaultSandbox: sandboxes[0]?.name,
    sandboxes: Object.fromEntries(rows.map((row) => [row.name, row])),
  };
}
