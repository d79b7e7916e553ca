import type { FactSet } from '../../model/fact-set.js';
import type { Mark } from '../../model/mark.js';
import type { CredentialRow } from '../../model/report.js';
import type { Target } from '../../model/target.js';
import type { RowDraft } from './credential-drafts.js';
import { gatewayDrafts } from './credential-drafts.js';
import type { Taken } from './credential-winners.js';
import { winsOf } from './credential-winners.js';
import { environText } from './precedence-rules.js';

/**
 * Every place that holds a shared secret, gateways first and then proxies, with letters in row order:
 * equal letters are equal values as used. Readers that take a row are under `wins`.
 */
export function credentialRows(facts: FactSet): CredentialRow[] {
  const drafts = allDrafts(facts);
  const letter = lettersOf(drafts);
  const wins = new Map<string, Taken[]>();
  for (const gateway of facts.targetsOf('gateway')) winsOf(facts, gateway, wins);
  return drafts.map((draft) => {
    const taken = wins.get(`${draft.target} ${draft.source}`) ?? [];
    return rowOf(draft, taken, letter);
  });
}

function rowOf(
  draft: RowDraft,
  taken: readonly Taken[],
  letter: (valueClass: number | undefined) => string,
): CredentialRow {
  return {
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
    wins: draft.wins ?? taken.map(({ reader }) => reader),
    ...(taken.length > 0 && !draft.wins ? { rules: [...taken] } : {}),
    ...reasonOf(draft),
  };
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
