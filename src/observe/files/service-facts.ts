import type { ServiceFacts, ServiceFile } from '../../model/facts-service.js';
import type { SecretKeeper } from '../../model/observer.js';
import type { Environments } from './environments.js';
import { markValue } from './secret-field.js';
import type { Service } from './service.js';

const slots = ['token', 'password'] as const;
const variableOf = {
  token: 'OPENCLAW_GATEWAY_TOKEN',
  password: 'OPENCLAW_GATEWAY_PASSWORD',
} as const;
const mostNames = 32;

/** Every definition that concerns the gateway, with the marks of the secrets that it holds. */
export function serviceFacts(
  { services, dotenvFiles }: Environments,
  secrets: SecretKeeper,
): ServiceFacts[] {
  const dotenv = dotenvFiles[0];
  return services.map((service) => ({
    ...service.facts,
    files: service.files.map((file) => ({
      file: file.facts,
      optional: file.optional,
      // Where `.env` itself cannot be read, nothing can be said of a copy of it.
      ...(isCopy(file.path) && (dotenv?.facts.state === 'ok' || dotenv?.facts.state === 'absent')
        ? { copyOfDotenv: compared(file.variables, dotenv.variables) }
        : {}),
    })),
    holds: holdings(service, secrets),
  }));
}

/** 2026.5 writes `.env` to this file at each install, over what it held before. */
function isCopy(path: string): boolean {
  return path.endsWith('/gateway.systemd.env');
}

function compared(
  copy: ReadonlyMap<string, string>,
  dotenv: ReadonlyMap<string, string>,
): NonNullable<ServiceFile['copyOfDotenv']> {
  const names = [...copy.keys()].filter((name) => name.length <= 100);
  const dropped = names.filter((name) => !dotenv.has(name));
  const changed = names.filter(
    (name) => dotenv.has(name) && dotenv.get(name)?.trim() !== copy.get(name)?.trim(),
  );
  return { dropped: dropped.slice(0, mostNames), changed: changed.slice(0, mostNames) };
}

function holdings(service: Service, secrets: SecretKeeper): NonNullable<ServiceFacts['holds']> {
  const found: NonNullable<ServiceFacts['holds']> = [];
  for (const slot of slots) {
    const places = [
      ['argument', service.arguments[slot]],
      ['file', service.fileVariables.get(variableOf[slot])],
      ['unit', service.variables.get(variableOf[slot])],
    ] as const;
    for (const [where, raw] of places) {
      if (raw !== undefined) found.push({ slot, where, mark: markValue(raw, slot, secrets) });
    }
  }
  return found;
}
