import type { FileFacts } from './facts-host.js';
import type { Mark } from './mark.js';

/** One definition of a supervisor that starts a gateway, or a node of one. */
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
  /** The definition or drop-ins of it that could not be read: what they say is not known. */
  unread?: FileFacts[];
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
  /**
   * Secrets of which the files do not tell the value: variable names, and why. `hidden` when the
   * reason is a file that could not be read, not how the compose file is written.
   */
  unclear?: { name: string; reason: string; hidden?: true }[];
}
