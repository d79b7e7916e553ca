import type { FactSet } from './fact-set.js';
import type { ObservationData, ObservationId } from './facts.js';
import type { Mark, SecretKind } from './mark.js';
import type { ObservationState, Stage } from './observation.js';
import type { Target } from './target.js';

/** What an observer may know of the host; a test gives it a temporary directory. */
export interface HostAccess {
  /** The operator's environment. */
  env: Readonly<Record<string, string | undefined>>;
  home: string;
  uid: number;
  cwd: string;
  platform: string;
  /** `/proc`, or undefined where there is none. */
  procRoot: string | undefined;
  tmpDir: string;
  /** Where OpenClaw logs instead of its usual places; for tests and staged deployments. */
  logDir?: string;
  /** clawdoctor's own state directory (XDG): the fingerprint key, refusals, evidence. */
  ownStateDir: string;
  now(): number;
}

/** Options of a diagnosis, parsed and validated. */
export interface DiagnoseOptions {
  command: string;
  home?: string;
  stateDir?: string;
  config?: string;
  url?: string;
  sandbox: string[];
  through: Stage;
  /** Only this stage's checks are reported (`doctor`, `status`, `probes`). */
  single?: Stage;
  stopOnFail: boolean;
  only: string[];
  skip: string[];
  budgetMs: number;
  failOn: 'fail' | 'warn';
  external: boolean;
  as: string;
  caseKey?: string;
}

/** Takes a raw secret and gives back the only thing that may be recorded of it. */
export interface SecretKeeper {
  /** `used` is the value as its reader uses it (trimmed, unquoted); default: `raw` itself. */
  mark(
    raw: string,
    options: { kind: SecretKind; used?: string; published?: 'marker' | 'placeholder' },
  ): Mark;
}

export interface ObserverContext {
  target: Target;
  host: HostAccess;
  options: DiagnoseOptions;
  /** Sealed facts of earlier stages and finished observations of this one that `uses` names. */
  facts: FactSet;
  secrets: SecretKeeper;
  signal: AbortSignal;
  /** Work that several observers of one round share: done once, by key. */
  once<T>(key: string, work: () => Promise<T>): Promise<T>;
}

export type ObserverResult<T> =
  | { state: 'ok'; source: string; data: T; complete?: boolean }
  | { state: Exclude<ObservationState, 'ok'>; source: string; reason: string };

/** One source, one observer. May do I/O; must end at `signal`. */
export interface Observer<K extends ObservationId = ObservationId> {
  id: K;
  stage: Stage;
  /** Observations that have to be finished first, in whatever state. */
  uses?: readonly ObservationId[];
  deadlineMs: number;
  observe(context: ObserverContext): Promise<ObserverResult<ObservationData[K]>>;
  /**
   * A short text that changes when a decisive file or process start time changes (device, inode,
   * size, mtime; pid and start ticks). Asked again before the report is made.
   */
  witness?(context: ObserverContext): Promise<string>;
}

export type AnyObserver = { [K in ObservationId]: Observer<K> }[ObservationId];
