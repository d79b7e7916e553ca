/** How often this gateway was started, by what it leaves behind itself; the log is another source. */
export interface BootFacts {
  /** Rows of `gateway_boot_lifecycle` (2026.9 keeps a day of them), ascending. */
  boots: Boot[];
  /** `absent`: this version keeps no such table. */
  table: { state: 'ok' | 'absent' | 'denied' | 'error' | 'unsupported'; reason?: string };
  /** `logs/stability/openclaw-stability-<time>-<pid>-<reason>.json`, by name alone, ascending. */
  bundles: { atMs: number; pid: number; reason: string }[];
  /** The lock of this config, when it was written. */
  lock?: { pid: number; writtenAtMs: number };
  /** When systemd last started the unit, by the link that it keeps under /run/systemd/units. */
  unitStartedAtMs?: number;
}

export interface Boot {
  startedAtMs: number;
  pid?: number;
  /** Absent while it runs, and for ever when it was killed. */
  completedAtMs?: number;
  outcome?: BootOutcome;
  /** OpenClaw's own breaker noticed a crash loop at this start. */
  crashLoop: boolean;
  /** It has left the safe mode of that breaker. */
  recovered?: boolean;
}

/** The outcomes of 2026.9.6. */
export type BootOutcome =
  | 'clean_stop'
  | 'planned_restart'
  | 'forced_stop'
  | 'startup_failed'
  | 'startup_failure_repaired'
  | 'safe_mode_stable'
  | 'other';
