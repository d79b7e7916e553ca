import type { UrlParts } from './facts-gateway.js';
import type { InstallManager, NodeFacts } from './facts-installs.js';
import type { Mark } from './mark.js';
import type { Stage } from './observation.js';
import type { Line, Target } from './target.js';

/** The only clock and the only options that a check can see. */
export interface RunFacts {
  command: string;
  nowMs: number;
  timeZone: string;
  platform: string;
  uid: number;
  toolVersion: string;
  rules: string;
  options: RunOptionFacts;
  fingerprintKey?: string;
  /** Observations that changed while the run looked at them; written when the run ends. */
  changed?: string[];
  /** Ctrl-C ended the run early. */
  interrupted?: boolean;
  /** `--stop-on-fail` ended the run after this stage. */
  stoppedAfter?: Stage;
}

/** Options that change what is looked at or how it is judged; recorded, so that replay knows them. */
export interface RunOptionFacts {
  through: Stage;
  only: string[];
  skip: string[];
  failOn: 'fail' | 'warn';
  stopOnFail: boolean;
  budgetMs: number;
  external: boolean;
  as: string;
  sandbox: string[];
  /** A given URL: the target is then that address. */
  url?: UrlParts;
  /** True when home, state directory or config were given by flag. */
  relocated: boolean;
}

export interface FileFacts {
  /** With `~` for the target's home. */
  path: string;
  state: 'ok' | 'absent' | 'denied' | 'not-a-file' | 'symlink' | 'too-large' | 'error';
  reason?: string;
  size?: number;
  /** Permission bits, decimal. */
  mode?: number;
  uid?: number;
  mtimeMs?: number;
  /** Hard links, where a file has more than one. */
  links?: number;
}

export interface DiscoveryFacts {
  targets: Target[];
  /** Which of the four kinds of "no gateway" this is, if any. */
  gateway: 'local' | 'remote' | 'none';
  openclawInstalled: boolean;
  openclawState: boolean;
  nemoclawState: boolean;
  /** NemoClaw roots, with `~`. */
  nemoclawRoots: string[];
  /** Gateways that are configured but neither run nor hold a live lock: listed, not diagnosed. */
  idle: { stateDir: string; port: number }[];
}

export interface InstallFacts {
  binaries: {
    /** As found, and after following links. */
    path: string;
    realPath: string;
    version?: string;
    /** First on PATH: the one that runs when the operator types `openclaw`. */
    first: boolean;
    /** In a directory of PATH at all. */
    onPath?: boolean;
    manager?: InstallManager;
    /** Folder of its package. */
    root?: string;
    /** `engines.node` of its package. */
    engines?: string;
    /** The Node that it would run with, by its first line or by PATH. */
    node?: NodeFacts;
  }[];
  /** Of clawdoctor itself. */
  nodeVersion: string;
  /** The first `node` on PATH. */
  shellNode?: NodeFacts;
}

/** `clawdoctor.json`, the operator's own statement of what should be true. */
export interface ExpectationFacts {
  path: string;
  identity?: UrlParts;
  mode?: string;
  issuer?: string;
  audience?: string;
  localOnly?: boolean;
  allowedCloudProviders: string[];
}

export interface ListenerFacts {
  listeners: Listener[];
  /** False when the platform or our rights hide owners. */
  ownersKnown: boolean;
}

export interface Listener {
  /** `127.0.0.1`, `::1`, `0.0.0.0`, `::`. */
  address: string;
  port: number;
  uid: number;
  /** Absent when the owner's /proc/<pid>/fd may not be read. */
  pid?: number;
  /** /proc/<pid>/comm; readable by everybody when the pid is known. */
  comm?: string;
}

export interface PressureFacts {
  totalBytes: number;
  availableBytes: number;
  swapTotalBytes: number;
  swapFreeBytes: number;
  /** PSI `some avg10` of memory, in percent; absent where the kernel has no PSI. */
  memorySome10?: number;
  load1: number;
  cpus: number;
  /** PSI `full avg10` of memory: every task waited. */
  memoryFull10?: number;
  /** Memory of control groups with a limit of their own: ours, and those that hold gateways. */
  groups?: MemoryGroup[];
  /** When systemd-timesyncd last set the clock, ms since the epoch; absent where nothing tells. */
  clockSetAtMs?: number;
}

/** The memory controller of one control group (version 1 or 2). */
export interface MemoryGroup {
  /** `own`, or the id of the gateway whose process is in it. */
  of: string;
  version: 1 | 2;
  /** The tightest limit of the group and the groups around it; absent where there is none. */
  limitBytes?: number;
  /** Where the limit holds. */
  usedBytes: number;
  /** Of `usedBytes`: page cache that the kernel can take back at once. */
  reclaimableBytes?: number;
  /** Processes that the kernel has killed for want of memory since the group was made. */
  oomKills?: number;
  memorySome10?: number;
}

/** An environment of another process, allow-listed; every secret in it is a mark. */
export interface ProcessEnvironment {
  state: 'ok' | 'denied' | 'absent' | 'unsupported' | 'error';
  reason?: string;
  home?: string;
  stateDir?: string;
  configPath?: string;
  profile?: string;
  port?: number;
  serviceKind?: string;
  url?: UrlParts;
  token: Mark;
  password: Mark;
  /** Set for the variables that the config refers to: name to mark. */
  referenced: { name: string; mark: Mark }[];
  /** `systemd` when INVOCATION_ID is set, `launchd` for XPC_SERVICE_NAME. */
  supervisor?: string;
}

export interface GatewayProcessFacts {
  /** How the pid was found. `none`: nothing listens on the gateway's port. */
  found: 'socket' | 'lock' | 'socket-without-owner' | 'none';
  pid?: number;
  uid?: number;
  comm?: string;
  kind: 'openclaw' | 'tunnel' | 'foreign' | 'unknown';
  startedAtMs?: number;
  environment: ProcessEnvironment;
  /** The config that this process reads, by its own environment and working directory. */
  configPath?: string;
  stateDir?: string;
  /** Does that equal the config that we look at? Absent when it cannot be known. */
  sameConfig?: boolean;
  /** Does that equal our state directory? */
  sameStateDir?: boolean;
  lock?: {
    path: string;
    pid: number;
    alive: boolean;
    configPath?: string;
    port?: number;
    sameConfig: boolean;
  };
  /**
   * What its children inherited: OpenClaw copies `--token` and the values of `.env` into its own
   * environment after its start, where only children show them (measured on 2026.9.6).
   */
  children?: { pid: number; token: Mark; password: Mark }[];
  /** Lines that the process's name, children and mapped files allow. */
  lines: Line[];
  version?: string;
  versionEvidence: string[];
}
