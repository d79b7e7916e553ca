import type { Remedy } from '../../model/remedy.js';
import type { RemedyMaker } from './remedy.js';
import { verifyWith } from './remedy.js';

/** Steps that change nothing, or that concern the host as a whole. */
export const generalRemedies = {
  'look-again': (at) => ({
    title: 'Look again, with what was missing',
    actor: 'operator',
    effect: 'none',
    postcondition: 'what could not be determined is known',
    why: at.finding.text,
    risk: 'none: clawdoctor changes nothing',
    undo: 'none needed',
    verify: verifyWith(at.check),
  }),
  'run-as-owner': (at) => ({
    title: 'Run clawdoctor as the user that runs the gateway',
    actor: 'gateway host',
    effect: 'none',
    postcondition: 'clawdoctor runs as the owner of the process, or as root',
    why: at.finding.text,
    risk: 'none: clawdoctor changes nothing',
    undo: 'none needed',
    verify: verifyWith(at.check),
  }),
  'relieve-memory': (at) => ({
    title: 'Take memory pressure off this host',
    actor: 'gateway host',
    effect: 'none',
    postcondition:
      'memory is available again; move long inference elsewhere while the gateway is diagnosed',
    why: at.finding.text,
    risk: 'work that is moved or stopped is interrupted',
    undo: 'start it again',
    verify: verifyWith('host/pressure'),
  }),
  'fix-clock': (at) => ({
    title: 'Set the clock',
    actor: 'gateway host',
    effect: 'none',
    postcondition: 'the clocks of client and gateway differ by less than two minutes',
    why: at.finding.text,
    risk: 'a jump of the clock can end tokens and timers early',
    undo: 'none needed',
    verify: verifyWith('probe/handshake'),
  }),
} as const satisfies Record<string, RemedyMaker>;

/** Before the first edit of a file: a copy beside it, and the command that would restore it. */
export function snapshotRemedy(subject: string, path: string): Remedy {
  const copy = `${path}.before-edit`;
  return {
    id: 'snapshot-before-edit',
    subject,
    title: `Copy ${path.slice(path.lastIndexOf('/') + 1)} before it is edited`,
    actor: 'operator',
    effect: 'none',
    command: ['cp', '-p', path, copy],
    postcondition: `${copy} is a copy with the same mode; it holds the same secrets, so remove it when you are done`,
    why: 'an edit that does not help must be easy to take back',
    risk: 'a second copy of the secrets in that file, until it is removed',
    undo: `mv ${copy} ${path}`,
    verify: verifyWith('config/readable'),
  };
}

/** The last step of every plan. */
export function verifyRemedy(): Remedy {
  return {
    id: 'verify-all',
    subject: 'host',
    title: 'Run the whole diagnosis again',
    actor: 'operator',
    effect: 'none',
    command: ['clawdoctor', 'run'],
    postcondition: 'clawdoctor run exits 0',
    why: 'a ticket is closed when all three stages agree, not when one symptom is gone',
    risk: 'none: clawdoctor changes nothing',
    undo: 'none needed',
    verify: { command: ['clawdoctor', 'run'], expect: 'exit 0, verdict ok' },
  };
}
