import type { LifecycleEvent, LogUpgrade, ReloadEvent } from '../../model/facts-logs.js';
import type { LogRecord } from './log-line.js';
import { clientName, isPlainName, plainPath } from './log-name.js';
import { type LogConnect, readClosed, readUnauthorized, readWebchat } from './log-refusal.js';
import { shortId } from './scopes.js';

/** What one line says; undefined for a line that says nothing to us. */
export type LogEvent =
  | ({ kind: 'refusal' | 'accepted'; atMs: number } & LogConnect)
  | { kind: 'life'; atMs: number; event: LifecycleEvent; port?: number }
  | { kind: 'own-port'; atMs: number; port: number }
  | { kind: 'reload'; atMs: number; event: ReloadEvent; paths: string[] }
  | ({ kind: 'upgrade'; conn: string } & LogUpgrade)
  | { kind: 'approval'; atMs: number; device: string; silent: boolean }
  | { kind: 'header'; atMs: number; header: 'untrusted-forwarded' | 'non-local-host' };

/**
 * Judged by how the message begins, never by what it contains: an agent's chat about a refusal is
 * not one.
 */
export function logEvent(record: LogRecord): LogEvent | undefined {
  switch (record.subsystem) {
    case 'gateway/ws':
      return wsEvent(record);
    case 'gateway/reload':
      return reloadEvent(record);
    case 'gateway/secrets':
      return secretsEvent(record);
    case 'browser/server':
      return browserEvent(record);
    case 'gateway':
      return gatewayEvent(record);
    case '':
      return plainEvent(record);
    default:
      return undefined;
  }
}

function wsEvent(record: LogRecord): LogEvent | undefined {
  const { atMs, message } = record;
  if (message.startsWith('unauthorized conn=')) {
    return { kind: 'refusal', atMs, ...readUnauthorized(message) };
  }
  if (message.startsWith('closed before connect conn=')) {
    const connect = readClosed(record);
    return connect && { kind: 'refusal', atMs, ...connect };
  }
  if (message.startsWith('webchat connected conn=')) {
    return { kind: 'accepted', atMs, ...readWebchat(message) };
  }
  if (message.startsWith('Proxy headers detected from untrusted')) {
    return { kind: 'header', atMs, header: 'untrusted-forwarded' };
  }
  return message.startsWith('Loopback connection with non-local Host')
    ? { kind: 'header', atMs, header: 'non-local-host' }
    : undefined;
}

/** 2026.9 ends a restart that needs the process with ` — preparing`. */
function reloadEvent({ atMs, message }: LogRecord): LogEvent | undefined {
  const event = (
    [
      ['config change detected;', 'detected'],
      ['config change requires gateway restart', 'needs-restart'],
      ['config hot reload applied', 'applied'],
      ['config reload disabled', 'disabled'],
      ['config reload skipped', 'skipped'],
      ['config reload failed:', 'skipped'],
    ] as const
  ).find(([start]) => message.startsWith(start))?.[1];
  return event && { kind: 'reload', atMs, event, paths: pathsIn(message) };
}

function secretsEvent({ atMs, message }: LogRecord): LogEvent | undefined {
  const name = /^\[SECRETS_(?:RELOADER_|PROVIDER_)?(DEGRADED|RECOVERED)\]/.exec(message)?.[1];
  if (name === undefined) return undefined;
  const event = name === 'DEGRADED' ? 'degraded' : 'recovered';
  return { kind: 'reload', atMs, event, paths: [] };
}

/** The browser control server of 2026.3 and 2026.5 listens two ports above its gateway. */
function browserEvent({ atMs, message }: LogRecord): LogEvent | undefined {
  const found = /^Browser control listening on http:\/\/[\w.[\]:]{1,40}:(\d{2,5})\//.exec(message);
  const port = Number(found?.[1] ?? 0) - 2;
  return port > 0 ? { kind: 'own-port', atMs, port } : undefined;
}

function gatewayEvent(record: LogRecord): LogEvent | undefined {
  const { atMs, message } = record;
  const life = (event: LifecycleEvent, port?: number): LogEvent => ({
    kind: 'life',
    atMs,
    event,
    ...(port === undefined ? {} : { port }),
  });
  if (message.startsWith('loading configuration')) return life('starting');
  if (message.startsWith('http server listening')) return life('listening');
  const ws = /^listening on ws:\/\/[\w.[\]:]{1,60}:(\d{2,5})\b/.exec(message);
  if (ws) return life('listening', Number(ws[1]));
  if (message === 'gateway ready' || message === 'ready') return life('ready');
  if (/^received SIG(TERM|INT); /.test(message)) return life('stopping');
  if (message.startsWith('received SIGUSR1; ')) return life('restarting');
  if (/^(Gateway )?auth token was missing\. Generated/.test(message))
    return life('generated-token');
  if (/^(gateway )?restart-loop breaker tripped/.test(message)) return life('breaker');
  if (/^(gateway: )?observed unattributable proxy-shaped/.test(message)) {
    return { kind: 'header', atMs, header: 'untrusted-forwarded' };
  }
  const approved = /^device pairing (auto-)?approved device=([0-9a-f]{12,64})\b/.exec(message);
  if (approved) {
    const device = shortId(approved[2] ?? '');
    return { kind: 'approval', atMs, device, silent: approved[1] !== undefined };
  }
  return upgradeEvent(record) ?? plainEvent(record);
}

function plainEvent({ atMs, message }: LogRecord): LogEvent | undefined {
  if (message.startsWith('Gateway failed to start:'))
    return { kind: 'life', atMs, event: 'failed' };
  if (
    message.startsWith('Gateway start blocked:') ||
    message.startsWith('Refusing to bind gateway')
  ) {
    return { kind: 'life', atMs, event: 'blocked' };
  }
  const used = /^Port (\d{2,5}) is already in use\./.exec(message);
  return used ? { kind: 'life', atMs, event: 'port-in-use', port: Number(used[1]) } : undefined;
}

const upgradeReasons = ['scope-upgrade', 'role-upgrade', 'metadata-upgrade'] as const;

function upgradeEvent({ atMs, message }: LogRecord): LogEvent | undefined {
  const found =
    /^security audit: device (?:access|metadata) upgrade requested reason=([\w-]{1,40}) device=([0-9a-f]{12,64})\b/.exec(
      message,
    );
  if (!found) return undefined;
  const client = /(?:^| )client=([\w.-]{1,60})(?: |$)/.exec(message)?.[1];
  return {
    kind: 'upgrade',
    conn: / conn=([0-9a-f-]{36})$/.exec(message)?.[1] ?? '',
    atMs,
    reason: upgradeReasons.find((known) => known === found[1]) ?? 'other',
    device: shortId(found[2] ?? ''),
    ...(client === undefined ? {} : { client: clientName(client) }),
    scopesFrom: scopesIn(message, 'scopesFrom'),
    scopesTo: scopesIn(message, 'scopesTo'),
  };
}

function scopesIn(message: string, name: string): string[] {
  const list = new RegExp(` ${name}=([a-z][a-z.,_-]{0,400})(?: |$)`).exec(message)?.[1];
  return list === undefined
    ? []
    : list.split(',').filter((scope) => scope.includes('.') && isPlainName(scope));
}

/** Config paths between brackets; a text that is not one (`invalid config`) is left out. */
function pathsIn(message: string): string[] {
  const list = /\(([^()]{1,1000})\)/.exec(message)?.[1] ?? '';
  return list
    .split(', ')
    .filter((path) => /^[a-z][A-Za-z0-9_.[\]-]{0,119}$/.test(path))
    .slice(0, 20)
    .map(plainPath);
}
