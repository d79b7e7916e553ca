import type { Line } from '../../model/target.js';
import type { Winner } from './precedence.js';
import type { Candidate, Inputs, Slot } from './precedence-rules.js';
import {
  couldHoldMore,
  environmentFirst,
  environmentHidden,
  serverConfig,
  serverEnvironment,
  serverFlag,
  serverMode,
  variableOf,
} from './precedence-rules.js';

type Outcome = Omit<Winner, 'reader' | 'line' | 'slot'>;

/** What the server accepts by the rules of one line, from files, its unit and its environment. */
export function serverWinner(line: Line, inputs: Inputs): Winner {
  const { slot } = serverMode(inputs);
  return { reader: 'server', line, slot, ...decide(line, inputs, slot) };
}

function decide(line: Line, inputs: Inputs, slot: Slot): Outcome {
  const found = choose(line, inputs, slot);
  return sharesHooksToken(line, inputs, slot, found) ? refuses(hooksRule, hooksRemedies) : found;
}

function choose(line: Line, inputs: Inputs, slot: Slot): Outcome {
  const { mode, explicit } = serverMode(inputs);
  const bind = inputs.config.bind;
  const exposed = bind !== undefined && bind !== 'loopback';
  const running = inputs.process !== undefined && inputs.process.found !== 'none';
  // `--allow-unconfigured` overrides this one, so a gateway that runs has been told so.
  if (inputs.config.mode === undefined && !running) {
    return refuses('gateway.mode is not set: exit 78, both lines', ['set-gateway-mode']);
  }
  const [unknownKey] = inputs.config.unknownKeys;
  // A gateway that runs has kept the config of before; one that nobody has seen may do so.
  if (unknownKey && inputs.process?.found === 'none') {
    const rule = `${unknownKey.path} is no key that OpenClaw knows, so it refuses the config (measured on 2026.5.18 and 2026.9.6)`;
    return refuses(rule, ['fix-unknown-key']);
  }
  const [newer] = inputs.config.newerKeys ?? [];
  if (newer !== undefined && line === '2026.5' && inputs.process?.found === 'none') {
    const rule = `${newer} is a key that only 2026.9 knows, so 2026.5 refuses the config (measured on 2026.5.18)`;
    return refuses(rule, ['remove-newer-key']);
  }
  if (mode === 'none') {
    return exposed
      ? refuses(`bind ${bind} without authentication stops the gateway (exit 78, both lines)`, [
          'require-auth',
        ])
      : { outcome: 'none', rule: 'gateway.auth.mode is none: nothing is checked' };
  }
  const config = serverConfig(inputs, slot, line);
  const env = serverEnvironment(inputs, slot);
  if (mode === 'trusted-proxy') return trustedProxy(inputs, config, env);
  const flag = serverFlag(inputs, slot);
  if (flag.state === 'set') {
    const rule = `the unit starts the gateway with --${slot}, which beats the config and every variable`;
    return value(flag, rule, 'measured on 2026.5.18 and 2026.9.6');
  }
  if (flag.state === 'unreadable') {
    const rule = `a part of the unit may not be read, and it can start the gateway with a --${slot} that beats everything else`;
    return { outcome: 'unreadable', source: flag.source, rule };
  }
  const other = slot === 'token' ? serverEnvironment(inputs, 'password') : undefined;
  if (!explicit && other?.state === 'unreadable') {
    const rule = 'gateway.auth.mode is not set, and a password there would count before the token';
    return { outcome: 'unreadable', source: other.source, rule };
  }
  const rival = serverConfig(inputs, slot === 'token' ? 'password' : 'token', line);
  if (!explicit && config.state !== 'unset' && rival.state !== 'unset') {
    return refuses(
      'token and password are both configured and gateway.auth.mode is not set: exit 1, both lines',
    );
  }
  if (overridden(line, config, env)) {
    const rule = `${line} skips a SecretRef when ${variableOf[slot]} is set (read in 2026.5.18)`;
    return value(env, rule, 'read in the bundle of 2026.5.18');
  }
  if (config.state === 'set') {
    if (isPublished(config, line)) return publishedValue(line);
    const rule = 'the server takes the config before its environment (measured on both lines)';
    return value(config, rule, onEvery);
  }
  if (config.state === 'unreadable') {
    return {
      outcome: 'unreadable',
      source: config.source,
      rule: `the config names a value that we may not read or run${because(config)}`,
    };
  }
  if (config.state === 'unresolved') return unresolved(line, inputs, slot, config, env);
  return withoutConfig(line, inputs, slot, { config, env, exposed });
}

function because({ reason }: Candidate): string {
  return reason === undefined ? '' : ` (${reason})`;
}

/** 2026.5.18 leaves a SecretRef object alone when the variable is set (read in its bundle). */
function overridden(line: Line, config: Candidate, env: Candidate): boolean {
  return environmentFirst(line) && config.ref?.form === 'object' && env.state === 'set';
}

