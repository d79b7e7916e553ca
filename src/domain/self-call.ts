import type { FactSet } from '../model/fact-set.js';
import type { Line, Target } from '../model/target.js';
import { gatewayPort } from './endpoints.js';
import { heldByProcess } from './openclaw/client-verdict.js';
import { type Winner, winners } from './openclaw/precedence.js';
import { isLoopbackHost, urlText } from './openclaw/url.js';
import { linesToJudge, versionsOf } from './openclaw/versions.js';

/** What the gateway's own calls to itself come to. */
export type SelfCall =
  /** 2026.9 answers them inside its process (measured: wrong token, wrong URL, all the same). */
  | { is: 'in-process' }
  | { is: 'sends-live'; source: string }
  | { is: 'sends-other'; source: string; rule: string }
  | { is: 'sends-nothing'; rule: string }
  | { is: 'calls-elsewhere'; url: string }
  | { is: 'not-known'; reason: string };

/**
 * From the environment, HOME and config of the running process, on its own version; `live` is the
 * class that the gateway has accepted. Where lines disagree, nothing is said.
 */
export function selfCall(facts: FactSet, gateway: Target, live: number): SelfCall {
  const lines = linesToJudge(versionsOf(facts, gateway).server);
  if (lines.length > 0 && lines.every(answersInside)) return { is: 'in-process' };
  if (lines.some(answersInside)) {
    return { is: 'not-known', reason: 'it depends on the version of the running gateway' };
  }
  const process = facts.data('gateway.process', gateway.id);
  if (process?.environment.state !== 'ok') {
    const reason = process?.environment.reason ?? 'its process could not be looked at';
    return { is: 'not-known', reason };
  }
  const { url } = process.environment;
  if (url && !(isLoopbackHost(url.host) && url.port === gatewayPort(facts, gateway))) {
    return { is: 'calls-elsewhere', url: urlText(url) };
  }
  if (url) return byEnvironmentAlone(facts, gateway, live);
  // `--token` is copied into the process's own environment, where nobody else can see it (measured).
  const server = winners('server', facts, gateway).agreed;
  const isElsewhere = server?.outcome === 'value' && server.class !== live;
  // No file holds what it accepts: then it can only be a flag.
  if (isElsewhere || server?.outcome === 'generated') {
    return { is: 'sends-live', source: 'the value that it was started with' };
  }
  const inner = winners('inner-client', facts, gateway).agreed;
  if (!inner) return { is: 'not-known', reason: 'it depends on the version of the gateway' };
  // `.env` is read once, when the process starts; a line that came later is not in its environment.
  if (inner.outcome === 'value' && inner.class !== live && isYounger(facts, gateway, inner.class)) {
    return { is: 'sends-live', source: 'what it had at its start' };
  }
  // A reference is followed in the environment that the process has; the unit's is its next start's.
  if (inner.ref?.source === 'env') {
    const held = heldByProcess(facts, gateway, { ...inner, reference: inner.ref.id });
    if (held?.class === live) return { is: 'sends-live', source: held.source ?? inner.ref.id };
  }
  return ofWinner(inner, live);
}

/** Does only `.env` hold this value, and was it written after the process was started? */
function isYounger(facts: FactSet, gateway: Target, value: number | undefined): boolean {
  const process = facts.data('gateway.process', gateway.id);
  const files = facts.data('gateway.credentials', gateway.id);
  const environ = process?.environment;
  if ([environ?.token.class, environ?.password.class].includes(value)) return false;
  const isThere = files?.sources.some((s) => s.id === 'dotenv' && s.mark.class === value) ?? false;
  const written = files?.dotenv.file.mtimeMs ?? 0;
  return isThere && written >= (process?.startedAtMs ?? Number.POSITIVE_INFINITY);
}

/** With OPENCLAW_GATEWAY_URL set, a client asks the environment alone (measured on 2026.5.18). */
function byEnvironmentAlone(facts: FactSet, gateway: Target, live: number): SelfCall {
  const rule =
    'with OPENCLAW_GATEWAY_URL set, a client takes its credential from the environment only';
  const own = facts.data('gateway.process', gateway.id)?.environment;
  const files = facts.data('gateway.credentials', gateway.id)?.sources ?? [];
  const marks = [
    own?.token,
    own?.password,
    ...files.filter((s) => s.id === 'dotenv').map((s) => s.mark),
  ];
  const set = marks.filter((mark) => mark?.state === 'set');
  if (set.some((mark) => mark?.class === live)) {
    return { is: 'sends-live', source: 'the value of its environment' };
  }
  if (set.length === 0) return { is: 'sends-nothing', rule };
  return { is: 'sends-other', source: 'another value of its environment', rule };
}

function ofWinner(inner: Winner, live: number): SelfCall {
  const { outcome, rule } = inner;
  switch (outcome) {
    case 'value': {
      const source = inner.source ?? 'its environment';
      if (inner.class === undefined || inner.class < 0) break;
      return inner.class === live
        ? { is: 'sends-live', source }
        : { is: 'sends-other', source, rule };
    }
    case 'none':
    case 'unresolved':
      return { is: 'sends-nothing', rule };
    default:
      break;
  }
  return { is: 'not-known', reason: 'what its own calls would send could not be told' };
}

function answersInside(line: Line): boolean {
  return line === '2026.9';
}

/**
 * Refused connects of the gateway's own client since the process started, by the gateway's log;
 * ours are left out.
 */
export function selfCallRefusals(
  facts: FactSet,
  gateway: Target,
): { count: number; reason: string; lastMs: number } | undefined {
  const port = gatewayPort(facts, gateway);
  const since = Math.max(
    facts.data('gateway.process', gateway.id)?.startedAtMs ?? 0,
    facts.data('gateway.config', gateway.id)?.file.mtimeMs ?? 0,
  );
  const rows = (facts.data('gateway.logs', gateway.id)?.refusals ?? []).filter(
    (r) =>
      !r.own &&
      // 2026.5 logs the display name of that client, `gateway:sessions.list`; a program without one
      // is logged as `gateway-client`, whoever it belongs to (measured on 2026.5.18).
      r.client.startsWith('gateway:') &&
      r.mode === 'backend' &&
      r.remote === 'loopback' &&
      (r.port === undefined || r.port === port) &&
      r.lastMs > since &&
      /^token_|^password_/.test(r.reason ?? ''),
  );
  const newest = rows.at(-1);
  if (!newest) return undefined;
  const count = rows.reduce((sum, row) => sum + row.timesMs.filter((t) => t > since).length, 0);
  return { count, reason: newest.reason ?? newest.cause, lastMs: newest.lastMs };
}
