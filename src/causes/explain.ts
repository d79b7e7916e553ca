import { letters } from '../domain/openclaw/credential-matrix.js';
import type { Explain } from '../model/explanation.js';
import type { FactSet } from '../model/fact-set.js';
import type { Finding, FindingKey } from '../model/finding.js';
import { findingKey, subjectTarget } from '../model/finding.js';
import type { Remedy } from '../model/remedy.js';
import type { Incident } from '../model/report.js';
import type { IncidentMatch, IncidentRule } from './incident.js';
import { incidentRules } from './incidents/index.js';
import { distinct, mergePlan } from './plan.js';
import { buildRemedy } from './remedies/index.js';

/**
 * Which cause explains which findings. Rules are asked in rank order; a finding belongs to the
 * first that claims it, and a rule that comes too late is listed under `against`.
 */
export const explain: Explain = (input) => explainBy(incidentRules, input);

/** The same by other rules, such as all but one. */
export function explainBy(
  rules: readonly IncidentRule[],
  { facts, findings, credentials }: Parameters<Explain>[0],
): ReturnType<Explain> {
  const input = { facts, findings, credentials, letter: letters(facts) };
  const claimed = new Map<FindingKey, Incident>();
  const incidents: Incident[] = [];
  for (const rule of rules) {
    for (const match of rule.match(input)) {
      if (isExcluded(rule, match, incidents, facts)) continue;
      const free = match.explains.filter((f) => !claimed.has(findingKey(f)));
      if (!explainsEnough(match, free)) {
        yieldTo(rule, match, claimed);
        continue;
      }
      const incident = toIncident(rule, match, free, facts);
      for (const finding of free) claimed.set(findingKey(finding), incident);
      incidents.push(incident);
    }
  }
  const unexplained = findings.filter((f) => f.outcome === 'fail' && !claimed.has(findingKey(f)));
  const loose = unexplained.flatMap((finding) =>
    finding.next.slice(0, 1).map((id) => buildRemedy(id, { facts, finding })),
  );
  // Once the reason is gone, somebody still has to start it: no supervisor tries again (exit 78).
  const starts = findings
    .filter((f) => f.code === 'nothing-listens' && f.next.includes('start-gateway'))
    .map((finding) => buildRemedy('start-gateway', { facts, finding }));
  return {
    incidents,
    plan: mergePlan([...incidents.flatMap((i) => i.remedies), ...loose, ...starts]),
    history: [],
  };
}

/** sure and likely rest on a failure; possible may rest on a warning or an unknown. */
function explainsEnough(match: IncidentMatch, free: readonly Finding[]): boolean {
  return match.confidence === 'possible'
    ? free.length > 0
    : free.some((finding) => finding.outcome === 'fail');
}

function isExcluded(
  rule: IncidentRule,
  match: IncidentMatch,
  earlier: readonly Incident[],
  facts: FactSet,
): boolean {
  return earlier.some(
    (incident) =>
      rule.notWhen.includes(incident.code) &&
      ownerOf(incident.subject, facts) === ownerOf(match.subject, facts),
  );
}

/** The gateway of an agent, else the target itself. */
function ownerOf(subject: string, facts: FactSet): string {
  const id = subjectTarget(subject);
  return facts.target(id)?.parent ?? id;
}

function yieldTo(
  rule: IncidentRule,
  match: IncidentMatch,
  claimed: ReadonlyMap<FindingKey, Incident>,
): void {
  const winners = match.explains
    .map((finding) => claimed.get(findingKey(finding)))
    .filter((incident) => incident !== undefined);
  for (const winner of new Set(winners)) {
    winner.against.push(
      `${rule.code} (${rule.name}) would explain some of this too, at lower rank`,
    );
  }
}

function toIncident(
  rule: IncidentRule,
  match: IncidentMatch,
  explained: readonly Finding[],
  facts: FactSet,
): Incident {
  const remedies: Remedy[] = match.remedies.map(({ id, finding }) =>
    buildRemedy(id, { facts, finding }),
  );
  return {
    code: rule.code,
    name: rule.name,
    title: rule.title,
    subject: match.subject,
    confidence: match.confidence,
    story: match.story,
    explains: explained.map(findingKey),
    for: match.for,
    against: match.against,
    remedies: distinct(remedies),
  };
}
