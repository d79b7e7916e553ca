import type { FileFacts } from './facts-host.js';
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
    port?: number;
    serviceKind?: string;
    profile?: string;
    container?: string;
    home: boolean;
    stateDir: boolean;
    configPath: boolean;
  };
  dotenv: { file: FileFacts; url?: UrlParts };
  service?: ServiceFacts;
  /** Every definition that concerns this gateway: `service` first, then others of it, then nodes. */
  services?: ServiceFacts[];
  compose?: ComposeFacts;
}

export interface ServiceFacts {
  supervisor: 'systemd-user' | 'systemd-system' | 'launchd';
  unit: string;
  path: string;
  /** Path of the OpenClaw entry that the service runs, and the version beside it. */
  entry?: string;
  version?: string;
  port?: number;
  stateDir?: string;
  configPath?: string;
  home?: string;
  environmentFiles: FileFacts[];
  /** A node unit runs `openclaw node`: a client of a gateway. Default: the gateway itself. */
  kind?: 'gateway' | 'node';
  /** The gateway that a node connects to, where its command line says so. */
  connectsTo?: string;
  /** OPENCLAW_SERVICE_KIND in its environment. */
  serviceKind?: string;
  /** Written by a predecessor of OpenClaw (`clawdbot-gateway`). */
  legacy?: boolean;
  /** Does something start it at boot or login? Absent where the files do not tell (launchd). */
  enabled?: boolean;
  dropIns?: string[];
  /** `User=` of a system unit. */
  user?: string;
  /** The program that runs the entry, where the command line names it by its whole path. */
  node?: string;
  nodeState?: FileFacts['state'];
  entryState?: FileFacts['state'];
  /** Environment files once more, with what else is known of them. */
  files?: ServiceFile[];
  /** Names of variables in the definition itself that look like secrets. */
  embedded?: string[];
  /** The gateway's own secrets in the definition, its files (files win) or its command line. */
  holds?: { slot: 'token' | 'password'; where: 'unit' | 'file' | 'argument'; mark: Mark }[];
  policy?: RestartPolicy;
  confinement?: Confinement;
}

export interface ServiceFile {
  file: FileFacts;
  /** `EnvironmentFile=-PATH`: the unit starts without it. */
  optional: boolean;
  /** The installer's copy of `.env`: names that `.env` no longer has, or has with another value. */
  copyOfDotenv?: { dropped: string[]; changed: string[] };
}

/** What a supervisor does when the process ends; times in ms, absent where its default holds. */
export interface RestartPolicy {
  /** `Restart=` of systemd; `always` for a launchd KeepAlive that has no condition. */
  restart: string;
  delayMs?: number;
  limitBurst?: number;
  /** `infinity` is recorded as Number.MAX_SAFE_INTEGER. */
  limitIntervalMs?: number;
  watchdogMs?: number;
  /** Exit codes and signals after which it is not started again. */
  preventExitStatus: string[];
  killMode?: string;
}

/** Settings that keep a process away from the network or from shared directories. */
export interface Confinement {
  privateNetwork: boolean;
  privateTmp: boolean;
  ipAddressDeny: string[];
  ipAddressAllow: string[];
  /** Absent: all families. `deny` lists what is taken away instead of what is left. */
  addressFamilies?: { deny: boolean; names: string[] };
}

/** A compose file with a service called `openclaw-gateway` that mounts this state directory. */
export interface ComposeFacts {
  file: FileFacts;
  /** `restart:`; `no` is the default. */
  restart: string;
  /** `deploy.restart_policy.max_attempts` or the count of `on-failure:N`. */
  maxAttempts?: number;
  /** `.env` beside it, which fills `${VAR}` in the file, and its `env_file` entries. */
  dotenv: FileFacts;
  environmentFiles: ServiceFile[];
  /** Names under `environment:`. */
  variables: string[];
  /** Published host ports of the container's gateway port. */
  ports: number[];
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

/** One part of a store, with its own readability: a broken file never hides the next one. */
export interface Part<T> {
  state: 'ok' | 'absent' | 'denied' | 'invalid' | 'error';
  source: string;
  reason?: string;
  rows: T[];
}

export interface PairingFacts {
  store: 'json' | 'sqlite' | 'none';
  /** JSON files that lie beside a SQLite store: stale, never believed. */
  staleJson: string[];
  identity: Part<DeviceIdentity>;
  /** Device tokens that this host's own CLI holds. */
  deviceTokens: Part<DeviceToken>;
  paired: Part<PairedDevice>;
  pending: Part<PendingRequest>;
}

export interface DeviceIdentity {
  deviceId: string;
  /** deviceId = lower-case hex SHA-256 of the raw public key. */
  idMatchesKey: boolean;
  createdAtMs?: number;
}

export interface DeviceToken {
  deviceId: string;
  role: string;
  scopes: string[];
  mark: Mark;
  updatedAtMs?: number;
}

export interface PairedDevice {
  deviceId: string;
  clientId: string;
  clientMode: string;
  platform: string;
  roles: string[];
  scopes: string[];
  approvedScopes: string[];
  tokens: { role: string; scopes: string[]; mark: Mark; revokedAtMs?: number }[];
  createdAtMs?: number;
  approvedAtMs?: number;
}

export interface PendingRequest {
  requestId: string;
  deviceId: string;
  clientId: string;
  clientMode: string;
  platform: string;
  roles: string[];
  scopes: string[];
  silent: boolean;
  isRepair: boolean;
  tsMs: number;
}
