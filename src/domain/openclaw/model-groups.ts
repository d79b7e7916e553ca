import type { Params } from '../../model/finding.js';
import { byCodeUnit } from '../../model/json.js';
import type { Line } from '../../model/target.js';
import { isSelfHosted } from './locality.js';
import type { Candidate, LinePath, PathReport } from './model-report.js';
import { isCloudLike, isUnusable } from './model-report.js';
import { authorityText } from './url.js';

/** What the possible lines say of one path: the same, or not. */
export type Agreement = 'usable' | 'unusable' | 'unknown' | 'depends';

/** Paths of one agent that share a provider and a verdict: one finding. */
export interface PathGroup {
  agent: string;
  provider: string;
  agreement: Agreement;
  /** The candidate on the first line where it is not usable, else on the first line. */
  candidate: Candidate;
  models: string[];
  paths: string[];
  roles: string[];
  /** Lines on which it is not usable; every judged line when it is. */
  lines: Line[];
  /** A cloud model that would answer if there is one, else what would. */
  answers?: Candidate;
  subagents: boolean;
}

/** The primaries of all paths, grouped by agent, provider and verdict. */
export function primaryGroups(reports: readonly PathReport[]): PathGroup[] {
  return collect(
    reports.flatMap((report) => {
      const lines = report.lines.filter((l) => l.primary !== undefined);
      const candidates = lines.map((l) => ({ line: l.line, candidate: l.primary }));
      return judged(report, lines, candidates);
    }),
  );
}

/** The fallbacks of all paths, grouped likewise. */
export function fallbackGroups(reports: readonly PathReport[]): PathGroup[] {
  return collect(
    reports.flatMap((report) => {
      const texts = new Set(report.lines.flatMap((l) => l.fallbacks.map((c) => c.ref.text)));
      return [...texts].flatMap((text) => {
        const lines = report.lines.filter((l) => l.fallbacks.some((c) => c.ref.text === text));
        const candidates = lines.map((l) => ({
          line: l.line,
          candidate: l.fallbacks.find((c) => c.ref.text === text),
        }));
        return judged(report, lines, candidates);
      });
    }),
  );
}

/** Not usable because of what stands, or does not stand, in place of the key (profiles/markers). */
export function isAboutKeys(group: PathGroup): boolean {
  if (group.agreement !== 'unusable' && group.agreement !== 'depends') return false;
  const { credential, locality, entry } = group.candidate;
  if (credential.outcome === 'unusable-marker') return true;
  return credential.outcome === 'missing' && entry !== undefined && isSelfHosted(locality);
}

/** What every finding about a group says; typed plain values, no secret. */
export function groupParams(group: PathGroup): Params {
  const { candidate, answers } = group;
  const url =
    candidate.entry?.models.find((m) => m.id === candidate.ref.model)?.baseUrl ??
    candidate.entry?.baseUrl;
  const marker = candidate.credential.marker;
  return {
    agent: group.agent,
    path: group.paths[0] ?? '',
    paths: group.paths,
    roles: group.roles,
    model: group.models[0] ?? candidate.ref.text,
    models: group.models,
    provider: group.provider,
    host: url ? authorityText(url) : 'its default address',
    locality: candidate.locality,
    lines: group.lines,
    credential: candidate.credential.outcome,
    reason: candidate.credential.reason,
    subagents: group.subagents,
    answers: answers ? answers.ref.text : 'nothing',
    answersWhere: answers ? whereOf(answers) : 'nothing',
    ...(marker === undefined ? {} : { marker }),
    ...(candidate.credential.profile === undefined
      ? {}
      : { profile: candidate.credential.profile }),
    ...(candidate.credential.untilMs === undefined
      ? {}
      : { untilMs: candidate.credential.untilMs }),
  };
}

function whereOf(candidate: Candidate): string {
  if (isSelfHosted(candidate.locality)) return 'self-hosted';
  return candidate.locality === 'cloud' ? 'cloud' : 'unknown';
}

function judged(
  report: PathReport,
  lines: readonly LinePath[],
  candidates: readonly { line: Line; candidate: Candidate | undefined }[],
): PathGroup[] {
  const known = candidates.filter(
    (c): c is { line: Line; candidate: Candidate } => c.candidate !== undefined,
  );
  const bad = known.filter((c) => isUnusable(c.candidate));
  const unsure = known.filter((c) => c.candidate.credential.outcome === 'unknown');
  const shown = bad[0] ?? unsure[0] ?? known[0];
  if (!shown) return [];
  const answers = lines
    .filter((l) => bad.length === 0 || bad.some((b) => b.line === l.line))
    .map((l) => l.answers)
    .filter((a): a is Candidate => a !== undefined);
  const answer = answers.find((a) => isCloudLike(a.locality)) ?? answers[0];
  return [
    {
      agent: report.agent,
      provider: shown.candidate.ref.provider,
      agreement: agree(known.length, bad.length, unsure.length),
      candidate: shown.candidate,
      models: [shown.candidate.ref.text],
      paths: [report.path],
      roles: [report.role],
      lines: (bad.length > 0 ? bad : known).map((c) => c.line),
      subagents: lines.some((l) => l.chain.subagents),
      ...(answer ? { answers: answer } : {}),
    },
  ];
}

function agree(all: number, bad: number, unsure: number): Agreement {
  if (bad === all) return 'unusable';
  if (bad > 0) return 'depends';
  return unsure > 0 ? 'unknown' : 'usable';
}

function collect(groups: readonly PathGroup[]): PathGroup[] {
  const byKey = new Map<string, PathGroup>();
  for (const group of groups) {
    const outcome = group.candidate.credential.outcome;
    const where = isSelfHosted(group.candidate.locality) ? 'own' : 'other';
    const key = [group.agent, group.provider, group.agreement, outcome, where].join('\n');
    const first = byKey.get(key);
    byKey.set(key, first ? joined(first, group) : group);
  }
  return [...byKey.values()];
}

function joined(a: PathGroup, b: PathGroup): PathGroup {
  const both = [a.answers, b.answers].filter((c): c is Candidate => c !== undefined);
  const answers = both.find((c) => isCloudLike(c.locality)) ?? both[0];
  return {
    ...a,
    models: union(a.models, b.models),
    paths: union(a.paths, b.paths),
    roles: union(a.roles, b.roles),
    lines: union(a.lines, b.lines).sort(byCodeUnit),
    subagents: a.subagents || b.subagents,
    ...(answers ? { answers } : {}),
  };
}

function union<T extends string>(a: readonly T[], b: readonly T[]): T[] {
  return [...new Set([...a, ...b])];
}
