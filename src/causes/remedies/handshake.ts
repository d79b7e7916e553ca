import type { RemedyContext, RemedyMaker } from './remedy.js';
import { text, verifyWith } from './remedy.js';

/**
 * Both lines keep lockouts in memory only: a new process knows of none. A wrong try during one
 * neither counts nor prolongs it; an edit of gateway.auth.rateLimit ends it on 2026.5 alone, which
 * restarts for it (measured on 2026.5.18 and 2026.9.6).
 */
function orRestart({ gateway }: RemedyContext): string {
  return gateway?.place === 'remote'
    ? ''
    : '; if that is too long, one deliberate restart of the gateway ends it at once';
}

function untilText({ params }: RemedyContext): string {
  const seconds = text(params, 'retryAfterS');
  const until = text(params, 'untilText');
  if (until !== '') return `it is past ${until}`;
  return seconds === ''
    ? 'the lockout has ended (gateway.auth.rateLimit.lockoutMs, 5 minutes unless it says otherwise)'
    : `${seconds} seconds have passed`;
}

/** Steps for refusals of a connect that are about the client and what stands before the gateway. */
export const handshakeRemedies = {
  'wait-for-lockout': (at) => ({
    title: 'Wait until the lockout ends, and stop whoever keeps trying',
    actor: 'operator',
    effect: 'none',
    postcondition: `${untilText(at)}, and whoever sends the wrong credential has been given the right one${orRestart(at)}`,
    why: `${at.finding.text}: while it lasts nothing can be tried, and nothing that is refused says anything`,
    risk: 'a client that keeps sending a wrong credential locks this address again as soon as the lockout has ended',
    undo: 'none needed',
    verify: verifyWith('probe/anonymous'),
  }),
  'send-shared-secret': (at) => ({
    title: "Give the client the gateway's own secret",
    actor: 'client user',
    effect: 'none',
    postcondition:
      'the client that is refused sends the token or password of this gateway (token/sources says where each reader takes it from)',
    why: at.finding.text,
    risk: 'none: nothing is changed on the gateway',
    undo: 'none needed',
    verify: verifyWith('token/sources'),
  }),
  'give-identity': (at) => ({
    title: 'Let the proxy that gives identities give one for this request',
    actor: 'gateway host',
    effect: 'none',
    postcondition:
      'the client comes through the proxy (or Tailscale Serve) that gateway.auth names, and that proxy sets the user header for it',
    why: at.finding.text,
    risk: 'a proxy that lets clients set the user header themselves lets everybody in',
    undo: 'none needed',
    verify: verifyWith(at.check),
  }),
  'allow-origin': (at) => ({
    title: 'Open the Control UI from an origin that the gateway allows',
    actor: 'operator',
    effect: 'none',
    postcondition: `the page is opened over https or on localhost, and its origin is in gateway.controlUi.allowedOrigins of ${at.configPath}`,
    why: at.finding.text,
    risk: 'an origin on that list may open connections from any browser that visits it',
    undo: 'take the origin off the list',
    verify: verifyWith(at.check),
  }),
} as const satisfies Record<string, RemedyMaker>;
