import type { SecretRef } from '../../model/facts-gateway.js';
import type { Line } from '../../model/target.js';
import type { Slot } from './credential-texts.js';
import { environText, referenceText, sourceText, variableOf } from './credential-texts.js';
import type { Candidate, Inputs, Origin } from './precedence-places.js';
import { candidate, fromSource, inputsOf, nothing, sourceAt } from './precedence-places.js';

export type { Candidate, Inputs, Origin, Slot };
export { environText, inputsOf, referenceText, sourceText, variableOf };

/** The config's reference for a slot, if it has one. */
export function configRef(inputs: Inputs, slot: Slot): SecretRef | undefined {
  return sourceAt(inputs, 'config', slot)?.ref ?? inputs.config[slot].ref;
}

/** `gateway.auth.*` as a client sees it: a literal, or a reference resolved in this environment. */
export function clientConfig(inputs: Inputs, slot: Slot, line?: Line): Candidate {
  return configValue(inputs, slot, () => resolution(inputs, slot, 'shell', line));
}

/** `gateway.auth.*` as the server sees it: references ask the server's environment, not the shell. */
export function serverConfig(inputs: Inputs, slot: Slot, line?: Line): Candidate {
  return configValue(inputs, slot, (ref) => {
    const filed = resolution(inputs, slot, 'service', line);
    if (ref.source !== 'env' || isManaged(inputs)) return filed;
    const own = referenced(inputs, ref);
    return own.state === 'set' ? own : filed;
  });
}

function configValue(
  inputs: Inputs,
  slot: Slot,
  resolve: (ref: SecretRef) => Candidate,
): Candidate {
  const source = sourceAt(inputs, 'config', slot);
  const text = source ? sourceText(source) : `${inputs.config.file.path} gateway.auth.${slot}`;
  const ref = configRef(inputs, slot);
  if (!ref) {
    const plain = candidate(source?.mark ?? inputs.config[slot].mark, text, 'config');
    // A text with a variable inside it: no single place could tell what comes of it.
    return plain.state === 'unresolved' ? { ...plain, state: 'unreadable' } : plain;
  }
  const found = resolve(ref);
  if (found.state === 'set') return { ...found, ref };
  // What we never run we cannot know: that is not the same as a reference that nobody can resolve.
  const hidden = found.state === 'unreadable' || ref.source === 'exec';
  return {
    state: hidden ? 'unreadable' : 'unresolved',
    source: text,
    from: 'config',
    ref,
    ...(found.reason === undefined ? {} : { reason: found.reason }),
    placeholder: false,
  };
}

/** How the reference of a slot resolves on disk, in the shell's or the service's environment. */
function resolution(
  inputs: Inputs,
  slot: Slot | 'remote-token' | 'remote-password',
  environment: 'shell' | 'service',
  line?: Line,
): Candidate {
  const own = inputs.credentials.resolved.filter((r) => r.slot === slot);
  const found =
    own.find((r) => r.environment === 'any') ?? own.find((r) => r.environment === environment);
  if (!found) return { ...nothing, state: 'unresolved' };
  const source = referenceText(found.ref, found.environment);
  const { reason, refused } = found;
  // One line takes what another refuses: a file with two names, say.
  if (line && refused?.lines.includes(line)) {
    return { ...nothing, state: 'unresolved', source, reason: refused.reason };
  }
  return {
    ...candidate(found.mark, source, environment === 'shell' ? 'environment' : 'service'),
    ...(reason === undefined ? {} : { reason }),
  };
}

function referenced(inputs: Inputs, ref: SecretRef): Candidate {
  const process = inputs.process;
  if (process?.environment.state !== 'ok') return nothing;
  const mark =
    process.environment.referenced.find((r) => r.name === ref.id)?.mark ??
    (ref.id === variableOf.token ? process.environment.token : undefined) ??
    (ref.id === variableOf.password ? process.environment.password : undefined);
  return mark ? candidate(mark, environText(process.pid, ref.id), 'process') : nothing;
}

/** A shell variable hides the same name in `.env`, even when it is blank (2026.5.18 bundle). */
export function clientEnvironment(inputs: Inputs, slot: Slot): Candidate {
  const shell = sourceAt(inputs, 'shell', slot);
  if (shell && shell.mark.state !== 'unset')
    return fromSource(inputs, 'shell', slot, 'environment');
  return fromSource(inputs, 'dotenv', slot, 'environment');
}

