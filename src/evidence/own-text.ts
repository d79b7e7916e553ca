import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The rooms whose words reach a report; the lab's planted secrets must not excuse themselves. */
const rooms = ['src', 'checks', 'commands'];
const leftOut = new Set(['lab']);

/**
 * The program text of clawdoctor itself: every sentence, title, id and published marker that it can
 * say. Works from the sources and from `dist`, whose rooms lie side by side in the same way.
 */
export function ownText(): string {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  return rooms.flatMap((room) => textsIn(join(root, room))).join('\n');
}

function textsIn(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return leftOut.has(entry.name) ? [] : textsIn(path);
    return /\.[jt]s$/.test(entry.name) ? [readFileSync(path, 'utf8')] : [];
  });
}
