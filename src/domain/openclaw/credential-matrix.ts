import type { FactSet } from '../../model/fact-set.js';
import type { CredentialSource, CredentialSourceFacts } from '../../model/facts-gateway.js';
import type { Mark } from '../../model/mark.js';
import type { CredentialRow } from '../../model/report.js';
import type { Target } from '../../model/target.js';
import type { Reader } from './precedence.js';
import { winners } from './precedence.js';
import type { Inputs } from './precedence-rules.js';
import {
  environText,
  inputsOf,
  referenceText,
  serverMode,
  sourceText,
  variableOf,
} from './precedence-rules.js';

interface RowDraft {
  source: string;
  target: string;
  mark: Mark;
  readers: string[];
  /** Readers that take nothing else; a gateway's rows get theirs from the rules of precedence. */
  wins?: string[];
  reason?: string;
  kind?: string;
}

const readersOf: Record<CredentialSource['id'], Reader[] | string[]> = {
  config: ['server', 'local-cli', 'http-client', 'node-host', 'inner-client'],
  'last-good': [],
  shell: ['local-cli', 'node-host', 'remote-client'],
  dotenv: ['server', 'local-cli', 'node-host', 'inner-client', 'remote-client'],
  'service-env': ['server', 'inner-client'],
  'service-file': ['server', 'inner-client'],
  remote: ['remote-client', 'local-cli'],
  hooks: ['webhooks'],
};

/** Sources that the table shows even when they are unset: the reader looks for them first there. */
const alwaysShown: readonly string[] = ['config', 'shell', 'dotenv'];

/**
 * Every place that holds a shared secret, gateways first and then proxies, with letters in row order:
 * equal letters are equal values as used. Readers that take a row are under `wins`.
 */
export function credentialRows(facts: FactSet): CredentialRow[] {
  const drafts = allDrafts(facts);
  const letter = lettersOf(drafts);
  const wins = new Map<string, string[]>();
  for (const gateway of facts.targetsOf('gateway')) collectWins(facts, gateway, wins);
  return drafts.map((draft) => ({
    source: draft.source,
    target: draft.target,
    kind: draft.kind ?? draft.mark.kind,
    state: draft.mark.state,
    letter: letterOfMark(draft.mark, letter),
    ...(draft.mark.shape ? { shape: draft.mark.shape } : {}),
    flags: draft.mark.flags,
    ...(draft.mark.fingerprint ? { fingerprint: draft.mark.fingerprint } : {}),
    ...(draft.mark.caseFingerprint ? { caseFingerprint: draft.mark.caseFingerprint } : {}),
    readers: draft.readers,
    wins: draft.wins ?? wins.get(`${draft.target} ${draft.source}`) ?? [],
    ...reasonOf(draft),
  }));
}

/** The letter of an equality class in this report; `?` for a class that no row holds. */
export function letters(facts: FactSet): (valueClass: number | undefined) => string {
  return lettersOf(allDrafts(facts));
}

/** A, B ... Z, AA, AB ...: the letter of the nth value, from 0. */
export function letterOf(rank: number): string {
  const last = String.fromCharCode(65 + (rank % 26));
  return rank < 26 ? last : letterOf(Math.floor(rank / 26) - 1) + last;
}

function lettersOf(drafts: readonly RowDraft[]): (valueClass: number | undefined) => string {
  const given = new Map<number, string>();
  for (const { mark } of drafts) {
    if (mark.state !== 'set' || mark.class === undefined || given.has(mark.class)) continue;
    given.set(mark.class, letterOf(given.size));
  }
  return (valueClass) => (valueClass === undefined ? '?' : (given.get(valueClass) ?? '?'));
}

function letterOfMark(mark: Mark, letter: (valueClass: number | undefined) => string): string {
  if (mark.state === 'unset') return '-';
  if (mark.state === 'blank') return '""';
  return mark.state === 'set' ? letter(mark.class) : '?';
}

