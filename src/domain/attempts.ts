import type { FactSet } from '../model/fact-set.js';
import type { CredentialAttempt, ProxyAttempt } from '../model/facts-probes.js';
import type { AttemptRow } from '../model/report.js';
import type { Target } from '../model/target.js';
import { type Candidate, candidatesOf, type Slot } from './candidates.js';
import { identityDecides } from './declared-mode.js';
import { type Endpoint, gatewayEndpoint, proxyEndpoint } from './endpoints.js';
import { limiterState } from './limiter.js';
import { wireRows } from './wire-rows.js';

/** One request with a secret, as planned from the facts alone; replay plans the same. */
export interface PlannedAttempt {
  /** The target's id. */
  target: string;
  /** `POST http://127.0.0.1:18789/tools/invoke`. */
  endpoint: string;
  class: number;
  slot: Slot;
  /** Source ids that hold this value; `process-environ` for the running process's own. */
  sources: string[];
  why: string;
}

/** A value that is not sent, and why not. */
export interface Withheld {
  class: number;
  slot: Slot;
  sources: string[];
  reason: string;
  /** True when it was refused a short while ago. */
  remembered: boolean;
}

export interface GatewayPlan {
  attempts: PlannedAttempt[];
  withheld: Withheld[];
  anonymousFirst: true;
}

/** More distinct values than this are never tried in one run. */
const mostCandidates = 4;

/** How an attempt is named in reports and in the memory of refusals. */
export function gatewayAttemptEndpoint(endpoint: Endpoint): string {
  return `POST ${endpoint.http}/tools/invoke`;
}

/** The same request with the headers of a proxy. */
export function forcedEndpoint(endpoint: Endpoint): string {
  return `${gatewayAttemptEndpoint(endpoint)} (forwarded headers)`;
}

export function proxyAttemptEndpoint(endpoint: Endpoint): string {
  return `GET ${endpoint.http}/v1/models`;
}

/**
 * Which values are sent to a gateway, in order: at most four, and where a limiter counts, at most
 * floor((maxAttempts - 1) / 2) less what it already holds against us. Ownership is judged apart.
 */
export function planGatewayAttempts(facts: FactSet, gateway: Target): GatewayPlan {
  const where = gatewayEndpoint(facts, gateway);
  const endpoint = gatewayAttemptEndpoint(where);
  const limiter = limiterState(facts, gateway, where, endpoint);
  const byIdentity = identityDecides(facts, gateway);
  const plan: GatewayPlan = { attempts: [], withheld: [], anonymousFirst: true };
  const whyWithheld = (candidate: Candidate): string | undefined => {
    if (byIdentity) return 'auth mode trusted-proxy takes no shared secret';
    if (limiter.remembered.includes(candidate.class)) return refusedLately;
    if (!candidate.fitsHeader) return 'no HTTP header can carry it';
    if (plan.attempts.length >= mostCandidates) return `only ${mostCandidates} values are tried`;
    const risky = plan.attempts.length >= limiter.wrongTries;
    return risky ? 'one more wrong try could lock this address out' : undefined;
  };
  for (const candidate of candidatesOf(facts, gateway)) {
    const { class: value, slot, sources } = candidate;
    const reason = whyWithheld(candidate);
    if (reason === undefined) {
      const why = whyTried(candidate);
      plan.attempts.push({ target: gateway.id, endpoint, class: value, slot, sources, why });
    } else {
      const remembered = reason === refusedLately;
      plan.withheld.push({ class: value, slot, sources, reason, remembered });
    }
  }
  return plan;
}

const refusedLately = 'refused a short while ago; not sent again within the window of the limiter';

function whyTried(candidate: Candidate): string {
  return candidate.predicted
    ? 'the rules predict that the server takes it'
    : `held by ${candidate.sources.join(', ')}`;
}

export interface ProxyPlan {
  attempts: (PlannedAttempt & { source: 'file' | 'environ' })[];
  withheld: { class: number; reason: string }[];
}

const proxyReasons = {
  file: 'sandboxes are wired with the token file',
  environ: 'the running proxy was started with it',
} as const;

/** The file's token, then the running process's when it is another. The proxy has no limiter. */
export function planProxyAttempts(facts: FactSet, proxy: Target): ProxyPlan {
  const endpoint = proxyAttemptEndpoint(proxyEndpoint(facts, proxy));
  const marks = {
    file: facts.data('proxy.files', proxy.id)?.mark,
    environ: facts.data('proxy.process', proxy.id)?.token,
  };
  const plan: ProxyPlan = { attempts: [], withheld: [] };
  for (const source of ['file', 'environ'] as const) {
    const mark = marks[source];
    if (mark?.state !== 'set' || mark.class === undefined || mark.class < 0) continue;
    if (mark.shape?.chars === 'other') {
      plan.withheld.push({ class: mark.class, reason: 'no HTTP header can carry it' });
      continue;
    }
    const known = plan.attempts.find((a) => a.class === mark.class);
    if (known) known.sources.push(source);
    else {
      const { class: value } = mark;
      const common = { target: proxy.id, endpoint, class: value, slot: 'token' as const };
      plan.attempts.push({ ...common, sources: [source], why: proxyReasons[source], source });
    }
  }
  return plan;
}

