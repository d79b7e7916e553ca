import type { MarkFlag, Shape } from '../model/mark.js';

/** Length bucket and character class: all that is told of a secret's looks. */
export function shapeOf(value: string): Shape {
  const n = value.length;
  return {
    length: n < 16 ? '<16' : n < 32 ? '16-31' : n < 64 ? '32-63' : '64+',
    chars: /^[0-9a-f]+$/i.test(value)
      ? 'hex'
      : /^[\w-]+$/.test(value)
        ? 'base64url'
        : /^[\x20-\x7e]+$/.test(value)
          ? 'printable'
          : 'other',
  };
}

/** Below 64 bits of estimated strength a keyed digest could still be guessed by whoever has the key. */
export function isWeak(value: string): boolean {
  const distinct = new Set(value).size;
  return value.length * Math.log2(Math.max(distinct, 1)) < 64;
}

/** What is odd about the raw value; each of these is a known cause of a 401. */
export function flagsOf(raw: string): MarkFlag[] {
  const flags: MarkFlag[] = [];
  const add = (flag: MarkFlag, when: boolean): void => {
    if (when) flags.push(flag);
  };
  add('outer-blank', raw !== raw.trim());
  add('newline', raw.includes('\n'));
  add('cr', raw.includes('\r'));
  add('quoted', /^\s*(["'`]).*\1\s*$/s.test(raw));
  add('bom', raw.startsWith('\ufeff'));
  add('control', /\p{Cc}/u.test(raw.replace(/[\t\r\n]/g, '')));
  add('bearer-prefix', /^\s*bearer\s/i.test(raw));
  add('template', /^\s*\$(\{[^}]*\}|[A-Z_][A-Z0-9_]*)\s*$/.test(raw));
  add('weak', isWeak(raw.trim()));
  return flags;
}
