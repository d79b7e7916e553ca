import type { FactSet } from '../../model/fact-set.js';
import type { SecretRef } from '../../model/facts-gateway.js';
import type { Reader } from '../../model/readers.js';
import type { Target } from '../../model/target.js';
import type { Winner } from './precedence.js';
import { winners } from './precedence.js';
import { inputsOf } from './precedence-rules.js';

/** Two readers of this version that follow different references to what should be one secret. */
export interface Duplicate {
  /** The server, or the reader that stands for it, first. */
  places: [string, string];
  readers: [Reader, Reader];
  /** `unreadable`: one of the two gives its reader nothing. */
  how: 'differ' | 'unreadable' | 'equal';
  /** Why one gives nothing, or empty. */
  reason: string;
}

/** Readers on this host, after the server; who needs another environment is not judged by this one. */
const clients: readonly Reader[] = ['local-cli', 'remote-client'];

/**
 * A reference that is shadowed for every reader is no duplicate: only what readers really follow
 * counts, and a plain variable over a plain config is the environment's story, not this one.
 */
export function duplicatesOf(facts: FactSet, gateway: Target): Duplicate[] {
  const server = winners('server', facts, gateway).agreed;
  if (server?.outcome !== 'value') return [];
  return clients.flatMap((reader): Duplicate[] => {
    if (reader === 'remote-client' && !callsThisGateway(facts, gateway)) return [];
    const client = winners(reader, facts, gateway).agreed;
    const known = client && placeOf(client);
    const own = placeOf(server);
    if (!client || known === undefined || own === undefined || known === own) return [];
    // One of the two has to be a reference, and not both the same one in two environments.
    if (!client.ref || sameReference(client.ref, server.ref)) return [];
    const how =
      client.outcome === 'value'
        ? client.class === server.class
          ? 'equal'
          : 'differ'
        : 'unreadable';
    // Without a value on either side it is a reference that gives nothing, which others judge.
    if (how === 'unreadable' && !server.ref) return [];
    const reason = client.reason ?? '';
    return [{ places: [own, known], readers: ['server', reader], how, reason }];
  });
}

/** A remote client of this very config: another gateway may well have another secret. */
function callsThisGateway(facts: FactSet, gateway: Target): boolean {
  const url = facts.data('gateway.config', gateway.id)?.remote?.url;
  if (!url) return false;
  const here = ['127.0.0.1', 'localhost', '::1'].includes(url.host);
  return here && url.port === gateway.port;
}

function placeOf({ outcome, source }: Winner): string | undefined {
  return outcome === 'value' || outcome === 'unresolved' ? source : undefined;
}

function sameReference(a: SecretRef, b: SecretRef | undefined): boolean {
  return b !== undefined && a.source === b.source && a.provider === b.provider && a.id === b.id;
}

/** Is the token of the hooks, as the gateway sees it, the one that the gateway itself accepts? */
export function hooksShareToken(facts: FactSet, gateway: Target): boolean {
  const inputs = inputsOf(facts, gateway);
  if (!inputs?.config.hooks.enabled) return false;
  const { token } = inputs.config.hooks;
  const resolved = inputs.credentials.resolved.filter(({ slot }) => slot === 'hooks-token');
  const view = resolved.find(({ environment }) => environment !== 'shell') ?? resolved[0];
  const mark = token.ref ? view?.mark : token.mark;
  if (mark?.state !== 'set' || mark.class === undefined) return false;
  const attempts = winners('server', facts, gateway).all;
  const held = inputs.credentials.sources.filter(({ id }) => id === 'config');
  const accepted = attempts.flatMap((w) => (w.outcome === 'value' ? [w.class] : []));
  return [...accepted, ...held.map(({ mark: own }) => own.class)].includes(mark.class);
}
