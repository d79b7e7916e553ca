import type { FileFacts } from './facts-host.js';

/** What the log files of this user say about one gateway. Free text never leaves the scanner. */
export interface LogFacts {
  /**
   * Files that were read, oldest first, and those that could not be. `from` is the byte at which
   * reading began; `cut` says that a cap ended it before the window did.
   */
  files: { file: FileFacts; from: number; bytes: number; cut?: true }[];
  /** Lines before this time were not read: a cap of age or of bytes. */
  sinceMs: number;
  /**
   * `total` is an estimate from the length of the first lines; `broken` counts matched lines only;
   * `future` those that are dated after this run and were left out.
   */
  lines: { total: number; matched: number; broken: number; future?: number };
  /**
   * Ports of gateways that these files name. Lines without a port (starts, reloads) may be those
   * of any gateway that writes here: more than one port, and they prove nothing of one of them.
   */
  ports: number[];
  /** Refused connects, one row a (cause, reason, client, mode, port, device); newest last. */
  refusals: LogRefusal[];
  /** The newest 200 events of this gateway's life, ascending. */
  lifecycle: { event: LifecycleEvent; atMs: number; port?: number; exit?: number }[];
  /** Config and secret reloads, ascending; `paths` are config paths. */
  reloads: { event: ReloadEvent; atMs: number; paths: string[] }[];
  /** Requests for more than a device has. */
  upgrades: LogUpgrade[];
  /** Warnings about forwarded headers and foreign Host headers. */
  headers: { kind: 'untrusted-forwarded' | 'non-local-host'; count: number; lastMs: number }[];
  /**
   * Connects that were accepted, one row a client. No known version logs more of them than those of
   * the web chat, so that a client is missing here says nothing.
   */
  accepted: {
    client: string;
    mode: string;
    port?: number;
    count: number;
    firstMs: number;
    lastMs: number;
    /** Times of the newest 20. */
    timesMs: number[];
  }[];
  /** Devices that were approved, ascending; `silent` without a person. The newest 50. */
  approvals: { atMs: number; device: string; silent: boolean }[];
}

export type LifecycleEvent =
  | 'starting'
  | 'listening'
  | 'ready'
  | 'failed'
  | 'blocked'
  | 'port-in-use'
  | 'stopping'
  | 'restarting'
  | 'generated-token'
  /** 2026.9: too many unclean starts; channels are not started by themselves any more. */
  | 'breaker';

/** `disabled`: reload is off; `skipped`: the new config is invalid or gone, the old one stays. */
export type ReloadEvent =
  | 'detected'
  | 'applied'
  | 'needs-restart'
  | 'degraded'
  | 'recovered'
  | 'disabled'
  | 'skipped';

export interface LogRefusal {
  /** OpenClaw's own `cause`: `unauthorized`, `pairing-required`, `origin-mismatch` ...; else `other`. */
  cause: string;
  /** Its `reason`: `token_mismatch`, `scope-upgrade`, `device-signature-stale` ...; else `other`. */
  reason?: string;
  /** A known client or a plain name, else `other`; `unknown` where the line names none. */
  client: string;
  mode: string;
  /** The port of the gateway that refused, from `host=`. */
  port?: number;
  /** The first 12 characters of the device id. */
  device?: string;
  /** `direct`, or `proxied` when the peer is not the client. */
  remote: 'loopback' | 'other';
  /** Our own probes say who they are. */
  own: boolean;
  count: number;
  firstMs: number;
  lastMs: number;
  /** Times of the newest 20, for intervals and for alternation with successes. */
  timesMs: number[];
}

export interface LogUpgrade {
  atMs: number;
  reason: 'scope-upgrade' | 'role-upgrade' | 'metadata-upgrade' | 'other';
  device: string;
  client?: string;
  scopesFrom: string[];
  scopesTo: string[];
}
