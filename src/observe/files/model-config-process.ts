import { member } from '../../domain/clean.js';
import type { ModelConfigFacts } from '../../model/facts-models.js';
import { type Mark, unreadableMark, unsetMark } from '../../model/mark.js';
import type { ObserverContext } from '../../model/observer.js';
import type { Environments, LoadedConfig } from './config-source.js';
import { type RunningEnviron, runningEnviron } from './model-config-running.js';
import { variableNames } from './model-config-variables.js';
import { resolveSecretRef } from './secret-refs.js';

interface Input {
  config: LoadedConfig;
  value: unknown;
  providers: ModelConfigFacts['providers'];
  references: ModelConfigFacts['references'];
  environments: Environments;
}

type Row = ModelConfigFacts['environment'][number];

/**
 * What the running gateway's own environment has of the variables that this config's keys can come
 * from: those that a provider asks for, and those that a key refers to. Nothing when none runs.
 */
export async function processVariables(
  { config, value, providers, references, environments }: Input,
  context: ObserverContext,
): Promise<Row[]> {
  // No path names a model: nobody will ask.
  if (references.length === 0) return [];
  const running = await runningEnviron(context);
  if (running.state === 'none') return [];
  const absent = mayImport(value, running) ? unreadableMark('api-key') : unsetMark('api-key');
  const markOf = (raw: string | undefined): Mark => {
    if (running.state !== 'ok') return unreadableMark('api-key');
    if (raw === undefined || raw.trim() === '') return absent;
    return context.secrets.mark(raw, { kind: 'api-key', used: raw.trim() });
  };
  const own = (name: string): string | undefined =>
    running.state === 'ok' ? running.variables.get(name) : undefined;
  const names = variableNames({ providers, references });
  const rows = [...names].map(([name, provider]): Row => {
    return { name, provider, where: 'process', mark: markOf(own(name)) };
  });
  for (const { id, key } of providers) {
    const { ref } = key;
    if (ref?.source !== 'env' || rows.some((row) => row.name === ref.id)) continue;
    const look = (name: string) => own(name) ?? environments.dotenv.get(name);
    // By OpenClaw's rules: an allowlist can keep a variable from a reference.
    const { mark } = await resolveSecretRef(ref, config, look, context, 'api-key');
    const seen = mark.state === 'set' ? mark : markOf(undefined);
    rows.push({ name: ref.id, provider: id, where: 'process', mark: seen });
  }
  return rows;
}

/**
 * OpenClaw can take what its environment lacks from a login shell, without a trace in /proc
 * (2026.5.18, 2026.9.6): then a variable that the process was not started with is not known.
 */
function mayImport(config: unknown, running: RunningEnviron): boolean {
  if (member(member(member(config, 'env'), 'shellEnv'), 'enabled') === true) return true;
  const flag =
    running.state === 'ok' ? running.variables.get('OPENCLAW_LOAD_SHELL_ENV') : undefined;
  return /^(1|true|yes|on)$/i.test(flag?.trim() ?? '');
}
