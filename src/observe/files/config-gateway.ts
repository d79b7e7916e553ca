import { cleanText, cleanTexts, isRecord, member } from '../../domain/clean.js';
import { resolvePath } from '../../domain/openclaw/paths.js';
import { portNumber } from '../../domain/openclaw/port.js';
import type { ConfigFacts, SecretField } from '../../model/facts-gateway.js';
import { unreadableMark } from '../../model/mark.js';
import type { SecretKeeper } from '../../model/observer.js';
import { googleChat, msteams, webhooks } from './config-channels.js';
import type { LoadedConfig } from './config-source.js';
import { newerKeys, unknownKeys } from './config-unknown-keys.js';
import { versionText } from './package-version.js';
import { tilde } from './read-file.js';
import { safePath, safeUrl } from './safe-url.js';
import { secretField } from './secret-field.js';

type Section = Record<string, unknown>;

/** The allow-listed projection of a config. A member of a wrong type is as if it were not there. */
export function configFacts(
  loaded: LoadedConfig,
  secrets: SecretKeeper,
  home: string,
): ConfigFacts {
  const config = loaded.value;
  const gateway = section(config, 'gateway');
  const auth = section(gateway, 'auth');
  const defaults = member(member(config, 'secrets'), 'defaults');
  // A text that nobody can parse may well hold the secret: unreadable is not unset.
  const field = (value: unknown, kind: 'token' | 'password' | 'hooks-token'): SecretField =>
    loaded.parse === 'ok' || loaded.facts.state === 'absent'
      ? secretField(value, kind, secrets, defaults)
      : { mark: unreadableMark(kind) };
  const hooks = section(config, 'hooks');
  return {
    file: loaded.facts,
    parse: loaded.parse,
    ...(loaded.errorAt ? { errorAt: loaded.errorAt } : {}),
    includes: loaded.includes,
    unknownKeys: unknownKeys(config, secrets),
    ...newerPart(config),
    ...present({
      writerVersion: versionText(member(config.meta, 'lastTouchedVersion')),
      mode: word(gateway.mode),
      port: portNumber(gateway.port),
      bind: word(gateway.bind),
      customBindHost: word(gateway.customBindHost),
      authMode: word(auth.mode),
    }),
    token: field(auth.token, 'token'),
    password: field(auth.password, 'password'),
    ...present({
      trustedProxy: trustedProxy(auth.trustedProxy),
      ...accessIssuer(member(member(auth.trustedProxy, 'cloudflareAccessOidc'), 'issuer')),
      allowTailscale: typeof auth.allowTailscale === 'boolean' ? auth.allowTailscale : undefined,
      rateLimit: rateLimit(auth.rateLimit),
      remote: remote(gateway.remote, field),
      publicOrigin: safeUrl(gateway.publicOrigin),
    }),
    controlUi: controlUi(section(gateway, 'controlUi')),
    trustedProxies: cleanTexts(gateway.trustedProxies),
    tls: { enabled: member(gateway.tls, 'enabled') === true },
    ...present({
      tailscale: word(member(gateway.tailscale, 'mode')),
      reloadMode: word(member(gateway.reload, 'mode')),
    }),
    hsts: isHsts(member(member(gateway.http, 'securityHeaders'), 'strictTransportSecurity')),
    hooks: {
      enabled: hooks.enabled === true,
      ...present({ path: safePath(hooks.path) }),
      token: field(hooks.token, 'hooks-token'),
    },
    googlechat: googleChat(config),
    msteams: msteams(config),
    webhooks: webhooks(config),
    providers: providers(member(config.secrets, 'providers'), home),
    ...present({ loggingFile: path(member(config.logging, 'file'), home) }),
  };
}

function newerPart(config: Section): Pick<ConfigFacts, 'newerKeys'> {
  const keys = newerKeys(config);
  return keys.length > 0 ? { newerKeys: keys } : {};
}

function section(value: Section, key: string): Section {
  const found = member(value, key);
  return isRecord(found) ? found : {};
}

function word(value: unknown): string | undefined {
  return cleanText(value, 100);
}

function path(value: unknown, home: string): string | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  return tilde(resolvePath(value.trim(), home, home), home);
}

/** Leaves out what is undefined: a member is there or it is not. */
function present<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function trustedProxy(value: unknown): ConfigFacts['trustedProxy'] {
  if (!isRecord(value)) return undefined;
  return {
    ...present({
      userHeader: word(value.userHeader),
      requiredHeaders: requiredHeaders(value.requiredHeaders),
    }),
    allowUsers: Array.isArray(value.allowUsers) ? value.allowUsers.length : 0,
    allowLoopback: value.allowLoopback === true,
  };
}

function requiredHeaders(value: unknown): string[] | undefined {
  const names = cleanTexts(value, 32);
  return names.length > 0 ? names : undefined;
}

/** `URL` makes `https://a` and `https://a/` one; the schema of 2026.9.6 does not. */
function accessIssuer(value: unknown): Pick<ConfigFacts, 'cloudflareIssuer' | 'cloudflareSlash'> {
  const issuer = safeUrl(value);
  if (!issuer || typeof value !== 'string') return {};
  const slash = value.trim().endsWith('/') ? { cloudflareSlash: true as const } : {};
  return { cloudflareIssuer: issuer, ...slash };
}

/** Defaults of 2026.5.18 and 2026.9.6; on the former the limiter exists only with this block. */
function rateLimit(value: unknown): ConfigFacts['rateLimit'] {
  if (!isRecord(value)) return undefined;
  const amount = (key: string, fallback: number): number => {
    const found = value[key];
    return typeof found === 'number' && Number.isFinite(found) ? found : fallback;
  };
  return {
    maxAttempts: amount('maxAttempts', 10),
    windowMs: amount('windowMs', 60_000),
    lockoutMs: amount('lockoutMs', 300_000),
    exemptLoopback: value.exemptLoopback !== false,
  };
}

function remote(
  value: unknown,
  field: (value: unknown, kind: 'token' | 'password') => SecretField,
): ConfigFacts['remote'] {
  if (!isRecord(value)) return undefined;
  return {
    ...present({ url: safeUrl(value.url) }),
    token: field(value.token, 'token'),
    password: field(value.password, 'password'),
    ...present({ transport: word(value.transport) }),
  };
}

function controlUi(value: Section): ConfigFacts['controlUi'] {
  return {
    enabled: value.enabled !== false,
    ...present({ basePath: safePath(value.basePath) }),
    allowedOrigins: origins(value.allowedOrigins),
  };
}

/** Origins hold no secret when they are ones; what is not a URL is kept as the word that it is. */
function origins(value: unknown): string[] {
  return cleanTexts(value).map((text) => {
    const url = safeUrl(text);
    return url?.hadSecretParts ? `${url.scheme}://${url.host}:${url.port}` : text;
  });
}

function isHsts(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '';
}

function providers(value: unknown, home: string): ConfigFacts['providers'] {
  if (!isRecord(value)) return [];
  return Object.entries(value)
    .filter((entry): entry is [string, Section] => isRecord(entry[1]))
    .slice(0, 64)
    .map(([alias, provider]) => ({
      alias: cleanText(alias, 64) ?? '',
      source: word(provider.source) ?? 'unknown',
      ...present({
        path: provider.source === 'file' ? path(provider.path, home) : undefined,
        mode: word(provider.mode),
      }),
    }));
}