/** The variable of this shell alone, as a person types it on a command line. */
export function shellVariable(inputs: Inputs, slot: Slot): Candidate {
  return fromSource(inputs, 'shell', slot, 'environment');
}

export function remoteValue(inputs: Inputs, slot: Slot): Candidate {
  const source = sourceAt(inputs, 'remote', slot);
  if (!source) return nothing;
  if (!source.ref) return candidate(source.mark, sourceText(source), 'remote');
  const found = resolution(inputs, `remote-${slot}`, 'shell');
  if (found.state === 'set') return { ...found, from: 'remote', ref: source.ref };
  const hidden = found.state === 'unreadable' || source.ref.source === 'exec';
  return {
    ...nothing,
    state: hidden ? 'unreadable' : 'unresolved',
    source: sourceText(source),
    ref: source.ref,
    ...(found.reason === undefined ? {} : { reason: found.reason }),
  };
}

/**
 * A unit is believed to have started the running process unless its environment says otherwise:
 * somebody who has a unit may still run the gateway by hand.
 */
export function isManaged(inputs: Inputs): boolean {
  if (!inputs.credentials.service) return false;
  const environment = inputs.process?.environment;
  if (environment?.state !== 'ok') return true;
  return environment.serviceKind === 'gateway' || environment.supervisor !== undefined;
}

/** Is there a running process whose environment we may not read? */
export function environmentHidden(inputs: Inputs): boolean {
  const process = inputs.process;
  return process !== undefined && process.found !== 'none' && process.environment.state !== 'ok';
}

/**
 * The variable as the server's own environment holds it: unit files over unit lines (systemd.exec),
 * else the running process, and `.env` under both.
 */
export function serverEnvironment(inputs: Inputs, slot: Slot): Candidate {
  const process = inputs.process;
  const own = isManaged(inputs)
    ? [
        fromSource(inputs, 'service-file', slot, 'service'),
        fromSource(inputs, 'service-env', slot, 'service'),
      ]
    : process?.environment.state === 'ok'
      ? [
          candidate(
            process.environment[slot],
            environText(process.pid, variableOf[slot]),
            'process',
          ),
        ]
      : [];
  const found = own.find((c) => c.state !== 'unset');
  return found ?? fromSource(inputs, 'dotenv', slot, 'environment');
}

/** A secret in the command line of the unit, which beats everything else. */
export function serverFlag(inputs: Inputs, slot: Slot): Candidate {
  return isManaged(inputs) ? fromSource(inputs, 'service-flag', slot, 'service') : nothing;
}

/**
 * True when an environment that we cannot see could still hold the value: a running process that
 * hides it, one that nobody has looked at yet, or a gateway without a unit that does not run and
 * that this shell would give the variable to.
 */
export function couldHoldMore(inputs: Inputs, slot: Slot, ref?: SecretRef): boolean {
  if (isManaged(inputs)) return false;
  if (inputs.process === undefined || environmentHidden(inputs)) return true;
  if (inputs.process.environment.state === 'ok') return false;
  const fromShell = ref ? resolution(inputs, slot, 'shell') : clientEnvironment(inputs, slot);
  return fromShell.state === 'set';
}

export interface ServerMode {
  mode: 'none' | 'trusted-proxy' | 'token' | 'password';
  slot: Slot;
  /** Said by `gateway.auth.mode`, not concluded. */
  explicit: boolean;
}

/** Unset mode: a password anywhere means `password`, else `token` (2026.5.18 bundle). */
export function serverMode(inputs: Inputs): ServerMode {
  const said = inputs.config.authMode;
  if (said === 'none' || said === 'trusted-proxy')
    return { mode: said, slot: 'token', explicit: true };
  if (said === 'token' || said === 'password') return { mode: said, slot: said, explicit: true };
  const password = [
    serverConfig(inputs, 'password'),
    serverEnvironment(inputs, 'password'),
    serverFlag(inputs, 'password'),
  ];
  // What could not be read decides only where nothing is known of a token.
  const blind = serverConfig(inputs, 'token').state === 'unset';
  const counts = password.some((c) => c.state !== 'unset' && (blind || c.state !== 'unreadable'));
  const slot = counts ? 'password' : 'token';
  return { mode: slot, slot, explicit: false };
}

/** 2026.3.11 and 2026.5.18 ask the environment first, 2026.9.6 the config. */
export function environmentFirst(line: Line): boolean {
  return line !== '2026.9';
}
