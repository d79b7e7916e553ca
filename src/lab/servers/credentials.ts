import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Environment } from './config.js';
import { below, isRecord, type Json } from './json.js';
import type { LabLine } from './line.js';

export type AuthMode = 'none' | 'token' | 'password' | 'trusted-proxy';

/** What the gateway accepts from now on. */
export interface Auth {
  mode: AuthMode;
  secret?: string;
  /** Nobody but this process knows it. */
  generated: boolean;
}

/** The gateway does not start: exit code and what it prints. */
export class StartRefused extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
  }
}

export interface Overrides {
  token?: string;
  password?: string;
}

const placeholders = ['change-me-to-a-long-random-token', 'change-me-now'];

/**
 * Server precedence of both lines: flag, config, environment (`.env` included), generated.
 * An unset `"${VAR}"` stops 2026.5 and leaves 2026.9 with a token that nobody knows.
 */
export function resolveAuth(
  config: Json,
  env: Environment,
  overrides: Overrides,
  line: LabLine,
): Auth {
  const auth = below(config, 'gateway', 'auth');
  const mode = modeOf(auth, overrides);
  if (mode === 'trusted-proxy') refuseToken(auth, env);
  if (mode === 'none' || mode === 'trusted-proxy') return { mode, generated: false };
  const slot = mode === 'password' ? 'password' : 'token';
  const variable = slot === 'password' ? 'OPENCLAW_GATEWAY_PASSWORD' : 'OPENCLAW_GATEWAY_TOKEN';
  const field = fieldOf(auth[slot], config, env, line);
  const secret = (overrides[slot] ?? field ?? env[variable])?.trim();
  if (secret !== undefined && secret !== '') {
    if (placeholders.includes(secret))
      throw new StartRefused(
        1,
        `Invalid config: gateway auth ${slot} is set to a published example placeholder`,
      );
    return { mode, secret, generated: false };
  }
  return { mode, secret: randomBytes(24).toString('hex'), generated: true };
}

function refuseToken(auth: Json, env: Environment): void {
  if (auth.trustedProxy === undefined)
    throw new StartRefused(1, 'Invalid config: gateway.auth.trustedProxy is required');
  if ((auth.token ?? env.OPENCLAW_GATEWAY_TOKEN) !== undefined)
    throw new StartRefused(
      1,
      'gateway auth mode is trusted-proxy, but a shared token is also configured; they are mutually exclusive.',
    );
}

function modeOf(auth: Json, overrides: Overrides): AuthMode {
  const known: readonly AuthMode[] = ['none', 'token', 'password', 'trusted-proxy'];
  const named = known.find((mode) => mode === auth.mode);
  if (named !== undefined) return named;
  const password = overrides.password ?? auth.password;
  if (password !== undefined && auth.token !== undefined && overrides.token === undefined)
    throw new StartRefused(
      1,
      'Invalid config: gateway.auth.token and gateway.auth.password are both configured, but gateway.auth.mode is unset.',
    );
  return password === undefined ? 'token' : 'password';
}

function fieldOf(
  value: unknown,
  config: Json,
  env: Environment,
  line: LabLine,
): string | undefined {
  if (typeof value === 'string') {
    const name = /^\$\{?([A-Z][A-Z0-9_]*)\}?$/.exec(value.trim())?.[1];
    if (name === undefined) return value.trim() === '' ? undefined : value;
    const found = env[name];
    if (found !== undefined && found !== '') return found;
    if (line === '2026.9') return undefined;
    throw unresolved(line, `Environment variable "${name}" is missing or empty.`);
  }
  return isRecord(value) ? referenceOf(value, config, env, line) : undefined;
}

function referenceOf(ref: Json, config: Json, env: Environment, line: LabLine): string {
  const id = typeof ref.id === 'string' ? ref.id : '';
  if (ref.source === 'env') {
    const found = env[id];
    if (found !== undefined && found !== '') return found;
    throw unresolved(line, `Environment variable "${id}" is missing or empty.`);
  }
  const provider = below(config, 'secrets', 'providers', String(ref.provider));
  if (ref.source !== 'file' || typeof provider.path !== 'string')
    throw unresolved(line, 'secret reference was not found');
  try {
    const text = readFileSync(provider.path, 'utf8');
    if (provider.mode === 'singleValue') return text.trim();
    let at: unknown = JSON.parse(text);
    for (const key of id.split('/').slice(1)) at = below(at)[key];
    if (typeof at === 'string') return at;
  } catch {
    // told below: the content of a secret file is never repeated
  }
  throw unresolved(line, 'secret reference was not found');
}

function unresolved(line: LabLine, reason: string): StartRefused {
  return new StartRefused(
    1,
    line === '2026.5'
      ? `[SECRETS_RELOADER_DEGRADED] SecretRefResolutionError: ${reason}\nGateway failed to start: Startup failed: required secrets are unavailable.`
      : `[SECRETS_DEGRADED] cold gateway:ingress-auth: ${reason}`,
  );
}

/** Compares without a difference in time. */
export function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