function withoutConfig(
  line: Line,
  inputs: Inputs,
  slot: Slot,
  { config, env, exposed }: { config: Candidate; env: Candidate; exposed: boolean },
): Outcome {
  if (env.state === 'set') {
    if (isPublished(env, line)) return publishedValue(line);
    const rule = `the config has no ${slot}, so the server takes ${variableOf[slot]}`;
    return value(env, rule, onEvery);
  }
  if (env.state === 'unreadable') {
    return {
      outcome: 'unreadable',
      source: env.source,
      rule: 'the server takes a variable that we may not read',
    };
  }
  if (couldHoldMore(inputs, slot)) return hidden(inputs);
  if (config.blank && line === '2026.9' && slot === 'token') {
    const rule =
      'gateway.auth.token is blank and no variable stands in for it: exit 1 (measured on 2026.9.6)';
    return refuses(rule, ['write-plain-token']);
  }
  if (slot === 'password') return refuses('mode is password and no password is set anywhere');
  if (exposed) {
    return refuses(
      'a bind beyond loopback without a token stops the gateway (exit 78, both lines)',
      ['write-plain-token', 'require-auth'],
    );
  }
  const rule =
    line === '2026.3'
      ? 'no token anywhere: 2026.3 makes one up at its start and writes it into the config'
      : 'no token anywhere: the server makes up a random one that it keeps in memory';
  return { outcome: 'generated', rule };
}

function unresolved(
  line: Line,
  inputs: Inputs,
  slot: Slot,
  config: Candidate,
  env: Candidate,
): Outcome {
  const { ref, reason } = config;
  const reference = ref?.id ?? '';
  const form = ref?.form ?? 'template';
  const isVariable = ref === undefined || ref.source === 'env';
  const what = isVariable ? reference : `the ${ref.source} that ${config.source} refers to`;
  const place = {
    source: config.source,
    reference,
    ...(ref ? { ref } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
  // The two lines do the opposite of each other here (measured on 3.11, 5.18 and 9.6).
  if (env.state === 'set' && environmentFirst(line)) {
    const rule = `${what} has no value, so the server takes ${variableOf[slot]}`;
    return value(env, rule, measured(line));
  }
  // Only a variable can be found in an environment; what stands in for a file is OpenClaw's own.
  const elsewhere = isVariable
    ? couldHoldMore(inputs, slot, ref)
    : environmentFirst(line) && couldHoldMore(inputs, slot);
  if (elsewhere) return { ...hidden(inputs), ...place };
  if (line === '2026.9' && form === 'template' && slot === 'token' && env.state === 'unset') {
    const rule = `2026.9 starts with a random token when ${reference} has no value (measured on 2026.9.6)`;
    return { outcome: 'generated', ...place, rule };
  }
  const because = isVariable || reason === undefined ? '' : ` (${reason})`;
  const rule = `${line} refuses to start when ${what} has no value${because} (${measured(line)})`;
  const remedies = isVariable ? ['set-variable', 'write-plain-token'] : refRemedies(ref.source);
  return { ...refuses(rule, remedies), ...place };
}

function refRemedies(source: string): string[] {
  return source === 'file' ? ['repair-secret-file', 'write-plain-token'] : ['write-plain-token'];
}

const hooksRule =
  'hooks.token is the same as the token of the gateway: exit 1 (measured on 2026.5.18; 2026.9.6 starts with a warning)';
const hooksRemedies = ['separate-hooks-token'];

/** Only the token counts, wherever it comes from, and only with hooks on (measured on 2026.5.18). */
function sharesHooksToken(line: Line, inputs: Inputs, slot: Slot, found: Outcome): boolean {
  const { enabled, token } = inputs.config.hooks;
  const followed = inputs.credentials.resolved.find(
    (r) => r.slot === 'hooks-token' && r.environment !== 'shell',
  );
  const mark = token.ref ? followed?.mark : token.mark;
  return (
    environmentFirst(line) &&
    enabled &&
    slot === 'token' &&
    found.outcome === 'value' &&
    found.class !== undefined &&
    mark?.state === 'set' &&
    mark.class === found.class
  );
}

function measured(line: Line): string {
  if (line === '2026.3') return 'measured on 2026.3.11';
  return line === '2026.5' ? 'measured on 2026.5.18' : 'measured on 2026.9.6';
}

function hidden(inputs: Inputs): Outcome {
  const rule = environmentHidden(inputs)
    ? 'the environment of the running process decides, and we may not read it'
    : inputs.process === undefined
      ? 'the environment of the process decides: no unit starts this gateway, and the process has not been seen'
      : 'the environment of the process decides: no unit starts this gateway, and the shell is not its environment';
  return { outcome: 'unresolved', rule };
}

function trustedProxy(inputs: Inputs, config: Candidate, env: Candidate): Outcome {
  if (!inputs.config.trustedProxy) {
    return refuses(
      'mode trusted-proxy without gateway.auth.trustedProxy: start-up error, both lines',
    );
  }
  if (config.state !== 'unset' || env.state === 'set') {
    return refuses('trusted-proxy and a token exclude each other: exit 1 (measured on 2026.5.18)');
  }
  return { outcome: 'none', rule: 'trusted-proxy: a header of the proxy decides, not a secret' };
}

function isPublished({ placeholder, missingText }: Candidate, line: Line): boolean {
  return placeholder || (missingText === true && !environmentFirst(line));
}

function publishedValue(line: Line): Outcome {
  const rule =
    line === '2026.9'
      ? 'the value is a published placeholder, or the text undefined or null: exit 1 (measured on 2026.9.6)'
      : 'the value is a published placeholder: exit 1 (measured on 2026.5.18)';
  return refuses(rule, ['write-plain-token']);
}

function refuses(rule: string, remedies?: readonly string[]): Outcome {
  return { outcome: 'refuses-to-start', rule, ...(remedies ? { remedies } : {}) };
}

const onEvery = 'measured on 2026.3.11, 2026.5.18 and 2026.9.6';

function value(from: Candidate, rule: string, basis: string): Outcome {
  return {
    outcome: 'value',
    source: from.source,
    from: from.from,
    ...(from.ref ? { ref: from.ref } : {}),
    ...(from.class === undefined ? {} : { class: from.class }),
    rule,
    basis,
  };
}
