import type { FactSet } from '../../model/fact-set.js';
import type { SecretRef } from '../../model/facts-gateway.js';
import type { Line, Target } from '../../model/target.js';
import type { Candidate, Inputs, Origin, Slot } from './precedence-rules.js';
import {
  clientConfig,
  clientEnvironment,
  configRef,
  environmentFirst,
  inputsOf,
  isManaged,
  remoteValue,
  serverConfig,
  serverEnvironment,
  serverMode,
} from './precedence-rules.js';
import { serverWinner } from './precedence-server.js';
import { linesToJudge, versionsOf } from './versions.js';

export type Reader =
  | 'server'
  | 'local-cli'
  | 'http-client'
  | 'remote-client'
  | 'node-host'
  | 'inner-client';

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

/** Over the reader's set of lines; `agreed` when outcome and class are equal on each of them. */
export function winners(
  reader: Reader,
  facts: FactSet,
  gateway: Target,
): { agreed?: Winner; all: Winner[] } {
  const versions = versionsOf(facts, gateway);
  const role = reader === 'server' || reader === 'inner-client' ? 'server' : 'cli';
  const all = linesToJudge(versions[role]).map((line) => winner(reader, line, facts, gateway));
  const newest = all.at(-1);
  const agree = all.every((w) => w.outcome === newest?.outcome && w.class === newest.class);
  return newest && agree ? { agreed: newest, all } : { all };
}

/** What a winner says of the reference behind its place. */
function referenceOf({ ref, reason }: Candidate): Pick<Winner, 'reference' | 'ref' | 'reason'> {
  return {
    ...(ref ? { reference: ref.id, ref } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

interface Order {
  places: Candidate[];
  rule: string;
}

function clientWinner(reader: Reader, line: Line, inputs: Inputs, slot: Slot): Winner {
  const { places, rule } = orderOf(reader, line, inputs, slot);
  for (const place of places) {
    const base = { reader, line, slot, rule };
    if (place.state === 'unset') continue;
    if (place.state === 'set') {
      const value = place.class === undefined ? {} : { class: place.class };
      return { ...base, outcome: 'value', source: place.source, from: place.from, ...value };
    }
    return { ...base, outcome: place.state, source: place.source, ...referenceOf(place) };
  }
  return { reader, line, slot, outcome: 'none', rule };
}

function orderOf(reader: Reader, line: Line, inputs: Inputs, slot: Slot): Order {
  const config = clientConfig(inputs, slot);
  const env = clientEnvironment(inputs, slot);
  if (reader === 'http-client') {
    return { places: [config, env], rule: 'whoever calls by HTTP sends the value of the config' };
  }
  if (reader === 'remote-client') return remoteOrder(inputs, slot, config, env);
  if (reader === 'inner-client') return innerOrder(line, inputs, slot);
  if (reader === 'node-host') {
    return {
      places: [env, config],
      rule: 'a node host asks the environment before the config (documented for both lines)',
    };
  }
  if (inputs.config.mode === 'remote') return remoteOrder(inputs, slot, config, env);
  if (inputs.credentials.shell.url ?? inputs.credentials.dotenv.url) {
    const rule =
      'with OPENCLAW_GATEWAY_URL set, a client takes credentials from the environment only';
    return { places: [env], rule };
  }
  return localOrder(line, inputs, slot, config, env);
}

function localOrder(
  line: Line,
  inputs: Inputs,
  slot: Slot,
  config: Candidate,
  env: Candidate,
): Order {
  const last =
    config.state === 'unset' && !configRef(inputs, slot) ? remoteValue(inputs, slot) : undefined;
  const tail = last?.state === 'set' ? [last] : [];
  if (!environmentFirst(line)) {
    const rule = 'the 2026.9 CLI takes the config before the environment (measured on 2026.9.6)';
    return { places: [config, env, ...tail], rule };
  }
  // OPENCLAW_SERVICE_KIND=gateway turns the order of tokens; that of passwords stays as it is.
  if (slot === 'token' && inputs.credentials.shell.serviceKind === 'gateway') {
    const rule = `with OPENCLAW_SERVICE_KIND=gateway the ${line} CLI takes the config before the environment`;
    return { places: [config, env, ...tail], rule };
  }
  return {
    places: [env, config, ...tail],
    rule: `the ${line} CLI takes the environment before the config (${evidenceOf(line)})`,
  };
}

function evidenceOf(line: Line): string {
  return line === '2026.3' ? 'measured on 2026.3.11' : 'measured on 2026.5.18';
}

function remoteOrder(inputs: Inputs, slot: Slot, config: Candidate, env: Candidate): Order {
  const remote = remoteValue(inputs, slot);
  const local = config.state === 'set' ? [config] : [];
  return slot === 'token'
    ? {
        places: [remote, env, ...local].filter((c) => c.state !== 'unresolved'),
        rule: 'a remote client takes gateway.remote.token, then the environment, then the local token',
      }
    : {
        places: [env, remote, ...local].filter((c) => c.state !== 'unresolved'),
        rule: 'a remote client takes the environment, then gateway.remote.password, then the local one',
      };
}

/** The gateway's own calls to itself run in its process: its environment, not the shell's. */
function innerOrder(line: Line, inputs: Inputs, slot: Slot): Order {
  const config = serverConfig(inputs, slot);
  const env = serverEnvironment(inputs, slot);
  const managed = isManaged(inputs) || inputs.process?.environment.serviceKind === 'gateway';
  if (!environmentFirst(line) || (managed && slot === 'token')) {
    return { places: [config, env], rule: 'inner calls take the config before the environment' };
  }
  const rule = `a ${line} gateway started by hand calls itself with the environment's value first`;
  return { places: [env, config], rule };
}
