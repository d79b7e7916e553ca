import { isRecord, member } from '../../domain/clean.js';
import { resolvePath } from '../../domain/openclaw/paths.js';
import type { SecretRef } from '../../model/facts-gateway.js';
import type { FileFacts } from '../../model/facts-host.js';
import { type Mark, type SecretKind, unreadableMark } from '../../model/mark.js';
import type { ObserverContext } from '../../model/observer.js';
import type { Line } from '../../model/target.js';
import type { LoadedConfig } from './config-source.js';
import { pointerValue } from './json-pointer.js';
import { readRegularFile } from './read-file.js';
import { invalidId, markValue } from './secret-field.js';
import { storedSecret } from './secret-store.js';

/** A resolved reference: the value's mark, or why there is none. */
export interface ResolvedRef {
  mark: Mark;
  /** Names the rule and the place, never what was read. */
  reason?: string;
  /** Lines that take nothing there although the others take the value. */
  refused?: { lines: Line[]; reason: string };
}

type Provider = Record<string, unknown>;

/** 2026.5.18 refuses a config with such a reference (`Invalid input`, exit 1). */
const older: readonly Line[] = ['2026.3', '2026.5'];
/** Both lines resolve the path by their own working directory (bundles of 2026.5.18 and 2026.9.6). */
const relativePath =
  'its path is relative, and OpenClaw takes that from the directory that it was started in';
const unknownStore = 'references of the source store are known from 2026.9 on';

const defaultMaxBytes = 1024 * 1024;
const largestMaxBytes = 20 * 1024 * 1024;

/**
 * Follows a reference by OpenClaw's rules (2026.5.18 and 2026.9.6), without running anything: what
 * only an exec provider or a plugin knows stays `unresolved-ref`. A source that our rights hide is
 * `unreadable`, because the gateway's user may well read it.
 */
export async function resolveSecretRef(
  ref: SecretRef,
  config: LoadedConfig,
  environment: (name: string) => string | undefined,
  context: ObserverContext,
  kind: SecretKind,
): Promise<ResolvedRef> {
  if (ref.id === invalidId) return unresolved(kind, `not a valid id of the source ${ref.source}`);
  const provider = providerOf(ref, config);
  if (typeof provider === 'string') return unresolved(kind, provider);
  switch (ref.source) {
    case 'env':
      return fromEnvironment(ref, provider, config, environment, context, kind);
    case 'file':
      return fromFile(ref, provider, context, kind);
    case 'store': {
      const stored = await storedSecret(ref.id, context, kind);
      return { ...stored, refused: { lines: [...older], reason: unknownStore } };
    }
    case 'exec':
      return unresolved(kind, 'an exec provider: never run by this tool');
    default:
      return unresolved(kind, `a reference of the source ${ref.source} is not followed`);
  }
}

/** The provider's settings, or the sentence that says why there are none. */
function providerOf(ref: SecretRef, config: LoadedConfig): Provider | string {
  const secrets = member(config.value, 'secrets');
  const configured = member(member(secrets, 'providers'), ref.provider);
  // `"${VAR}"` is substituted when the config is read, before any provider is asked.
  if (ref.form === 'template') return {};
  const source = member(configured, 'source');
  const preset = member(member(secrets, 'defaults'), ref.source);
  const isDefault = ref.provider === (typeof preset === 'string' ? preset : 'default');
  if (isDefault && source !== ref.source && (ref.source === 'env' || ref.source === 'store')) {
    return {};
  }
  const place = `secrets.providers.${ref.provider}`;
  if (!isRecord(configured)) return `${place} is not configured`;
  return source === ref.source ? configured : `${place} is of another source than ${ref.source}`;
}

function fromEnvironment(
  ref: SecretRef,
  provider: Provider,
  config: LoadedConfig,
  environment: (name: string) => string | undefined,
  context: ObserverContext,
  kind: SecretKind,
): ResolvedRef {
  const { allowlist } = provider;
  if (Array.isArray(allowlist) && !allowlist.includes(ref.id)) {
    return unresolved(kind, `${ref.id} is not in secrets.providers.${ref.provider}.allowlist`);
  }
  const value = firstFilled(environment(ref.id), configVariable(config, ref.id));
  if (value === undefined) return unresolved(kind, `${ref.id} is unset or blank`);
  return { mark: markValue(value, kind, context.secrets) };
}

