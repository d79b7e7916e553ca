interface Version {
  major: number;
  minor: number;
  patch: number;
}

const versionForm = /^v?(\d{1,4})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?(?:[-+][\w.+-]*)?$/;
const comparatorForm = /^(>=|<=|>|<|=|\^|~)?\s*v?(\d{1,4})(?:\.(\d{1,4}))?(?:\.(\d{1,4}))?$/;

/**
 * Is this Node version inside an `engines.node` range? Reads the forms that OpenClaw uses, such as
 * `>=22.19.0` and `>=24.16.0 <25 || >=26.1.0`, and `^`, `~`, `=`; undefined for anything else.
 */
export function satisfiesRange(version: string, range: string): boolean | undefined {
  const found = parse(versionForm.exec(version.trim()), 1);
  if (found === undefined || range.length > 200) return undefined;
  let any = false;
  for (const alternative of range.split('||')) {
    const fits = satisfiesAll(found, alternative.trim());
    if (fits === undefined) return undefined;
    any ||= fits;
  }
  return any;
}

function satisfiesAll(version: Version, text: string): boolean | undefined {
  if (text === '*' || text === '') return text === '*' ? true : undefined;
  // A comparator may stand apart from its version: `>= 22.19`.
  const words = text.replace(/(>=|<=|>|<|=|\^|~)\s+/g, '$1').split(/\s+/);
  let all = true;
  for (const word of words) {
    const match = comparatorForm.exec(word);
    const bound = parse(match, 2);
    if (match === null || bound === undefined) return undefined;
    all &&= holds(version, match[1] ?? '=', bound, match[3] === undefined, match[4] === undefined);
  }
  return all;
}

function holds(
  version: Version,
  operator: string,
  bound: Version,
  noMinor: boolean,
  noPatch: boolean,
): boolean {
  const order = compare(version, bound);
  const sameMajor = version.major === bound.major;
  const sameMinor = sameMajor && version.minor === bound.minor;
  switch (operator) {
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    // `>22` starts with 23, `<=22` ends with the last 22.
    case '>':
      return order > 0 && !(noMinor ? sameMajor : noPatch && sameMinor);
    case '<=':
      return order <= 0 || (noMinor ? sameMajor : noPatch && sameMinor);
    case '^':
      return order >= 0 && sameMajor;
    case '~':
      return order >= 0 && (noMinor ? sameMajor : sameMinor);
    default:
      return noMinor ? sameMajor : noPatch ? sameMinor : order === 0;
  }
}

function parse(match: RegExpExecArray | null, from: number): Version | undefined {
  const major = match?.[from];
  if (!match || major === undefined) return undefined;
  return {
    major: Number(major),
    minor: Number(match[from + 1] ?? 0),
    patch: Number(match[from + 2] ?? 0),
  };
}

function compare(a: Version, b: Version): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}
