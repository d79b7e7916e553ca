import { isMark } from '../model/mark.js';
import type { Observation } from '../model/observation.js';

/**
 * Members that hold names and places, never a secret: a human-made secret may share a piece with
 * them (a host name in a token) without that being a leak.
 */
const named = new Set(
  `id target source takenAt path realPath name host dir where unit entry version scheme stateDir
   configPath home root agentDir key provider model baseUrl agent agents primary fallbacks aliases
   deviceId clientId clientMode platform scopes approvedScopes roles requestId profile profiles
   address comm timeZone command endpoint parent url urls evidence targets sandboxes policies`.split(
    /\s+/,
  ),
);

/** The texts and numbers of those members, at any depth, but for what lies inside a mark. */
export function recordedFields(observations: readonly Observation[]): string[] {
  const texts = new Set<string>();
  for (const observation of observations) collect(observation, '', texts);
  return [...texts];
}

function collect(value: unknown, name: string, into: Set<string>): void {
  if (typeof value === 'number') into.add(String(value));
  else if (typeof value === 'string') {
    if (named.has(name)) into.add(value);
  } else if (Array.isArray(value)) {
    for (const item of value) collect(item, name, into);
  } else if (typeof value === 'object' && value !== null && !isMark(value)) {
    for (const [key, item] of Object.entries(value)) collect(item, key, into);
  }
}
