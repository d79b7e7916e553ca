import { isRecord, member } from '../../domain/clean.js';
import type { CredentialSource, CredentialSourceId } from '../../model/facts-gateway.js';
import type { FileFacts } from '../../model/facts-host.js';
import { type Mark, type SecretKind, unreadableMark, unsetMark } from '../../model/mark.js';
import type { ObserverContext, SecretKeeper } from '../../model/observer.js';
import type { LoadedConfig } from './config-source.js';
import type { Environments } from './environments.js';
import { parseJsonText } from './json5-text.js';
import { readRegularFile } from './read-file.js';
import { markValue, secretField } from './secret-field.js';

const slots = ['token', 'password'] as const;
const variableOf = {
  token: 'OPENCLAW_GATEWAY_TOKEN',
  password: 'OPENCLAW_GATEWAY_PASSWORD',
} as const;
const maxBytes = 8 * 1024 * 1024;

interface FieldSource {
  id: CredentialSourceId;
  name: string;
  slot: 'token' | 'password';
  kind: SecretKind;
  value: unknown;
}

/** The rows of the config: `gateway.auth.*`, and those that stand last, `remote` and `hooks`. */
export function configSources(
  config: LoadedConfig,
  secrets: SecretKeeper,
): [CredentialSource[], CredentialSource[]] {
  const gateway = member(config.value, 'gateway');
  const remote = member(gateway, 'remote');
  const hooks = member(config.value, 'hooks');
  const row = (source: FieldSource) => fieldRow(source, config, secrets);
  const own = slots.map((slot) =>
    row({
      id: 'config',
      name: `gateway.auth.${slot}`,
      slot,
      kind: slot,
      value: member(member(gateway, 'auth'), slot),
    }),
  );
  const after: CredentialSource[] = [];
  if (isRecord(remote)) {
    for (const slot of slots) {
      const name = `gateway.remote.${slot}`;
      after.push(row({ id: 'remote', name, slot, kind: slot, value: remote[slot] }));
    }
  }
  if (isRecord(hooks)) {
    const value = hooks.token;
    after.push(
      row({ id: 'hooks', name: 'hooks.token', slot: 'token', kind: 'hooks-token', value }),
    );
  }
  return [own, after];
}

function fieldRow(
  { value, kind, ...source }: FieldSource,
  config: LoadedConfig,
  secrets: SecretKeeper,
): CredentialSource {
  const where = config.facts.path;
  if (config.parse !== 'ok') return { ...source, where, ...unread(config, kind) };
  const defaults = member(member(config.value, 'secrets'), 'defaults');
  const field = secretField(value, kind, secrets, defaults);
  const reason = reasonOf(field.mark, field.ref !== undefined);
  return { ...source, where, ...field, ...(reason === undefined ? {} : { reason }) };
}

function unread(config: LoadedConfig, kind: SecretKind): { mark: Mark; reason?: string } {
  const { facts, parse } = config;
  if (facts.state === 'absent') return { mark: unsetMark(kind) };
  const reason = facts.state === 'ok' ? `the file is ${parse}` : (facts.reason ?? facts.state);
  return { mark: unreadableMark(kind), reason };
}

function reasonOf(mark: Mark, isRef: boolean): string | undefined {
  if (mark.state === 'unreadable') return 'neither a text nor a reference';
  if (mark.state !== 'unresolved-ref') return undefined;
  return isRef ? 'a reference' : 'a text with a variable inside';
}

export function lastGoodPath(config: LoadedConfig): string {
  return `${config.paths[0] ?? ''}.last-good`;
}

/** The copy that 2026.5 keeps of the last config that worked; no rows where there is none. */
export async function lastGoodSources(
  config: LoadedConfig,
  context: ObserverContext,
): Promise<CredentialSource[]> {
  const home = context.target.home ?? context.host.home;
  const { signal, secrets } = context;
  const { facts, bytes } = await readRegularFile(lastGoodPath(config), { maxBytes, home, signal });
  if (facts.state === 'absent') return [];
  const parsed = bytes ? await parseJsonText(bytes) : undefined;
  const copy: LoadedConfig = {
    facts,
    parse: parsed?.parse ?? 'invalid',
    value: parsed?.parse === 'ok' && isRecord(parsed.value) ? parsed.value : {},
    includes: [],
    paths: [],
  };
  const auth = member(member(copy.value, 'gateway'), 'auth');
  return slots.map((slot) =>
    fieldRow(
      {
        id: 'last-good',
        name: `gateway.auth.${slot}`,
        slot,
        kind: slot,
        value: member(auth, slot),
      },
      copy,
      secrets,
    ),
  );
}

