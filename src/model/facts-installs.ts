/** A `node` program, told by its files and never run. */
export interface NodeFacts {
  /** With `~` for the home directory. */
  path: string;
  state: 'ok' | 'absent';
  /** `22.19.0`; absent for a shim or where nothing beside the program tells it. */
  version?: string;
}

/** Who put an install where it is, by its path. */
export type InstallManager =
  | 'npm'
  | 'pnpm'
  | 'yarn'
  | 'bun'
  | 'brew'
  | 'volta'
  | 'installer'
  | 'source'
  | 'unknown';

/** The OpenClaw that the service of one gateway starts, and the Node that it is started with. */
export interface RuntimeFacts {
  /** Absent when no unit of this host starts this gateway. */
  service?: {
    unit: string;
    entry?: string;
    version?: string;
    /** `engines.node` of the package that the entry belongs to. */
    engines?: string;
    node?: NodeFacts;
    /** `OPENCLAW_SERVICE_MARKER` is set: 2026.5 then refuses a config of a newer version. */
    marked: boolean;
  };
}

/** One plugin that the config or OpenClaw's own records name, and what is on disk for it. */
export interface PluginFacts {
  id: string;
  /** `load-path`: plugins.load.paths; `record`: an install record; `entry`: plugins.entries. */
  from: 'load-path' | 'record' | 'entry';
  /** With `~`; absent for an entry. */
  path?: string;
  /** `plugins.entries.<id>.enabled`, as declared. */
  enabled?: boolean;
  state: 'ok' | 'absent' | 'denied' | 'no-manifest' | 'no-entry-file' | 'invalid';
}

/** Plugins that are registered from outside of the OpenClaw package. */
export interface PluginsFacts {
  /** `plugins.enabled` is false: nothing is loaded. */
  disabled: boolean;
  /** Where the install records were read, or why they could not be. */
  records: { state: 'ok' | 'absent' | 'denied' | 'invalid' | 'error'; source: string };
  plugins: PluginFacts[];
}
