import type { SecretField, SecretRef, UrlParts } from './facts-gateway.js';
import type { FileFacts } from './facts-host.js';
import type { JwtRecord, Mark } from './mark.js';

/** The allow-listed projection of openclaw.json that concerns models and their credentials. */
export interface ModelConfigFacts {
  providers: ModelProviderFacts[];
  /** Every place that can name a model, in config order. Session and cron overrides included. */
  references: ModelReference[];
  /** `auth.order`: provider to profile ids. */
  order: Record<string, string[]>;
  /** `auth.profiles`: id to provider and mode. */
  profiles: { id: string; provider: string; mode?: string }[];
  /** Agent ids in config order; `main` is there even when the config names none. */
  agents: { id: string; agentDir?: string; default: boolean }[];
  /** Aliases of models: alias to `provider/model`. */
  aliases: Record<string, string>;
  /**
   * Variables that a provider key can come from, and whether this environment or `.env` sets them.
   * `process` rows are there only while a gateway runs: its own environment has the variable (`set`),
   * lacks it (`unset`), or cannot be known from here (`unreadable`).
   */
  environment: {
    name: string;
    provider: string;
    where: 'shell' | 'dotenv' | 'service' | 'process';
    mark: Mark;
  }[];
  memorySearch: { enabled?: boolean; provider?: string; model?: string };
}

export interface ModelProviderFacts {
  id: string;
  api?: string;
  baseUrl?: UrlParts;
  auth?: string;
  key: SecretField;
  /** The key's text when it is a published marker or the name of a variable, else absent. */
  marker?: string;
  models: { id: string; baseUrl?: UrlParts }[];
  /** Does the variable behind a reference or a name marker have a value here? */
  resolved?: { environment: 'shell' | 'service'; mark: Mark }[];
}

export interface ModelReference {
  /** `agents.defaults.model`, `agents.list[2].subagents.model`, `cron:<id>` ... */
  path: string;
  /** The agent whose credentials would be used; absent: every agent that inherits. */
  agent?: string;
  role: ModelRole;
  /** `provider/model` as written; may be an alias. */
  primary?: string;
  /** Absent: inherits. An empty list turns fallback off. */
  fallbacks?: string[];
  /** A plain string, or an object; decides strictness by version. */
  form: 'string' | 'object';
}

export type ModelRole =
  | 'defaults'
  | 'agent'
  | 'subagent'
  | 'image'
  | 'pdf'
  | 'generation'
  | 'heartbeat'
  | 'compaction'
  | 'embedding'
  | 'media'
  | 'helper'
  | 'hook'
  | 'cron'
  | 'session'
  | 'channel'
  | 'tts'
  | 'plugin';

export type ProfileType = 'api_key' | 'token' | 'oauth' | 'aws-sdk' | 'unknown';

export interface StoredProfile {
  id: string;
  provider: string;
  type: ProfileType;
  key: Mark;
  ref?: SecretRef;
  /** For a reference: the value here, by environment. */
  resolved?: { environment: 'shell' | 'service'; mark: Mark }[];
  /** Milliseconds since the epoch as stored, before any correction. */
  expires?: number;
  /** Written with `mode` for `type` or `apiKey` for `key`. */
  alias: boolean;
  hasRefresh: boolean;
  jwt?: JwtRecord;
}

export interface ProfileUsage {
  profile: string;
  cooldownUntilMs?: number;
  cooldownReason?: string;
  disabledUntilMs?: number;
  disabledReason?: string;
}

export type StoreShape = 'profiles' | 'flat' | 'empty' | 'truncated' | 'not-an-object' | 'invalid';

export interface StoreContents {
  shape: StoreShape;
  profiles: StoredProfile[];
  /** Entries that OpenClaw would drop: id and reason code. */
  dropped: { id: string; reason: 'non_object' | 'invalid_type' | 'missing_provider' }[];
  order: Record<string, string[]>;
  usage: ProfileUsage[];
}

/** One agent's credential store. */
export interface AgentStoreFacts {
  kind: 'json' | 'sqlite' | 'none';
  file: FileFacts;
  contents?: StoreContents;
  /** auth-profiles.json or auth.json beside a SQLite store: this version refuses to start runs. */
  legacy: { path: string; kind: 'auth-profiles' | 'auth-json'; shape: StoreShape }[];
  stateFile?: FileFacts;
  modelsJson?: { file: FileFacts; providers: ModelProviderFacts[] };
}

/** 2026.9: `config_machine_state` of state/openclaw.sqlite; earlier: the main agent's file. */
export interface SharedStoreFacts {
  kind: 'state-db' | 'main-agent' | 'none';
  source: string;
  contents?: StoreContents;
}
