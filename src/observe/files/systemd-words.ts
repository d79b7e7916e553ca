/** What systemd's specifiers stand for in one unit (systemd.unit, "Specifiers"). */
export interface SpecifierContext {
  home: string;
  /** `openclaw-gateway.service`. */
  unit?: string;
  uid?: number;
  user?: string;
  manager?: 'user' | 'system';
}

/** Words as systemd splits them: blanks, both kinds of quotes (within a word too), C escapes. */
export function unitWords(value: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < value.length; i += 1) {
    const char = value[i] ?? '';
    if (char === '\\' && i + 1 < value.length) {
      const { text, last } = escaped(value, i + 1);
      word = (word ?? '') + text;
      i = last;
    } else if (quote !== '') {
      if (char === quote) quote = '';
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (word !== undefined) words.push(word);
  return words;
}

const named: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  s: ' ',
};
const coded = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{3}))/i;

/** The escape that begins after the backslash at `at - 1`; `last` is its last character. */
function escaped(value: string, at: number): { text: string; last: number } {
  const char = value[at] ?? '';
  const code = coded.exec(value.slice(at, at + 9));
  if (!code) return { text: named[char] ?? char, last: at };
  const [whole, byte, short, long, octal] = code;
  const number = Number.parseInt(octal ?? byte ?? short ?? long ?? '0', octal ? 8 : 16);
  const text = number > 0 && number <= 0x10ffff ? String.fromCodePoint(number) : '';
  return { text, last: at + whole.length - 1 };
}

/** `%h`, `%t`, `%U` and the like; one that the files do not tell stays as it is written. */
export function expandSpecifiers(value: string, context: SpecifierContext): string {
  return value.replace(
    /%([%a-zA-Z])/g,
    (whole, name: string) => specifierValue(name, context) ?? whole,
  );
}

function specifierValue(name: string, context: SpecifierContext): string | undefined {
  const { home, unit, uid, user, manager } = context;
  const bare = unit?.replace(/\.[a-z]+$/, '');
  const at = bare?.indexOf('@') ?? -1;
  const isUser = manager !== 'system';
  const runtime = uid === undefined ? undefined : `/run/user/${uid}`;
  const table: Record<string, string | undefined> = {
    '%': '%',
    h: home,
    t: isUser ? runtime : '/run',
    S: isUser ? `${home}/.local/state` : '/var/lib',
    C: isUser ? `${home}/.cache` : '/var/cache',
    L: isUser ? `${home}/.local/state/log` : '/var/log',
    E: isUser ? `${home}/.config` : '/etc',
    T: '/tmp',
    V: '/var/tmp',
    n: unit,
    N: bare,
    p: at < 0 ? bare : bare?.slice(0, at),
    i: at < 0 ? '' : bare?.slice(at + 1),
    u: user,
    U: uid === undefined ? undefined : String(uid),
  };
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

const units: Readonly<Record<string, number>> = {
  us: 0.001,
  usec: 0.001,
  ms: 1,
  msec: 1,
  s: 1000,
  sec: 1000,
  second: 1000,
  seconds: 1000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  minutes: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  hours: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  weeks: 604_800_000,
};

/** `5`, `1min 30s`, `500ms`, `infinity` as ms (systemd.time); undefined for what is no time span. */
export function timeSpanMs(text: string): number | undefined {
  const value = text.trim();
  if (value === 'infinity') return Number.MAX_SAFE_INTEGER;
  if (value === '' || value.length > 100) return undefined;
  const part = /(\d{1,12}(?:\.\d{1,6})?)(?!\d)\s*([a-z]*)\s*/y;
  let total = 0;
  while (part.lastIndex < value.length) {
    const match = part.exec(value);
    const factor = match?.[2] ? units[match[2]] : 1000;
    if (!match || factor === undefined) return undefined;
    total += Number(match[1]) * factor;
  }
  return Math.min(Math.round(total), Number.MAX_SAFE_INTEGER);
}
