import type { FactSet } from '../../model/fact-set.js';
import type { SecretRef } from '../../model/facts-gateway.js';
import type { Reader } from '../../model/readers.js';
import type { Line, Target } from '../../model/target.js';
import { clientWinner } from './precedence-clients.js';
import type { Origin, Slot } from './precedence-rules.js';
import { inputsOf, serverMode } from './precedence-rules.js';
import { serverWinner } from './precedence-server.js';
import { linesToJudge, versionsOf } from './versions.js';

export type { Reader };

/** What one reader of one line takes: the server as the secret to accept, a client as what to send. */
export interface Winner {
  reader: Reader;
  line: Line;
  slot: Slot;
  /** `none`: nothing is checked or sent; `unresolved`: the reader, as far as we see, finds nothing. */
  outcome: 'value' | 'none' | 'generated' | 'refuses-to-start' | 'unresolved' | 'unreadable';
  /** The `source` of the credential row. */
  source?: string;
  class?: number;
  /** Where the value came from; `process` predicts nothing, it is what already runs. */
  from?: Origin;
  /** The variable or path behind an unresolved reference. */
  reference?: string;
  /** The config's reference that was followed, and why it has no value where it has none. */
  ref?: SecretRef;
  reason?: string;
  /** What would end a refusal to start, where it is not the choice of a mode. */
  remedies?: readonly string[];
  /** One sentence with its evidence. */
  rule: string;
  /** How the order is known: measured on which version, or read in which bundle. */
  basis?: string;
}

/** `gateway run --token` leaves no trace on disk or in /proc, so no rule here can see it. */
export function winner(reader: Reader, line: Line, facts: FactSet, gateway: Target): Winner {
  const inputs = inputsOf(facts, gateway);
  if (!inputs) {
    const rule = 'the config or the credential sources could not be read';
    return { reader, line, slot: 'token', outcome: 'unreadable', rule };
  }
  const { file, parse } = inputs.config;
  if (parse !== 'ok' && file.state !== 'absent') {
    const rule = 'the config cannot be read, so nothing can be said about what a reader takes';
    return { reader, line, slot: 'token', outcome: 'unreadable', rule };
  }
  if (reader === 'server') return serverWinner(line, inputs);
  const { mode, slot } = serverMode(inputs);
  if (mode === 'none' || mode === 'trusted-proxy') {
    const rule = `gateway.auth.mode is ${mode}: the gateway checks no shared secret`;
    return { reader, line, slot, outcome: 'none', rule };
  }
  return clientWinner(reader, line, inputs, slot);
}

/** Readers that run the program of the gateway itself; all others run the one on PATH. */
const ofServer: readonly Reader[] = ['server', 'inner-client', 'agent'];

/** Over the reader's set of lines; `agreed` when outcome and class are equal on each of them. */
export function winners(
  reader: Reader,
  facts: FactSet,
  gateway: Target,
): { agreed?: Winner; all: Winner[] } {
  const versions = versionsOf(facts, gateway);
  const role = ofServer.includes(reader) ? 'server' : 'cli';
  const all = linesToJudge(versions[role]).map((line) => winner(reader, line, facts, gateway));
  const newest = all.at(-1);
  const agree = all.every((w) => w.outcome === newest?.outcome && w.class === newest.class);
  return newest && agree ? { agreed: newest, all } : { all };
}
