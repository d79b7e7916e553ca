import { isMark } from '../model/mark.js';
import type { Observation } from '../model/observation.js';
import type { Identity } from './anonymise-text.js';
import { TextAnonymiser } from './anonymise-text.js';

export type { Identity } from './anonymise-text.js';

/** Members that hold what somebody called an agent, a sandbox or a process; else nothing is. */
const names = new Set(
  `target parent agent sandboxes defaultSandbox gatewayName unit comm changed sandbox key`.split(
    /\s+/,
  ),
);

/**
 * A copy in which the home directories are `~`, every other home under /home or /Users is
 * `/home/user`, and the user and host name are `user` and `host` in recorded names and places. A
 * closed rule by field: codes, states, sentences, providers and models stay as they are, so that
 * the copy is judged as the original is.
 */
export function anonymise(observations: readonly Observation[], identity: Identity): Observation[] {
  const text = new TextAnonymiser(identity);
  return observations.map((observation) => walk(observation, '', {}, text) as Observation);
}

/** One path, for a line that is printed. */
export function anonymisePlace(path: string, identity: Identity): string {
  return new TextAnonymiser(identity).place(path);
}

function walk(value: unknown, field: string, parent: object, text: TextAnonymiser): unknown {
  if (typeof value === 'string') return changed(value, field, parent, text);
  if (Array.isArray(value)) return value.map((item: unknown) => walk(item, field, parent, text));
  if (typeof value !== 'object' || value === null) return value;
  if (isMark(value)) {
    return value.jwt ? { ...value, jwt: walk(value.jwt, 'jwt', value.jwt, text) } : value;
  }
  // `auth.order`: by provider, lists of profile ids.
  return Object.fromEntries(
    Object.entries(value).map(([key, item]: [string, unknown]) => [
      key,
      walk(item, field === 'order' ? 'profile' : key, value, text),
    ]),
  );
}

function changed(value: string, field: string, parent: object, text: TextAnonymiser): string {
  // No code, state or sentence of ours begins as a path or a URL does.
  if (/^(?:~?\/|[a-z][a-z\d+.-]*:\/\/)/i.test(value)) return text.place(value);
  if (field === 'host' || field === 'customBindHost') return text.hostName(value);
  if (isName(field, parent)) return text.name(value);
  if (field === 'primary' || field === 'fallbacks') {
    // `provider/model@provider:profile`
    return value.replace(/@.*$/, (profile) => text.name(profile));
  }
  return text.homes(value);
}

function isName(field: string, parent: object): boolean {
  if (field === 'profile') return true;
  // Of a target, an agent or a profile; never of an observation, a provider or a reference.
  if (field === 'id') {
    const isTarget = 'kind' in parent && 'evidence' in parent;
    const isProfile = 'provider' in parent && !('source' in parent);
    return isTarget || isProfile || 'default' in parent || isDropped(parent);
  }
  // Beside a mark, a name is a config path or a variable.
  if (field === 'name') return !('mark' in parent);
  return names.has(field);
}

/** A profile that OpenClaw would drop: an id and a reason code, and nothing else. */
function isDropped(parent: object): boolean {
  return 'reason' in parent && Object.keys(parent).length === 2;
}
