import type { RemedyContext, RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';

/** What every edit of openclaw.json has in common. */
const edit = (at: RemedyContext) =>
  ({
    actor: 'operator',
    effect: 'edits-file',
    edits: at.configPath,
    why: at.finding.text,
    undo: 'put the copy back that the snapshot step made',
  }) as const;

/** Edits without which OpenClaw does not start with this config. */
export const configEditRemedies = {
  'set-gateway-mode': (at) => ({
    ...edit(at),
    title: 'Say that the gateway runs here',
    postcondition: `gateway.mode in ${at.configPath} is "local"`,
    risk: 'none: nothing runs with this config now',
    verify: verifyWith('token/sources'),
  }),
  'require-auth': (at) => ({
    ...edit(at),
    title: 'Ask for a secret, or listen on loopback only',
    postcondition: `gateway.auth.mode in ${at.configPath} is "token" or "password" and that secret is set, or gateway.bind is "loopback"`,
    risk: 'clients need the secret from then on; with bind "loopback" other hosts no longer reach the gateway',
    verify: verifyWith('bind/declared'),
  }),
  'remove-newer-key': (at) => ({
    ...edit(at),
    title: 'Take out the key that this OpenClaw does not know yet',
    postcondition: `${text(at.params, 'key') || 'the key of OpenClaw 2026.9'} is gone from ${at.configPath}, or the gateway is an OpenClaw that knows it`,
    risk: 'what the key asked for does not happen',
    verify: verifyWith('config/readable'),
  }),
} as const satisfies Record<string, RemedyMaker>;
