import { linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { at } from './mutate.js';

/** What happens to one file of the host. */
export interface FileMutation {
  file: number;
  how: number;
  where: number;
  what: number;
}

const index = (): fc.Arbitrary<number> => fc.nat({ max: 0xff_ffff });

export const fileMutation: fc.Arbitrary<FileMutation> = fc.record({
  file: index(),
  how: index(),
  where: index(),
  what: index(),
});

/** Values that stand where something else was meant; texts of the kinds that terminals fear. */
const odd: readonly string[] = [
  'null',
  'true',
  '0',
  '-1',
  '1e999',
  '""',
  '[]',
  '{}',
  '[[[[[[[[[["x"]]]]]]]]]]',
  '"\\u001b[2J\\u001b]0;owned\\u0007"',
  '"\\u202egpj.exe"',
  '"\\ud800"',
  '{"__proto__":{"token":"x","ok":true}}',
  '{"constructor":{"prototype":{"token":"x"}}}',
  '{"source":"exec","provider":"x","id":"rm"}',
  '{"source":"file","provider":"files","id":"/../../etc/passwd"}',
  '{"$include":"/dev/zero"}',
  `"${'x'.repeat(5000)}"`,
  `"$${'{HOME}'}"`,
  '"http://[::1"',
  '"ws://user:pass@169.254.169.254/?a=b"',
  '9007199254740993',
];

type Way = (bytes: Buffer, m: FileMutation) => Buffer | string;

const inPlace: Record<string, Way> = {
  truncated: (bytes, m) => bytes.subarray(0, m.where % (bytes.length + 1)),
  emptied: () => '',
  flipped(bytes, m) {
    const copy = Buffer.from(bytes);
    for (let n = 0; n < 1 + (m.what % 8) && copy.length > 0; n += 1) {
      const place = (m.where + n * 7919) % copy.length;
      copy[place] = (copy[place] ?? 0) ^ (1 << ((m.what + n) % 8));
    }
    return copy;
  },
  spliced(bytes, m) {
    const place = m.where % (bytes.length + 1);
    return Buffer.concat([
      bytes.subarray(0, place),
      Buffer.from(at(odd, m.what)),
      bytes.subarray(place),
    ]);
  },
  'with escapes': (bytes) => Buffer.concat([Buffer.from('\u001b[31m\u0007\u009b2J'), bytes]),
  'with a BOM': (bytes) => Buffer.concat([Buffer.from('\ufeff'), bytes]),
  'in UTF-16': (bytes) => Buffer.from(bytes.toString('latin1'), 'utf16le'),
  doubled: (bytes) => Buffer.concat([bytes, bytes]),
  replaced: (_bytes, m) => at(odd, m.what),
  deep: () => '['.repeat(200_000),
  huge: (bytes) => Buffer.concat([bytes, Buffer.alloc(9 * 1024 * 1024, 0x20)]),
  'one value changed': (bytes, m) => otherValue(bytes, m),
  'one member removed': (bytes, m) => otherValue(bytes, m, true),
};

/** A JSON document with one of its values in another type; other texts are spliced. */
function otherValue(bytes: Buffer, m: FileMutation, remove = false): Buffer | string {
  let root: unknown;
  try {
    root = JSON.parse(bytes.toString('utf8'));
  } catch {
    return inPlace.spliced?.(bytes, m) ?? '';
  }
  const places: [Record<string, unknown>, string][] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, unknown>, key]);
      walk((value as Record<string, unknown>)[key]);
    }
  };
  walk(root);
  if (places.length === 0) return at(odd, m.what);
  const [holder, key] = at(places, m.where);
  const mark = '@@here@@';
  if (remove) delete holder[key];
  else holder[key] = mark;
  return JSON.stringify(root).replace(`"${mark}"`, () => at(odd, m.what));
}

type Place = (path: string, fifo: string) => void;

/** What stands where the file stood. */
const instead: Record<string, Place> = {
  'is gone': () => undefined,
  'is a directory': (path) => mkdirSync(path),
  'is a named pipe': (path, fifo) => linkSync(fifo, path),
  'links to itself': (path) => symlinkSync(path, path),
  'links to nothing': (path) => symlinkSync(`${path}.nowhere`, path),
  'links to an endless device': (path) => symlinkSync('/dev/zero', path),
  'links to a directory': (path) => symlinkSync('/', path),
};

/** Changes one file and says what was done. */
export function mutateFile(files: readonly string[], fifo: string, m: FileMutation): string {
  const path = at(files, m.file);
  // The kernel serves /proc: nobody puts a pipe or a link there, or pads what it says.
  const others = path.includes('/proc/') ? ['is gone'] : Object.keys(instead);
  const padded = path.includes('/proc/') && !/(environ|cmdline)$/.test(path);
  const changes = Object.keys(inPlace).filter((how) => !(padded && /huge|deep/.test(how)));
  const ways = [...changes, ...others];
  const how = at(ways, m.how);
  const short = path.replace(/^.*?\/live\//, '');
  try {
    const bytes = instead[how] ? Buffer.alloc(0) : readFileSync(path);
    rmSync(path, { recursive: true, force: true });
    if (instead[how]) instead[how](path, fifo);
    else writeFileSync(path, inPlace[how]?.(bytes, m) ?? '', { mode: 0o600 });
  } catch {
    // The second mutation of one file may find a directory or a pipe: it stays as it is.
    return `${short} as it is`;
  }
  return `${short} ${how}`;
}
