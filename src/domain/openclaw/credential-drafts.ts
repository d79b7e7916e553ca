import type { FactSet } from '../../model/fact-set.js';
import type { CredentialSource, CredentialSourceFacts } from '../../model/facts-gateway.js';
import type { GatewayProcessFacts } from '../../model/facts-host.js';
import type { Mark } from '../../model/mark.js';
import type { Reader } from '../../model/readers.js';
import type { Target } from '../../model/target.js';
import { hiddenFlag } from './credential-winners.js';
import type { Inputs, Slot } from './precedence-rules.js';
import {
  environText,
  inputsOf,
  referenceText,
  serverMode,
  sourceText,
  variableOf,
} from './precedence-rules.js';

/** One place that can hold a secret, before it has a letter. */
export interface RowDraft {
  source: string;
  target: string;
  mark: Mark;
  readers: string[];
  /** Readers that take nothing else; a gateway's rows get theirs from the rules of precedence. */
  wins?: string[];
  reason?: string;
  kind?: string;
}

/** Readers that have the environment of the gateway, not that of this shell. */
const own: Reader[] = ['server', 'inner-client', 'agent'];
const local: Reader[] = ['server', 'local-cli', 'node-host', 'inner-client', 'agent'];

const readersOf: Record<CredentialSource['id'], Reader[] | string[]> = {
  config: [...local, 'http-client', 'remote-client'],
  'last-good': [],
  shell: ['local-cli', 'http-client', 'remote-client', 'node-host'],
  dotenv: [...local, 'remote-client'],
  'service-flag': own,
  'service-env': own,
  'service-file': own,
  compose: own,
  remote: ['local-cli', 'remote-client', 'node-host', 'inner-client', 'agent'],
  hooks: ['webhooks'],
};

/** Sources that the table shows even when they are unset: the reader looks for them first there. */
const alwaysShown: readonly string[] = ['config', 'shell', 'dotenv'];

/** The places of one gateway, in the order of the table. */
export function gatewayDrafts(facts: FactSet, gateway: Target): RowDraft[] {
  const inputs = inputsOf(facts, gateway);
  const credentials = facts.data('gateway.credentials', gateway.id);
  const rows = credentials ? sourceDrafts(credentials, gateway, inputs) : [];
  return distinct([
    ...rows,
    ...environDrafts(facts, gateway, inputs),
    ...flagDrafts(facts, gateway, inputs),
    ...deviceDrafts(facts, gateway),
  ]);
}

/** One reference may stand in two fields: it is one place all the same, with the readers of both. */
function distinct(drafts: readonly RowDraft[]): RowDraft[] {
  const rows = new Map<string, RowDraft>();
  for (const draft of drafts) {
    const known = rows.get(draft.source);
    if (known) known.readers = [...new Set([...known.readers, ...draft.readers])];
    else rows.set(draft.source, { ...draft });
  }
  return [...rows.values()];
}

/** What `--token` gave and nobody can see: a row only where everything else is ruled out. */
function flagDrafts(facts: FactSet, gateway: Target, inputs: Inputs | undefined): RowDraft[] {
  const flag = hiddenFlag(facts, gateway);
  if (!flag) return [];
  const kind = inputs ? serverMode(inputs).slot : 'token';
  const mark: Mark = { state: 'unreadable', kind, flags: [] };
  return [{ source: flag.source, target: gateway.id, mark, readers: own, reason: flag.reason }];
}

