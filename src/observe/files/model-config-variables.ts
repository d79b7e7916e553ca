import { isRecord, member } from '../../domain/clean.js';
import { isProviderVariable, providerId, variablesOf } from '../../domain/openclaw/provider-env.js';
import type { ModelConfigFacts } from '../../model/facts-models.js';
import type { SecretKeeper } from '../../model/observer.js';
import type { Environments } from './config-source.js';

interface Input {
  value: unknown;
  providers: ModelConfigFacts['providers'];
  references: ModelConfigFacts['references'];
  environments: Environments;
}

/**
 * The variables that can give a key to a provider of this config, where they are set. A variable of
 * the config's own `env` section counts as one of `.env`: the server loads both.
 */
export function modelVariables(
  { value, providers, references, environments }: Input,
  secrets: SecretKeeper,
): ModelConfigFacts['environment'] {
  const found: ModelConfigFacts['environment'] = [];
  for (const [name, provider] of variableNames({ providers, references })) {
    const places = [
      ['shell', environments.shell.get(name)],
      ['dotenv', environments.dotenv.get(name) ?? configVariable(value, name)],
      [
        'service',
        environments.service?.fileVariables.get(name) ?? environments.service?.variables.get(name),
      ],
    ] as const;
    for (const [where, raw] of places) {
      if (raw === undefined || raw.trim() === '') continue;
      const mark = secrets.mark(raw, { kind: 'api-key', used: raw.trim() });
      found.push({ name, provider, where, mark });
    }
  }
  return found;
}

/** Every variable that one of these providers asks for by itself: name to provider. */
export function variableNames({
  providers,
  references,
}: Pick<Input, 'providers' | 'references'>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const add = (name: string, provider: string): void => {
    if (!names.has(name)) names.set(name, provider);
  };
  for (const { id, marker } of providers) {
    for (const name of variablesOf(id)) add(name, id);
    if (marker !== undefined && isProviderVariable(marker)) add(marker, id);
  }
  for (const provider of referenced(references)) {
    for (const name of variablesOf(provider)) add(name, provider);
  }
  // Memory search takes OpenAI by itself when it has a key (2026.9).
  for (const name of variablesOf('openai')) add(name, 'openai');
  return names;
}

function referenced(references: Input['references']): Set<string> {
  const texts = references.flatMap((r) => [r.primary ?? '', ...(r.fallbacks ?? [])]);
  const withProvider = texts.filter((text) => text.includes('/'));
  return new Set(withProvider.map((text) => providerId(text.slice(0, text.indexOf('/')))));
}

function configVariable(config: unknown, name: string): string | undefined {
  const section = member(config, 'env');
  if (!isRecord(section)) return undefined;
  const values = [member(section, name), member(member(section, 'vars'), name)];
  return values.find((v): v is string => typeof v === 'string' && !/\$\{[A-Z_]/.test(v));
}
