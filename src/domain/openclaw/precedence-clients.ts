import type { Reader } from '../../model/readers.js';
import type { Line } from '../../model/target.js';
import type { Winner } from './precedence.js';
import type { Candidate, Inputs, Slot } from './precedence-rules.js';
import {
  clientConfig,
  clientEnvironment,
  configRef,
  environmentFirst,
  isManaged,
  remoteValue,
  serverConfig,
  serverEnvironment,
  shellVariable,
} from './precedence-rules.js';

/** The places that a client asks, first to last, why in this order, and how that is known. */
interface Order {
  places: Candidate[];
  rule: string;
  basis: string;
}

/** What a client of one line sends: the first place of its order that is not unset. */
export function clientWinner(reader: Reader, line: Line, inputs: Inputs, slot: Slot): Winner {
  const { places, rule, basis } = orderOf(reader, line, inputs, slot);
  const base = { reader, line, slot, rule, basis };
  const place = places.find((candidate) => candidate.state !== 'unset');
  if (!place) return { ...base, outcome: 'none' };
  const ref = place.ref ? { ref: place.ref } : {};
  if (place.state === 'set') {
    const value = place.class === undefined ? {} : { class: place.class };
    return { ...base, outcome: 'value', source: place.source, from: place.from, ...ref, ...value };
  }
  const outcome = place.state === 'unresolved' ? 'unresolved' : 'unreadable';
  return { ...base, outcome, source: place.source, ...behind(place) };
}

/** What a winner says of the reference behind its place. */
function behind({ ref, reason }: Candidate): Pick<Winner, 'reference' | 'ref' | 'reason'> {
  return {
    ...(ref ? { reference: ref.id, ref } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

function orderOf(reader: Reader, line: Line, inputs: Inputs, slot: Slot): Order {
  const config = clientConfig(inputs, slot, line);
  const env = clientEnvironment(inputs, slot);
  switch (reader) {
    case 'http-client':
      return {
        places: [shellVariable(inputs, slot), config, env],
        rule: "whoever calls by HTTP sends the shell's variable where it is set, else the value of the config",
        basis: 'how operators call it: OpenClaw has no part in it',
      };
    case 'remote-client':
      return remoteOrder(inputs, slot, config, env);
    case 'node-host':
      return nodeOrder(inputs, slot, config, env);
    case 'inner-client':
    case 'agent':
      return innerOrder(reader, line, inputs, slot);
    default:
      return cliOrder(line, inputs, slot, config, env);
  }
}

function cliOrder(
  line: Line,
  inputs: Inputs,
  slot: Slot,
  config: Candidate,
  env: Candidate,
): Order {
  if (inputs.config.mode === 'remote') return remoteOrder(inputs, slot, config, env);
  if (inputs.credentials.shell.url ?? inputs.credentials.dotenv.url) {
    const rule =
      'with OPENCLAW_GATEWAY_URL set, a client takes credentials from the environment only';
    return { places: [env], rule, basis: 'read in the bundles of 2026.5.18 and 2026.9.6' };
  }
  const tail = fallback(inputs, slot, config);
  if (!environmentFirst(line)) {
    const rule = 'the 2026.9 CLI takes the config before the environment (measured on 2026.9.6)';
    return { places: [config, env, ...tail], rule, basis: 'measured on 2026.9.6' };
  }
  // OPENCLAW_SERVICE_KIND=gateway turns the order of tokens; that of passwords stays as it is.
  if (slot === 'token' && inputs.credentials.shell.serviceKind === 'gateway') {
    const rule = `with OPENCLAW_SERVICE_KIND=gateway the ${line} CLI takes the config before the environment`;
    return { places: [config, ...tail, env], rule, basis: measuredOn(line) };
  }
  const basis = measuredOn(line);
  const rule = `the ${line} CLI takes the environment before the config (${basis})`;
  return { places: [env, config, ...tail], rule, basis };
}

/** `gateway.remote.*` stands in for a local secret that the config does not name at all. */
function fallback(inputs: Inputs, slot: Slot, config: Candidate): Candidate[] {
  if (config.state !== 'unset' || configRef(inputs, slot)) return [];
  const remote = remoteValue(inputs, slot);
  return remote.state === 'unset' ? [] : [remote];
}

const clientsMeasured = 'measured on 2026.5.18 and 2026.9.6';

function remoteOrder(inputs: Inputs, slot: Slot, config: Candidate, env: Candidate): Order {
  const remote = remoteValue(inputs, slot);
  const set = (candidate: Candidate) =>
    candidate.state === 'set' || candidate.state === 'unreadable';
  const first = slot === 'token' ? [remote, env] : [env, remote];
  const found = [...first, config].filter(set);
  // A reference that gives nothing is an error only where nothing else stands in for it.
  const missing = [remote, config].filter((candidate) => candidate.state === 'unresolved');
  const rule =
    slot === 'token'
      ? 'a remote client takes gateway.remote.token, then the environment, then the local token'
      : 'a remote client takes the environment, then gateway.remote.password, then the local one';
  return { places: [...found, ...missing], rule, basis: clientsMeasured };
}

/** Neither OPENCLAW_GATEWAY_URL nor OPENCLAW_SERVICE_KIND changes it (measured on 2026.5.18). */
function nodeOrder(inputs: Inputs, slot: Slot, config: Candidate, env: Candidate): Order {
  if (inputs.config.mode === 'remote') {
    const remote = remoteValue(inputs, slot);
    return {
      places: [env, remote, config].filter((c) => c.state !== 'unresolved'),
      rule: 'a node host in remote mode takes the environment, then gateway.remote, then the local value',
      basis: clientsMeasured,
    };
  }
  return {
    places: [env, config],
    rule: 'a node host takes the environment before the config, and never gateway.remote in local mode',
    basis: clientsMeasured,
  };
}

/**
 * The gateway's own calls to itself run in its process, and an agent's `openclaw` inherits its
 * environment: that environment counts, not the shell's.
 */
function innerOrder(reader: Reader, line: Line, inputs: Inputs, slot: Slot): Order {
  const config = serverConfig(inputs, slot, line);
  const env = serverEnvironment(inputs, slot);
  const tail = fallback(inputs, slot, config);
  const who = reader === 'agent' ? "an agent's CLI" : 'inner calls';
  const basis =
    reader === 'agent' ? 'read in the bundles: it inherits the environment' : measuredOn(line);
  if (!environmentFirst(line)) {
    const rule = `${who} of 2026.9 take the config before the environment of the gateway`;
    return { places: [config, env, ...tail], rule, basis };
  }
  const managed = isManaged(inputs) || inputs.process?.environment.serviceKind === 'gateway';
  if (managed && slot === 'token') {
    const rule = `${who} of a managed ${line} gateway take the config before its environment`;
    return { places: [config, ...tail, env], rule, basis };
  }
  const rule = `${who} of a ${line} gateway started by hand take its environment before the config`;
  return { places: [env, config, ...tail], rule, basis };
}

function measuredOn(line: Line): string {
  if (line === '2026.3') return 'measured on 2026.3.11';
  return line === '2026.5' ? 'measured on 2026.5.18' : 'measured on 2026.9.6';
}
