import type { RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';

/** Steps about references to secrets, where they are not those of the shared secret itself. */
export const referenceRemedies = {
  'set-reference': (at) => ({
    title: `Give ${text(at.params, 'field') || 'the reference'} its value, or take it out`,
    actor: 'gateway host',
    effect: 'edits-file',
    postcondition: `${text(at.params, 'what') || 'what the field refers to'} gives a value to the gateway, or ${text(at.params, 'field') || 'the field'} is gone from ${at.configPath}`,
    why: at.finding.text,
    risk: 'none for a gateway that runs; do it before the next restart',
    undo: 'take the value out again',
    verify: verifyWith('config/secret-refs'),
  }),
  'write-hooks-token': (at) => ({
    title: 'Write hooks.token as a text',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `hooks.token in ${at.configPath} is a text of its own, or "\${NAME}" of a variable that the gateway has, or is gone`,
    why: at.finding.text,
    risk: 'senders of webhooks are refused until they have that token',
    undo: 'put the copy back that the snapshot step made',
    verify: verifyWith('config/secret-refs'),
  }),
  'repair-reload': (at) => ({
    title: 'Mend what the last reload could not resolve',
    actor: 'gateway host',
    effect: 'edits-file',
    postcondition: `${text(at.params, 'paths') || 'every reference of the config'} resolves (\`openclaw secrets audit\` says which does not), and the log of the gateway shows a recovered reload`,
    why: at.finding.text,
    risk: 'a running gateway takes an edit up within seconds; do not restart it before the references resolve',
    undo: 'put back what was there before',
    verify: verifyWith('token/applied'),
  }),
  'one-reference': (at) => ({
    title: 'Keep one reference to the secret',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `of ${text(at.params, 'places') || 'the places that hold the secret'} one is left, or all of them give the same letter in the credential table`,
    why: at.finding.text,
    risk: 'a client that reads only the place that is removed finds nothing',
    undo: 'put the copy back that the snapshot step made',
    verify: verifyWith('config/duplicates'),
  }),
} as const satisfies Record<string, RemedyMaker>;
