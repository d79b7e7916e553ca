import type { RemedyContext, RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';

const variable = (at: RemedyContext): string =>
  text(at.params, 'variable') || 'OPENCLAW_GATEWAY_TOKEN';

/** `~` is for people: a command needs the path itself, and without the home there is none. */
function realPath(shown: string, home: string | undefined): string | undefined {
  if (shown.startsWith('/')) return shown;
  return shown.startsWith('~/') && home !== undefined ? `${home}${shown.slice(1)}` : undefined;
}

/** Steps about where the gateway's shared secret is kept and who reads it. */
export const tokenRemedies = {
  'unset-shell-variable': (at) => ({
    title: `Take ${variable(at)} out of the environment`,
    actor: 'client user',
    effect: 'edits-file',
    postcondition: `${variable(at)} is not set in the shell that runs the client; \`unset ${variable(at)}\` does it now, and the line that exports it is gone from the shell's start-up files`,
    why: at.finding.text,
    risk: 'a program that was meant to use that value for another gateway no longer finds it',
    undo: 'export the variable again',
    verify: verifyWith('token/process-env'),
  }),
  'edit-dotenv': (at) => ({
    title: `Take ${variable(at)} out of .env`,
    actor: 'operator',
    effect: 'edits-file',
    edits: `${at.stateDir}/.env`,
    postcondition: `${at.stateDir}/.env has no line for ${variable(at)}, or one that holds the value of gateway.auth`,
    why: at.finding.text,
    risk: 'containers that read the same .env need the variable from elsewhere',
    undo: 'put the line back',
    verify: verifyWith('token/process-env'),
  }),
  'set-variable': (at) => ({
    title: `Set ${variable(at)} where it is read`,
    actor: 'gateway host',
    effect: 'edits-file',
    postcondition: `${variable(at)} has its value in the environment of the gateway and of every client that reads this config (${at.stateDir}/.env serves both), or the config no longer refers to it`,
    why: at.finding.text,
    risk: 'none for clients that hold the right value already',
    undo: 'remove the variable again',
    verify: verifyWith(at.check),
  }),
  'write-plain-token': (at) => ({
    title: 'Give the gateway a token that survives a restart',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `gateway.auth in ${at.configPath} holds one token, as text or as a reference that resolves for the gateway and for its clients`,
    why: at.finding.text,
    risk: 'clients that were given another value are refused until they have this one',
    undo: 'put the copy back that the snapshot step made',
    verify: verifyWith('token/sources'),
  }),
  'repair-secret-file': (at) => {
    const shown = text(at.params, 'file') || 'the file that gateway.auth refers to';
    const path = realPath(shown, at.gateway?.home);
    const loose = text(at.params, 'mode') !== '' && path !== undefined;
    return {
      title: 'Make the secret file one that OpenClaw takes',
      actor: 'gateway host',
      effect: 'edits-file',
      ...(loose ? { command: ['chmod', '600', path] } : {}),
      postcondition: `${shown} is a regular file of mode 0600 that belongs to the user of the gateway, and what gateway.auth refers to is in it`,
      why: at.finding.text,
      risk: 'a program of another user that reads the file no longer can',
      undo: `give ${shown} its former mode and contents`,
      verify: verifyWith(at.check),
    };
  },
  'separate-hooks-token': (at) => ({
    title: 'Give hooks a token of their own',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `hooks.token in ${at.configPath} is another value than the token of the gateway, or hooks.enabled is false`,
    why: at.finding.text,
    risk: 'senders of webhooks are refused until they have the new hooks token',
    undo: 'put the copy back that the snapshot step made',
    verify: verifyWith('token/sources'),
  }),
  'unify-token-sources': (at) => ({
    title: 'Keep the secret in one place',
    actor: 'operator',
    effect: 'edits-file',
    postcondition: `the sources that the credential table lists for this gateway hold one letter, or all but one of them are unset`,
    why: at.finding.text,
    risk: 'a client that reads only the removed place finds nothing',
    undo: 'put the removed value back',
    verify: verifyWith('token/sources'),
  }),
} as const satisfies Record<string, RemedyMaker>;
