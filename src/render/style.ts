/** What decides how a stream is written to; plain values, so that a test can give them. */
export interface StyleInput {
  isTty: boolean;
  /** What the terminal says; 0 (some containers and CI) and undefined mean that it does not know. */
  columns?: number | undefined;
  platform: string;
  env: Readonly<Record<string, string | undefined>>;
}

export interface Style {
  color: boolean;
  /** False: glyphs and text in ASCII. */
  unicode: boolean;
  /** Columns to lay out for: 40 to 72. */
  columns: number;
  /** May lines be repainted (progress)? */
  live: boolean;
}

export const widest = 72;
export const narrowest = 40;

/** The only place that reads NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE, TERM, CI, COLUMNS and the locale. */
export function decideStyle(input: StyleInput): Style {
  const { env } = input;
  const dumb = env.TERM === 'dumb';
  const reported = input.isTty && input.columns ? input.columns : Number(env.COLUMNS);
  const columns = Number.isInteger(reported) && reported > 0 ? reported : widest;
  return {
    color: wantsColor(input, dumb),
    unicode: !dumb && env.TERM !== 'linux' && isUtf8(input),
    columns: Math.min(widest, Math.max(narrowest, columns)),
    live: input.isTty && (input.columns ?? 0) >= narrowest && !dumb && !isCi(env.CI),
  };
}

/** NO_COLOR (https://no-color.org: any text but an empty one) wins over the switches that force. */
function wantsColor({ env, isTty }: StyleInput, dumb: boolean): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  if (env.CLICOLOR_FORCE) return env.CLICOLOR_FORCE !== '0';
  return isTty && !dumb;
}

function isUtf8({ env, platform }: StyleInput): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG;
  return locale ? /utf-?8/i.test(locale) : platform === 'darwin' || platform === 'win32';
}

function isCi(value: string | undefined): boolean {
  return value !== undefined && value !== '' && value !== '0' && value !== 'false';
}