function reasonOf(draft: RowDraft): { reason?: string } {
  const { state } = draft.mark;
  if (state !== 'unreadable' && state !== 'unresolved-ref') return {};
  const usual = state === 'unreadable' ? 'it may not be read' : 'the reference has no value here';
  return { reason: draft.reason ?? usual };
}

function allDrafts(facts: FactSet): RowDraft[] {
  return [
    ...facts.targetsOf('gateway').flatMap((gateway) => gatewayDrafts(facts, gateway)),
    ...facts.targetsOf('proxy').flatMap((proxy) => proxyDrafts(facts, proxy)),
  ];
}

function gatewayDrafts(facts: FactSet, gateway: Target): RowDraft[] {
  const inputs = inputsOf(facts, gateway);
  const credentials = facts.data('gateway.credentials', gateway.id);
  const rows = credentials ? sourceDrafts(credentials, gateway, inputs) : [];
  return [...rows, ...environDrafts(facts, gateway, inputs), ...deviceDrafts(facts, gateway)];
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
    readers:
      item.environment === 'shell'
        ? ['local-cli', 'node-host']
        : item.environment === 'service'
          ? ['server', 'inner-client']
          : ['server', 'local-cli', 'node-host', 'inner-client'],
    ...(item.reason === undefined ? {} : { reason: item.reason }),
  }));
  return [...rows, ...resolved];
}

function environDrafts(facts: FactSet, gateway: Target, inputs: Inputs | undefined): RowDraft[] {
  const process = facts.data('gateway.process', gateway.id);
  if (!process || process.found === 'none') return [];
  const { environment, pid } = process;
  const slot = inputs ? serverMode(inputs).slot : 'token';
  const base = { target: gateway.id, readers: ['server', 'inner-client'] };
  if (environment.state !== 'ok') {
    const reason = environment.reason ?? 'the environment of the process may not be read';
    const mark: Mark = { state: 'unreadable', kind: slot, flags: [] };
    return [{ ...base, source: environText(pid, variableOf[slot]), mark, reason }];
  }
  const own = (['token', 'password'] as const)
    .filter((s) => s === slot || environment[s].state !== 'unset')
    .map((s) => ({ ...base, source: environText(pid, variableOf[s]), mark: environment[s] }));
  const named = new Set<string>(Object.values(variableOf));
  const referenced = environment.referenced
    .filter((r) => !named.has(r.name))
    .map((r) => ({ ...base, source: environText(pid, r.name), mark: r.mark }));
  return [...own, ...referenced];
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

function proxyDrafts(facts: FactSet, proxy: Target): RowDraft[] {
  const files = facts.data('proxy.files', proxy.id);
  const process = facts.data('proxy.process', proxy.id);
  const rows: RowDraft[] = [];
  if (files) {
    rows.push({
      source: files.token.path,
      target: proxy.id,
      mark: files.mark,
      readers: ['nemoclaw'],
      wins: ['nemoclaw'],
      ...(files.token.reason === undefined ? {} : { reason: files.token.reason }),
    });
  }
  if (process && process.found !== 'none') {
    const reason = process.environment.reason;
    rows.push({
      source: environText(process.pid, 'OLLAMA_PROXY_TOKEN'),
      target: proxy.id,
      mark: process.token,
      readers: ['proxy'],
      wins: ['proxy'],
      ...(reason === undefined ? {} : { reason }),
    });
  }
  return rows;
}

function collectWins(facts: FactSet, gateway: Target, wins: Map<string, string[]>): void {
  const remote = facts.data('gateway.config', gateway.id)?.mode === 'remote';
  const readers: Reader[] = ['server', remote ? 'remote-client' : 'local-cli', 'inner-client'];
  for (const reader of readers) {
    const { all } = winners(reader, facts, gateway);
    const sources = new Set(all.map((w) => (w.outcome === 'value' ? w.source : undefined)));
    for (const { outcome, source, line } of all) {
      if (outcome !== 'value' || source === undefined) continue;
      const label = sources.size === 1 ? reader : `${reader} (${line})`;
      const key = `${gateway.id} ${source}`;
      const known = wins.get(key) ?? [];
      if (!known.includes(label)) wins.set(key, [...known, label]);
    }
  }
}
