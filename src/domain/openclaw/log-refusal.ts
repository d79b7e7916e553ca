import { toolVersion } from '../../model/version.js';
import { member } from '../clean.js';
import { knownReason } from './handshake-codes.js';
import { causeOfReason, isCause } from './log-causes.js';
import type { LogRecord } from './log-line.js';
import { clientName } from './log-name.js';
import { shortId } from './scopes.js';
import { hostKind } from './url.js';

/** A connect as one line tells it. */
export interface LogConnect {
  /** The gateway's id of the connection: `unauthorized` and `closed before connect` share it. */
  conn: string;
  /** Which of the two lines this is; the second knows more. */
  part: 'unauthorized' | 'closed' | 'connected';
  cause: string;
  reason?: string;
  client: string;
  mode: string;
  port?: number;
  device?: string;
  remote: 'loopback' | 'other';
  /** One of clawdoctor's own probes. */
  own: boolean;
}

/** How our own connects are named: OpenClaw prints the display name of `connect.client`. */
const ownClientName = 'clawdoctor';

const modes = 'webchat|cli|ui|backend|node|probe|test|worker';
const isMode = new RegExp(`^(?:${modes})$`);
/** A display name may hold blanks: it ends before the mode and the version. */
const clientField = new RegExp(`^(.{1,100}?) (${modes}) v[0-9]`);

/** `unauthorized conn=... client=<name> <mode> v<version> ... host=<host> ... reason=<reason>` */
export function readUnauthorized(message: string): LogConnect {
  const reason = slug(field(message, ' reason='));
  return {
    part: 'unauthorized',
    cause: 'unauthorized',
    ...(reason === undefined ? {} : { reason }),
    ...common(message, {}),
  };
}

/**
 * `closed before connect conn=... code=1008 reason=<text>` with the object that tells why; the
 * console prints the text alone. Undefined when nobody was refused: the peer went away by itself.
 */
export function readClosed({ message, context }: LogRecord): LogConnect | undefined {
  const named = member(context, 'cause');
  const known = causeOfReason(message.slice(message.indexOf(' reason=') + 8));
  const cause = typeof named === 'string' ? (isCause(named) ? named : undefined) : known?.cause;
  if (cause === undefined) return undefined;
  const reason =
    slug(member(context, 'authReason')) ?? slug(member(context, 'reason')) ?? known?.reason;
  const deviceId = member(context, 'deviceId');
  return {
    part: 'closed',
    cause,
    ...(reason === undefined ? {} : { reason }),
    ...common(message, context),
    ...(typeof deviceId === 'string' && /^[0-9a-f]{12,64}$/.test(deviceId)
      ? { device: shortId(deviceId) }
      : {}),
  };
}

/** `webchat connected conn=... peer=... client=...`: the only accepted connect that is logged. */
export function readWebchat(message: string): LogConnect {
  return { part: 'connected', cause: '', ...common(message, {}) };
}

function common(
  message: string,
  context: Record<string, unknown>,
): Pick<LogConnect, 'conn' | 'client' | 'mode' | 'port' | 'remote' | 'own'> {
  const shown = clientOf(message);
  const named = member(context, 'client') ?? shown?.name;
  const client = typeof named === 'string' ? clientName(named) : undefined;
  const mode = member(context, 'mode') ?? shown?.mode;
  // Behind a proxy `host` is the name that the client used; the socket's own end is the gateway's.
  const local = member(context, 'localPort');
  const port =
    (typeof local === 'number' ? local : undefined) ??
    portOf(field(message, ' peer=')?.split('->')[1]) ??
    portOf(member(context, 'host')) ??
    portOf(field(message, ' host='));
  const near =
    hostKind(field(message, ' remote=') ?? '') === 'loopback' &&
    (field(message, ' fwd=') ?? 'n/a') === 'n/a';
  const version = member(context, 'version');
  return {
    conn: (field(message, ' conn=') ?? '').slice(0, 40),
    client: client ?? 'unknown',
    mode: typeof mode === 'string' && isMode.test(mode) ? mode : 'unknown',
    ...(port === undefined || !Number.isInteger(port) || port < 1 || port > 65_535 ? {} : { port }),
    remote: near ? 'loopback' : 'other',
    // The object of the second line has no display name, but our version.
    own: shown?.name === ownClientName || (client === 'gateway-client' && version === toolVersion),
  };
}

/** The word after ` name=`. */
function field(message: string, name: string): string | undefined {
  const at = message.indexOf(name);
  if (at < 0) return undefined;
  const start = at + name.length;
  const end = message.indexOf(' ', start);
  return message.slice(start, end < 0 ? message.length : end);
}

function clientOf(message: string): { name: string; mode: string } | undefined {
  const at = message.indexOf(' client=');
  if (at < 0) return undefined;
  const found = clientField.exec(message.slice(at + 8, at + 140));
  return found?.[1] === undefined ? undefined : { name: found[1], mode: found[2] ?? '' };
}

function portOf(host: unknown): number | undefined {
  if (typeof host !== 'string') return undefined;
  const text = host.slice(host.lastIndexOf(':') + 1);
  return host.includes(':') && /^\d{1,5}$/.test(text) ? Number(text) : undefined;
}

/** A reason that is known, or `other`; undefined for what is no word. */
function slug(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z][a-z0-9]{0,29}([_-][a-z0-9]{1,20}){0,5}$/.test(value)
    ? knownReason(value)
    : undefined;
}
