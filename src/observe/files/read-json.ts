import type { FileFacts } from '../../model/facts-host.js';
import type { ObserverContext } from '../../model/observer.js';
import { readRegularFile } from './read-file.js';

/** How a text fails to be JSON: it ends too early, or it is something else. */
export type JsonFault = 'truncated' | 'invalid';

/** A JSON file, read and parsed as OpenClaw does it: strictly, and a BOM is an error. */
export type JsonRead =
  | { state: 'ok'; facts: FileFacts; value: unknown }
  | { state: 'invalid'; facts: FileFacts; fault: JsonFault; reason: string }
  | { state: 'absent' | 'denied' | 'error'; facts: FileFacts; reason: string };

const maxBytes = 4 * 1024 * 1024;

/** Reads a JSON file of OpenClaw; every way of failing is a state, none throws. */
export async function readJson(
  path: string,
  context: Pick<ObserverContext, 'host' | 'signal'>,
  home: string = context.host.home,
): Promise<JsonRead> {
  const { facts, bytes } = await readRegularFile(path, { maxBytes, home, signal: context.signal });
  if (bytes === undefined) {
    const state = facts.state === 'absent' || facts.state === 'denied' ? facts.state : 'error';
    return { state, facts, reason: facts.reason ?? facts.state };
  }
  const parsed = parseJson(bytes.toString('utf8'));
  if (parsed.fault === undefined) return { state: 'ok', facts, value: parsed.value };
  const reason = parsed.fault === 'truncated' ? 'ends in the middle' : 'not JSON';
  return { state: 'invalid', facts, fault: parsed.fault, reason };
}

/** The value of a JSON text; an error's message would quote the text, so only its kind is kept. */
export function parseJson(text: string): { value: unknown; fault?: JsonFault } {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { value: undefined, fault: endsEarly(text) ? 'truncated' : 'invalid' };
  }
}

/** True when every bracket so far is right and one, or a text, is still open at the end. */
function endsEarly(text: string): boolean {
  const open: string[] = [];
  let inText = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (inText) {
      if (character === '\\') at++;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === '{') open.push('}');
    else if (character === '[') open.push(']');
    else if ((character === '}' || character === ']') && open.pop() !== character) return false;
  }
  return inText || open.length > 0 || text.trim() === '';
}
