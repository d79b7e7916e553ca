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

/** The same words whichever check asks, so that a plan has one step for one key. */
function newerKey(at: RemedyContext): string {
  const known = at.facts.data('gateway.config', at.gateway?.id ?? '')?.newerKeys?.[0];
  return text(at.params, 'key') || known || 'the key of OpenClaw 2026.9';
}

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
  'match-url-credential': (at) => ({
    title: 'Put the right secret beside OPENCLAW_GATEWAY_URL, or take both away',
    actor: 'client user',
    effect: 'edits-file',
    postcondition:
      'where OPENCLAW_GATEWAY_URL is set, OPENCLAW_GATEWAY_TOKEN (or _PASSWORD) beside it is what the gateway accepts; or neither is set, and the client takes address and secret from the config',
    why: at.finding.text,
    risk: 'a client that was meant to reach another gateway reaches this one',
    undo: 'put the former variables back',
    verify: verifyWith('token/process-env'),
  }),
  'set-remote-credential': (at) => ({
    ...edit(at),
    title: 'Give the remote client the secret of its gateway',
    postcondition: `gateway.remote.token (or gateway.remote.password) in ${at.configPath} is the secret that the gateway behind gateway.remote.url accepts; where OPENCLAW_GATEWAY_TOKEN or _PASSWORD is what is sent, that variable is`,
    risk: 'clients that share this config send the new value too',
    verify: verifyWith('probe/credentials'),
  }),
  'remove-newer-key': (at) => ({
    ...edit(at),
    title: 'Take out the key that this OpenClaw does not know yet',
    postcondition: `${newerKey(at)} is gone from ${at.configPath}, or the gateway is an OpenClaw that knows it`,
    risk: 'what the key asked for does not happen',
    verify: verifyWith('config/readable'),
  }),
} as const satisfies Record<string, RemedyMaker>;
