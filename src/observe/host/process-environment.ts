import { cleanText } from '../../domain/clean.js';
import { portText } from '../../domain/openclaw/port.js';
import type { ProcessEnvironment } from '../../model/facts-host.js';
import type { Mark, SecretKind } from '../../model/mark.js';
import { unreadableMark, unsetMark } from '../../model/mark.js';
import type { SecretKeeper } from '../../model/observer.js';
import { tilde } from '../files/read-file.js';
import { safeUrl } from '../files/safe-url.js';
import type { Environ } from './proc-environ.js';

/** Variables that the config refers to: the name and what its value is for. */
export type Referenced = ReadonlyMap<string, SecretKind>;

/** The allow-listed part of a gateway's own environment; every secret in it is a mark, paths with `~` for `ownHome`. */
export function processEnvironment(
  environ: Environ,
  referenced: Referenced,
  secrets: SecretKeeper,
  ownHome: string,
): ProcessEnvironment {
  if (environ.state !== 'ok') return withoutEnvironment(environ.state, environ.reason);
  const { variables } = environ;
  const text = (name: string): string | undefined => cleanText(variables.get(name));
  const path = (name: string): string | undefined => {
    const value = variables.get(name);
    return value === undefined ? undefined : tilde(value, ownHome);
  };
  const port = portText(variables.get('OPENCLAW_GATEWAY_PORT'));
  const url = safeUrl(variables.get('OPENCLAW_GATEWAY_URL'));
  const supervisor = variables.has('INVOCATION_ID')
    ? 'systemd'
    : variables.has('XPC_SERVICE_NAME')
      ? 'launchd'
      : undefined;
  const optional = {
    home: path('OPENCLAW_HOME') ?? path('HOME'),
    stateDir: path('OPENCLAW_STATE_DIR'),
    configPath: path('OPENCLAW_CONFIG_PATH'),
    profile: text('OPENCLAW_PROFILE'),
    serviceKind: text('OPENCLAW_SERVICE_KIND'),
    supervisor,
  };
  return {
    state: 'ok',
    ...defined(optional),
    ...(port === undefined ? {} : { port }),
    ...(url ? { url } : {}),
    token: variableMark(variables, 'OPENCLAW_GATEWAY_TOKEN', 'token', secrets),
    password: variableMark(variables, 'OPENCLAW_GATEWAY_PASSWORD', 'password', secrets),
    referenced: [...referenced].map(([name, kind]) => ({
      name,
      mark: variableMark(variables, name, kind, secrets),
    })),
  };
}

/** An environment of which nothing is known, and why. */
export function withoutEnvironment(
  state: Exclude<ProcessEnvironment['state'], 'ok'>,
  reason: string,
): ProcessEnvironment {
  const make = state === 'denied' || state === 'error' ? unreadableMark : unsetMark;
  return { state, reason, token: make('token'), password: make('password'), referenced: [] };
}

/** OpenClaw trims what it takes from a variable (both known lines). */
export function variableMark(
  variables: ReadonlyMap<string, string>,
  name: string,
  kind: SecretKind,
  secrets: SecretKeeper,
): Mark {
  const raw = variables.get(name);
  if (raw === undefined) return unsetMark(kind);
  return secrets.mark(raw, { kind, used: raw.trim() });
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
