import type { RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';

/** `~` is for people: a command needs the path itself, and without the home there is none. */
function realPath(shown: string, home: string | undefined): string | undefined {
  if (shown.startsWith('/')) return shown;
  return shown.startsWith('~/') && home !== undefined ? `${home}${shown.slice(1)}` : undefined;
}

/** Steps about how a credential is written down and who can read it. */
export const hygieneRemedies = {
  'close-file': (at) => {
    const shown = text(at.params, 'path');
    const path = realPath(shown, at.gateway?.home);
    const mode = text(at.params, 'mode');
    const directory = at.finding.code === 'state-dir-writable';
    return {
      title: `Close ${shown} to others`,
      actor: 'gateway host',
      effect: 'edits-file',
      ...(path === undefined ? {} : { command: ['chmod', directory ? 'go-w' : '600', path] }),
      postcondition: directory
        ? `only the owner can write to ${shown}`
        : `${shown} has mode 0600 and belongs to the user of the gateway`,
      why: at.finding.text,
      risk: 'a program of another user that reads it no longer can',
      undo: `chmod ${mode || 'with the former mode'} ${shown}`,
      verify: verifyWith(at.check),
    };
  },
  'give-to-owner': (at) => ({
    title: `Give ${text(at.params, 'path')} to the user of the gateway`,
    actor: 'gateway host',
    effect: 'edits-file',
    postcondition: `${text(at.params, 'path')} belongs to uid ${text(at.params, 'owner')}, as the state directory does; a command run with sudo is what usually leaves it to root`,
    why: at.finding.text,
    risk: 'none for the gateway; whoever it belonged to may no longer change it',
    undo: `give it back to uid ${text(at.params, 'uid')}`,
    verify: verifyWith(at.check),
  }),
  'clean-secret': (at) => ({
    title: 'Write the secret without what does not belong to it',
    actor: 'operator',
    effect: 'edits-file',
    ...(text(at.params, 'place').includes('openclaw.json') ? { edits: at.configPath } : {}),
    postcondition: `${text(at.params, 'place')} holds the bare value: no quotes, no \`Bearer \`, no blanks or line ends around it`,
    why: at.finding.text,
    risk: 'a client that was made to send the odd form is refused until it sends the bare value; change both in one go',
    undo: 'put the former text back',
    verify: verifyWith('token/hygiene'),
  }),
  'choose-strong-secret': (at) => ({
    title: 'Choose a long random secret when you next change it',
    actor: 'operator',
    effect: 'rotates-credential',
    postcondition: `${text(at.params, 'place')} holds at least 32 random characters (\`openssl rand -hex 32\` makes 64), and every client has the new value`,
    why: at.finding.text,
    risk: 'every client that holds the former value is refused until it has the new one; do it when nothing else is wrong',
    undo: 'put the former value back',
    verify: verifyWith('token/hygiene'),
  }),
  'tidy-gateway-auth': (at) => ({
    title: 'Say only what this gateway uses',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `${text(at.params, 'key') || 'the setting'} in ${at.configPath} fits how this gateway is reached, or is gone`,
    why: at.finding.text,
    risk: 'a running gateway takes an edit up within seconds',
    undo: 'put the copy back that the snapshot step made',
    verify: verifyWith('config/gateway-auth'),
  }),
  'set-rate-limit': (at) => ({
    title: 'Limit wrong attempts',
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    postcondition: `gateway.auth.rateLimit in ${at.configPath} is set, such as {"maxAttempts": 10, "windowMs": 60000, "lockoutMs": 300000}`,
    why: at.finding.text,
    risk: 'a client that keeps sending a wrong secret is locked out for that time, from that address',
    undo: 'take gateway.auth.rateLimit out again',
    verify: verifyWith('config/gateway-auth'),
  }),
} as const satisfies Record<string, RemedyMaker>;