function sourceDrafts(
  credentials: CredentialSourceFacts,
  gateway: Target,
  inputs: Inputs | undefined,
): RowDraft[] {
  const slot = inputs ? serverMode(inputs).slot : 'token';
  const shown = credentials.sources.filter(
    (s) => s.mark.state !== 'unset' || (s.slot === slot && alwaysShown.includes(s.id)),
  );
  const rows = shown.map((source) => ({
    source: sourceText(source),
    target: gateway.id,
    mark: source.mark,
    readers: readersOf[source.id],
    ...(source.reason === undefined ? {} : { reason: source.reason }),
  }));
  // Without a unit the server's environment on disk is `.env` alone: an empty answer says nothing.
  const known = credentials.resolved.filter(
    (r) => r.environment !== 'service' || credentials.service || r.mark.state === 'set',
  );
  const resolved = known.map((item) => ({
    source: referenceText(item.ref, item.environment),
    target: gateway.id,
    mark: item.mark,
    readers: resolvers(item.slot, item.environment),
    ...(item.reason === undefined ? {} : { reason: item.reason }),
  }));
  return [...rows, ...resolved];
}

/** Who follows a reference: by the field that holds it, and by the environment that answers. */
function resolvers(
  slot: CredentialSourceFacts['resolved'][number]['slot'],
  environment: 'shell' | 'service' | 'any',
): string[] {
  if (slot === 'hooks-token') return readersOf.hooks;
  const named: readonly string[] = slot.startsWith('remote-') ? readersOf.remote : readersOf.config;
  if (environment === 'any') return [...named];
  return named.filter((reader) => (environment === 'service') === own.some((o) => o === reader));
}

function environDrafts(facts: FactSet, gateway: Target, inputs: Inputs | undefined): RowDraft[] {
  const process = facts.data('gateway.process', gateway.id);
  if (!process || process.found === 'none') return [];
  const { environment, pid } = process;
  const slot = inputs ? serverMode(inputs).slot : 'token';
  const base = { target: gateway.id, readers: [...own] };
  if (environment.state !== 'ok') {
    const reason = environment.reason ?? 'the environment of the process may not be read';
    const mark: Mark = { state: 'unreadable', kind: slot, flags: [] };
    return [{ ...base, source: environText(pid, variableOf[slot]), mark, reason }];
  }
  const held = (['token', 'password'] as const)
    .filter((s) => s === slot || environment[s].state !== 'unset')
    .map((s) => ({ ...base, source: environText(pid, variableOf[s]), mark: environment[s] }));
  const named = new Set<string>(Object.values(variableOf));
  const referenced = environment.referenced
    .filter((r) => !named.has(r.name))
    .map((r) => ({ ...base, source: environText(pid, r.name), mark: r.mark }));
  return [...held, ...referenced, ...inheritedDrafts(process, slot, gateway)];
}

/** A child's row tells something only where the process itself shows another value, or none. */
function inheritedDrafts(
  { children, environment }: GatewayProcessFacts,
  slot: Slot,
  gateway: Target,
): RowDraft[] {
  return (children ?? [])
    .filter((child) => child[slot].state === 'set' && child[slot].class !== environment[slot].class)
    .map((child) => ({
      source: environText(child.pid, variableOf[slot]),
      target: gateway.id,
      mark: child[slot],
      readers: ['agent'],
    }));
}

/** Only this host's own device: what it would send, and what the gateway has on record for it. */
function deviceDrafts(facts: FactSet, gateway: Target): RowDraft[] {
  const pairing = facts.data('gateway.pairing', gateway.id);
  if (!pairing) return [];
  const stored = pairing.deviceTokens.rows.map((row) => ({
    source: `${pairing.deviceTokens.source} ${row.role} ${row.deviceId.slice(0, 12)}`,
    target: gateway.id,
    mark: row.mark,
    kind: 'device-token',
    readers: ['local-cli'],
  }));
  const own = new Set([
    ...pairing.identity.rows.map((row) => row.deviceId),
    ...pairing.deviceTokens.rows.map((row) => row.deviceId),
  ]);
  const paired = pairing.paired.rows
    .filter((row) => own.has(row.deviceId))
    .flatMap((row) =>
      row.tokens.map((token) => ({
        source: `${pairing.paired.source} ${token.role} ${row.deviceId.slice(0, 12)}`,
        target: gateway.id,
        mark: token.mark,
        kind: 'device-token',
        readers: ['server'],
      })),
    );
  return [...stored, ...paired];
}