/** Rows of the shell, `.env`, the service's unit and its files, in that order. */
export function environmentSources(
  environments: Environments,
  context: ObserverContext,
): CredentialSource[] {
  const { secrets } = context;
  const rows: CredentialSource[] = [];
  const add = (
    id: CredentialSourceId,
    where: string,
    variables: ReadonlyMap<string, string>,
    only: 'all' | 'set',
    file?: FileFacts,
  ): void => {
    for (const slot of slots) {
      const name = variableOf[slot];
      const raw = variables.get(name);
      if (raw === undefined && only === 'set' && isRead(file)) continue;
      rows.push({ id, name, slot, where, ...variableMark(raw, slot, secrets, file) });
    }
  };
  add('shell', 'this environment', environments.shell, 'all');
  environments.dotenvFiles.forEach(({ facts, variables }, index) => {
    if (facts.state !== 'absent')
      add('dotenv', facts.path, variables, index ? 'set' : 'all', facts);
  });
  const { service, compose } = environments;
  if (service) {
    const [unread] = service.facts.unread ?? [];
    if (unread) {
      // Drop-ins come last and win, so what is known of the others does not decide.
      for (const slot of slots) {
        const row = { slot, where: unread.path, ...variableMark(undefined, slot, secrets, unread) };
        rows.push({ id: 'service-flag', name: `--${slot}`, ...row });
        rows.push({ id: 'service-env', name: variableOf[slot], ...row });
      }
    }
    for (const slot of slots) {
      const raw = service.arguments[slot];
      if (raw === undefined) continue;
      const flag = {
        id: 'service-flag',
        name: `--${slot}`,
        slot,
        where: service.facts.path,
      } as const;
      rows.push({ ...flag, mark: markValue(raw, slot, secrets) });
    }
    add('service-env', service.facts.path, service.variables, 'all');
    // Later files override earlier ones, so the one that decides stands first.
    for (const { facts, variables } of [...service.files].reverse()) {
      if (facts.state !== 'absent') add('service-file', facts.path, variables, 'set', facts);
    }
  }
  if (compose) {
    // What the container gets; then the file that fills the variables of the compose file.
    const { file, dotenv, unclear = [] } = compose.facts;
    for (const slot of slots) {
      const reason = unclear.find(({ name }) => name === variableOf[slot])?.reason;
      if (reason === undefined) continue;
      const mark = unreadableMark(slot);
      rows.push({ id: 'compose', name: variableOf[slot], slot, where: file.path, mark, reason });
    }
    add('compose', file.path, compose.variables, 'set', file);
    if (dotenv.state !== 'absent') add('compose', dotenv.path, compose.dotenv, 'set', dotenv);
  }
  return ordered(rows);
}

/** A value stands before a missing one of the same source: the first row of a slot is believed. */
function ordered(rows: CredentialSource[]): CredentialSource[] {
  const isUnset = (row: CredentialSource): boolean => row.mark.state === 'unset';
  return rows.filter(
    (row) =>
      !isUnset(row) || !rows.some((o) => o.id === row.id && o.slot === row.slot && !isUnset(o)),
  );
}

function isRead(file: FileFacts | undefined): boolean {
  return file === undefined || file.state === 'ok' || file.state === 'absent';
}

function variableMark(
  raw: string | undefined,
  slot: 'token' | 'password',
  secrets: SecretKeeper,
  file: FileFacts | undefined,
): { mark: Mark; reason?: string } {
  if (raw !== undefined) return { mark: markValue(raw, slot, secrets) };
  if (isRead(file)) return { mark: unsetMark(slot) };
  return { mark: unreadableMark(slot), reason: file?.reason ?? file?.state ?? '' };
}