const outcomeTexts: Record<CredentialAttempt['outcome'] | ProxyAttempt['outcome'], string> = {
  accepted: 'accepted',
  refused: 'refused',
  locked: 'locked (429)',
  'remembered-refused': 'refused a short while ago, not sent again',
  'not-sent': 'not sent',
  'backend-down': 'accepted, the backend is down (502)',
  timeout: 'no answer in time',
  other: 'another answer',
};

/**
 * Every request that was made with or without a credential, and every value that was not sent, for
 * the report. Values that follow an accepted one are `stale (inferred)`: one listener takes one.
 */
export function attemptRows(
  facts: FactSet,
  letter: (valueClass: number | undefined) => string,
): AttemptRow[] {
  return [
    ...facts.targetsOf('gateway').flatMap((gateway) => gatewayRows(facts, gateway, letter)),
    ...facts.targetsOf('proxy').flatMap((proxy) => proxyRows(facts, proxy, letter)),
  ];
}

type Letter = (valueClass: number | undefined) => string;

function gatewayRows(facts: FactSet, gateway: Target, letter: Letter): AttemptRow[] {
  const target = gateway.id;
  const rows: AttemptRow[] = [];
  const anonymous = facts.data('probe.anonymous', target);
  if (anonymous) rows.push(anonymousRow(target, anonymous.endpoint, anonymous.answer.kind));
  const probe = facts.data('probe.credentials', target);
  for (const a of probe?.attempts ?? []) {
    const endpoint = probe?.endpoint ?? '';
    rows.push({
      target,
      endpoint,
      credential: letter(a.class),
      why: a.why,
      outcome: outcomeTexts[a.outcome],
    });
  }
  if (probe) rows.push(...inferredRows(facts, gateway, letter));
  const socket = facts.data('probe.handshake', target);
  if (socket && socket.outcome !== 'not-tried') {
    const outcome = socket.errorCode ? `${socket.outcome} (${socket.errorCode})` : socket.outcome;
    const bare = socket.class < 0;
    const why = bare ? 'the config asks for none' : 'the gateway accepted it over HTTP';
    const credential = bare ? 'none' : letter(socket.class);
    rows.push({ target, endpoint: socket.endpoint, credential, why, outcome });
  }
  return [...rows, ...wireRows(facts, gateway, letter)];
}

/** What was planned and not tried, or not planned at all. */
function inferredRows(facts: FactSet, gateway: Target, letter: Letter): AttemptRow[] {
  const probe = facts.data('probe.credentials', gateway.id);
  if (!probe) return [];
  const plan = planGatewayAttempts(facts, gateway);
  const seen = new Set(probe.attempts.map((a) => a.class));
  const accepted = probe.attempts.some((a) => a.outcome === 'accepted');
  const unsent = `not sent: ${probe.notTried ?? 'the probe ended before'}`;
  const rest = [
    ...plan.attempts.map((a) => ({ ...a, outcome: accepted ? 'stale (inferred)' : unsent })),
    ...plan.withheld.map((w) => ({
      ...w,
      why: `held by ${w.sources.join(', ')}`,
      outcome: accepted ? 'stale (inferred)' : `not sent: ${w.reason}`,
    })),
  ];
  return rest
    .filter((r) => !seen.has(r.class))
    .map((r) => ({
      target: gateway.id,
      endpoint: probe.endpoint,
      credential: letter(r.class),
      why: r.why,
      outcome: r.outcome,
    }));
}

function proxyRows(facts: FactSet, proxy: Target, letter: Letter): AttemptRow[] {
  const probe = facts.data('proxy.probe', proxy.id);
  if (!probe) return [];
  const { endpoint } = probe;
  const row = (value: number, why: string, outcome: string): AttemptRow => ({
    target: proxy.id,
    endpoint,
    credential: letter(value),
    why,
    outcome,
  });
  const seen = new Set(probe.attempts.map((a) => a.class));
  const accepted = probe.attempts.some((a) => ['accepted', 'backend-down'].includes(a.outcome));
  const unsent = accepted
    ? 'stale (inferred)'
    : `not sent: ${probe.notTried ?? 'the probe ended before'}`;
  return [
    anonymousRow(proxy.id, endpoint, probe.anonymous.kind),
    ...probe.attempts.map((a) => row(a.class, proxyReasons[a.source], outcomeTexts[a.outcome])),
    ...planProxyAttempts(facts, proxy)
      .attempts.filter((a) => !seen.has(a.class))
      .map((a) => row(a.class, a.why, unsent)),
  ];
}

function anonymousRow(target: string, endpoint: string, kind: string): AttemptRow {
  const why = 'what this endpoint says to nobody';
  return { target, endpoint, credential: 'none', why, outcome: kind };
}
