import type { FileFacts } from './facts-host.js';
import type { ComposeFacts, ServiceFacts } from './facts-service.js';
import type { Mark } from './mark.js';
import type { Line } from './target.js';

/** A URL taken apart before it is recorded; userinfo, query and fragment are dropped. */
export interface UrlParts {
  scheme: string;
  /** Lower case, without brackets. */
  host: string;
  /** The explicit port, or the scheme's default. */
  port: number;
  path: string;
  /** True when the original carried userinfo or a query: hygiene, never the text. */
  hadSecretParts: boolean;
}

/** A reference to a secret that lives somewhere else. Exec references are never run. */
export interface SecretRef {
  source: 'env' | 'file' | 'exec' | 'store' | 'profile';
  /** `"${VAR}"` in a string, or a SecretRef object. */
  form: 'template' | 'object';
  provider: string;
  /** Variable name, JSON pointer or store name; never a value. */
  id: string;
}

/** A secret field of the config: a literal (mark), a reference, or neither. */
export interface SecretField {
  mark: Mark;
  ref?: SecretRef;
}

/** The allow-listed projection of openclaw.json that concerns the gateway. */
export interface ConfigFacts {
  file: FileFacts;
  parse: 'ok' | 'invalid' | 'not-an-object' | 'too-large' | 'too-deep';
  /** 1-based position of a syntax error. */
  errorAt?: { line: number; column: number };
  includes: { path: string; state: 'ok' | 'absent' | 'denied' | 'invalid' | 'outside' }[];
  /** Keys at the root and under `gateway.` that no known version has, with the nearest that exists. */
  unknownKeys: { path: string; nearest?: string }[];
  /** Keys that 2026.9 has and 2026.5 refuses. */
  newerKeys?: string[];
  /** `meta.lastTouchedVersion`, when it looks like a version. */
  writerVersion?: string;
  mode?: string;
  port?: number;
  bind?: string;
  customBindHost?: string;
  authMode?: string;
  token: SecretField;
  password: SecretField;
  /** Members that are present under `gateway.auth.trustedProxy`, names only. */
  trustedProxy?: {
    userHeader?: string;
    /** Names of headers that have to be there too. */
    requiredHeaders?: string[];
    allowUsers: number;
    allowLoopback: boolean;
  };
  cloudflareIssuer?: UrlParts;
  /** The text of it ends with a slash, which the schema of 2026.9.6 refuses. */
  cloudflareSlash?: true;
  allowTailscale?: boolean;
  rateLimit?: {
    maxAttempts: number;
    windowMs: number;
    lockoutMs: number;
    exemptLoopback: boolean;
  };
  remote?: { url?: UrlParts; token: SecretField; password: SecretField; transport?: string };
  publicOrigin?: UrlParts;
  controlUi: { enabled: boolean; basePath?: string; allowedOrigins: string[] };
  trustedProxies: string[];
  tls: { enabled: boolean };
  tailscale?: string;
  reloadMode?: string;
  hsts: boolean;
  hooks: { enabled: boolean; path?: string; token: SecretField };
  googlechat: GoogleChatFacts[];
  msteams: { tenantId: boolean; tenantIdShape: 'guid' | 'other' | 'unset' }[];
  /** Webhook URLs that the config names, by config path. */
  webhooks: { path: string; url: UrlParts }[];
  /** Secret providers by alias; a file provider's path is recorded, an exec command is not. */
  providers: { alias: string; source: string; path?: string; mode?: string }[];
  loggingFile?: string;
}

export interface GoogleChatFacts {
  /** `channels.googlechat` or `channels.googlechat.accounts.<id>`. */
  path: string;
  enabled: boolean;
  audienceType?: string;
  /** The URL form of the audience; a project number is kept as `projectNumber`. */
  audience?: UrlParts;
  projectNumber?: string;
  audienceState: 'unset' | 'url' | 'number' | 'other';
  webhookPath?: string;
}

/** Ids of places that can hold the gateway's shared secret; also the order of the matrix. */
export type CredentialSourceId =
  | 'config'
  | 'last-good'
  | 'shell'
  | 'dotenv'
  | 'service-flag'
  | 'service-env'
  | 'service-file'
  | 'compose'
  | 'remote'
  | 'hooks';

export interface CredentialSource {
  id: CredentialSourceId;
  /** Config path or variable name: `gateway.auth.token`, `OPENCLAW_GATEWAY_TOKEN`. */
  name: string;
  slot: 'token' | 'password';
  /** Where it was read, for people: `~/.openclaw/.env`. */
  where: string;
  mark: Mark;
  ref?: SecretRef;
  /** Why the mark is unreadable or unresolved. */
  reason?: string;
}

/**
 * Everything on disk and in our own environment that can name the gateway's shared secret.
 * A reference is resolved once for each environment that a reader could resolve it in.
 */
export interface CredentialSourceFacts {
  sources: CredentialSource[];
  /** Resolutions of the config's references, by the slot and the environment that was asked. */
  resolved: {
    slot: 'token' | 'password' | 'remote-token' | 'remote-password' | 'hooks-token';
    ref: SecretRef;
    /** `shell` includes `.env`, as the CLI loads it; `service` is unit, its files and `.env`. */
    environment: 'shell' | 'service' | 'any';
    mark: Mark;
    reason?: string;
    /** Lines that take nothing there although the others do, and why. */
    refused?: { lines: Line[]; reason: string };
  }[];
  shell: {
    url?: UrlParts;
    /** OPENCLAW_GATEWAY_URL has a text that is no URL. */
    urlBroken?: true;
    port?: number;
    serviceKind?: string;
    profile?: string;
    container?: string;
    home: boolean;
    stateDir: boolean;
    configPath: boolean;
  };
  dotenv: { file: FileFacts; url?: UrlParts; urlBroken?: true };
  service?: ServiceFacts;
  /** Every definition that concerns this gateway: `service` first, then others of it, then nodes. */
  services?: ServiceFacts[];
  compose?: ComposeFacts;
  /** Directories of units that exist and could not be listed. */
  unreadFolders?: FileFacts[];
}

/** What the state directory itself tells: who wrote it, and what it says was applied. */
export interface StateFacts {
  dir: FileFacts;
  layout: 'json' | 'sqlite' | 'both' | 'empty';
  /** `schema_meta.app_version` of state/openclaw.sqlite. */
  writerVersion?: string;
  schemaVersion?: number;
  /** Does the config that the gateway last accepted equal the file on disk? Computed in the reader. */
  appliedEqualsFile?: boolean;
  /** When the gateway last recorded an accepted config, ms since the epoch. */
  appliedAtMs?: number;
  lastGoodPresent: boolean;
}