/** The config's own `env` section gives a variable that is unset or blank (both versions). */
function configVariable(config: LoadedConfig, name: string): string | undefined {
  const section = member(config.value, 'env');
  const values = [member(section, name), member(member(section, 'vars'), name)];
  return values.find((v): v is string => typeof v === 'string' && !/\$\{[A-Z_]/.test(v));
}

function firstFilled(...values: (string | undefined)[]): string | undefined {
  return values.find((value) => value !== undefined && value.trim() !== '');
}

async function fromFile(
  ref: SecretRef,
  provider: Provider,
  context: ObserverContext,
  kind: SecretKind,
): Promise<ResolvedRef> {
  const { host, target } = context;
  const home = target.home ?? host.home;
  if (typeof provider.path !== 'string' || provider.path.trim() === '') {
    return unresolved(kind, `secrets.providers.${ref.provider}.path is not set`);
  }
  const stated = provider.path.trim();
  if (!/^(?:\/|~\/|~$)/.test(stated)) return { mark: unreadableMark(kind), reason: relativePath };
  const path = resolvePath(stated, home, host.cwd);
  const read = await readRegularFile(path, {
    maxBytes: limitOf(provider.maxBytes),
    home,
    signal: context.signal,
    allowSymlink: false,
  });
  const { facts, bytes } = read;
  if (facts.state === 'denied') {
    return { mark: unreadableMark(kind), reason: `${facts.path}: ${facts.reason ?? 'denied'}` };
  }
  if (bytes === undefined) {
    return unresolved(kind, `${facts.path}: ${facts.reason ?? facts.state}`);
  }
  const insecure = insecurity(facts, target.uid ?? host.uid);
  if (insecure && provider.allowInsecurePath !== true) {
    return unresolved(kind, `${facts.path}: ${insecure}`);
  }
  const value = valueIn(bytes, provider.mode === 'singleValue', ref.id);
  if (value.text === undefined) return unresolved(kind, `${facts.path}: ${value.reason}`);
  const stricter = insecure
    ? `${insecure}: 2026.9 knows no allowInsecurePath`
    : (facts.links ?? 1) > 1
      ? `${facts.links} hard links, and 2026.9 takes a file with one only`
      : undefined;
  const refused = stricter
    ? { refused: { lines: newest, reason: `${facts.path}: ${stricter}` } }
    : {};
  return { mark: markValue(value.text, kind, context.secrets), ...refused };
}

/** 2026.5.18 takes what these refuse (measured for hard links, read for allowInsecurePath). */
const newest: Line[] = ['2026.9'];

/** OpenClaw refuses a secret file that others may read or write, or that somebody else owns. */
function insecurity(facts: FileFacts, uid: number): string | undefined {
  const mode = facts.mode ?? 0;
  if ((mode & 0o066) !== 0) {
    const shown = mode.toString(8).padStart(4, '0');
    return `mode ${shown}, readable or writable by group or others, which OpenClaw refuses`;
  }
  if (uid >= 0 && facts.uid !== undefined && facts.uid !== uid) {
    return `not owned by the user of the gateway (uid ${uid}), which OpenClaw refuses`;
  }
  return undefined;
}

function valueIn(
  bytes: Buffer,
  single: boolean,
  id: string,
): { text: string; reason?: never } | { text?: never; reason: string } {
  const text = bytes.toString('utf8').replace(/^\ufeff/, '');
  if (single) {
    if (id !== 'value') return { reason: 'a singleValue provider knows only the id "value"' };
    return filled(text.replace(/\r?\n$/, ''));
  }
  try {
    const parsed: unknown = JSON.parse(text);
    if (!isRecord(parsed)) return { reason: 'not a JSON object' };
    return filled(pointerValue(parsed, id));
  } catch {
    return { reason: 'not valid JSON' };
  }
}

function filled(value: unknown): { text: string } | { reason: string } {
  if (value === undefined) return { reason: 'nothing at the JSON pointer' };
  if (typeof value !== 'string') return { reason: 'the value is not a text' };
  return value.trim() === '' ? { reason: 'the value is blank' } : { text: value };
}

function limitOf(maxBytes: unknown): number {
  const limit = typeof maxBytes === 'number' && maxBytes > 0 ? maxBytes : defaultMaxBytes;
  return Math.min(limit, largestMaxBytes);
}

function unresolved(kind: SecretKind, reason: string): ResolvedRef {
  return { mark: { state: 'unresolved-ref', kind, flags: [] }, reason };
}
