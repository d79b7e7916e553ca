/** Where an OpenClaw process looks for its things. */
export interface OpenClawPaths {
  home: string;
  stateDir: string;
  configPath: string;
}

export interface PathInput {
  env: Readonly<Record<string, string | undefined>>;
  /** The operating system's home directory. */
  home: string;
  flags?: { home?: string; stateDir?: string; config?: string };
  cwd: string;
}

/**
 * Home, state directory and config as OpenClaw itself resolves them (measured on 2026.5.18 and
 * 2026.9.6). Only OPENCLAW_HOME treats the texts `undefined` and `null` as unset, and
 * OPENCLAW_PROFILE alone moves nothing: `--profile` does, by setting OPENCLAW_STATE_DIR. A flag of
 * ours hides the variables that would lead away from it.
 */
export function resolvePaths(input: PathInput): OpenClawPaths {
  const { env, cwd } = input;
  const flags = input.flags ?? {};
  const osHome = homeValue(env.HOME) ?? homeValue(env.USERPROFILE) ?? input.home;
  const wanted = text(flags.home) ?? homeValue(env.OPENCLAW_HOME) ?? osHome;
  const home = resolvePath(wanted, osHome, cwd);
  const stateVariable = flags.home === undefined ? text(env.OPENCLAW_STATE_DIR) : undefined;
  const stateDir = resolvePath(
    text(flags.stateDir) ?? stateVariable ?? `${home}/.openclaw`,
    home,
    cwd,
  );
  const moved = flags.home !== undefined || flags.stateDir !== undefined;
  const configVariable = moved ? undefined : text(env.OPENCLAW_CONFIG_PATH);
  const config = text(flags.config) ?? configVariable ?? `${stateDir}/openclaw.json`;
  return { home, stateDir, configPath: resolvePath(config, home, cwd) };
}

/** An absolute POSIX path without `.` and `..`; a leading `~` is the home directory. */
export function resolvePath(path: string, home: string, cwd: string): string {
  const expanded = path === '~' || path.startsWith('~/') ? `${home}${path.slice(1)}` : path;
  const absolute = expanded.startsWith('/') ? expanded : `${cwd}/${expanded}`;
  const parts: string[] = [];
  for (const part of absolute.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function text(value: string | undefined): string | undefined {
  const trimmed = value?.trim();
  return trimmed ? trimmed : undefined;
}

function homeValue(value: string | undefined): string | undefined {
  const trimmed = text(value);
  return trimmed === 'undefined' || trimmed === 'null' ? undefined : trimmed;
}
