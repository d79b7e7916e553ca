import { Ajv2020 } from 'ajv/dist/2020.js';
import { checks } from '../../checks/index.js';
import type { AnyCheck } from '../../src/model/check.js';
import { FactSet } from '../../src/model/fact-set.js';
import type { ObservationId } from '../../src/model/facts.js';
import type { Finding } from '../../src/model/finding.js';
import { findingKey, subjectTarget } from '../../src/model/finding.js';
import type { Observation } from '../../src/model/observation.js';
import type { Report } from '../../src/model/report.js';
import { reportSchema } from '../../src/model/report-schema.js';

const validate = new Ajv2020({ strict: false, allErrors: true }).compile(reportSchema);

/** What has to hold for the report of any observations whatever; empty when it does. */
export function broken(observations: readonly Observation[], report: Report): string[] {
  const faults: string[] = [];
  if (!validate(report)) {
    const first = validate.errors?.[0];
    faults.push(`schema: ${first?.instancePath} ${first?.message}`);
  }
  const facts = new FactSet(observations);
  for (const finding of report.findings) {
    const check = checks.find((one) => one.id === finding.check);
    if (!check) {
      faults.push(`${finding.check} is not a check`);
      continue;
    }
    const name = findingKey(finding);
    if (finding.code === 'crashed') faults.push(`${name}: ${finding.text}`);
    if (/\bundefined\b|\bNaN\b|\[object /.test(finding.text)) {
      faults.push(`${name} says: ${finding.text}`);
    }
    if (isVerdict(finding) && unreadable(check, facts, finding)) {
      faults.push(`${name} is a ${finding.outcome} though what it rests on could not be read`);
    }
    const loud = finding.outcome === 'fail' || finding.outcome === 'warn';
    if (loud && finding.next.length === 0) faults.push(`${name} has no next step`);
  }
  const planned = new Set(report.findings.map((finding) => finding.check));
  for (const { id } of checks) if (!planned.has(id)) faults.push(`${id} has disappeared`);
  for (const incident of report.incidents) {
    const explained = report.findings.filter((f) => incident.explains.includes(findingKey(f)));
    const fails = explained.some((f) => f.outcome === 'fail');
    if (incident.confidence !== 'possible' && !fails) {
      faults.push(`${incident.code} is ${incident.confidence} and explains no failure`);
    }
  }
  return faults;
}

function isVerdict({ outcome }: Finding): boolean {
  return outcome === 'pass' || outcome === 'fail';
}

/**
 * A needed observation was not read, or not one of those that the check looks at was. That a thing
 * is absent has been seen: a check may pass for that.
 */
function unreadable(check: AnyCheck, all: FactSet, finding: Finding): boolean {
  const facts = all.upTo(check.stage);
  const subject = facts.target(subjectTarget(finding.subject));
  if (!subject) return false;
  const stateOf = (id: ObservationId): string | undefined =>
    facts.observation(id, facts.relatedTarget(id, subject))?.state;
  if (!check.needs.every((id) => stateOf(id) === 'ok')) return true;
  const looked = [...check.needs, ...(check.uses ?? [])].filter((id) => id !== 'run');
  const seen = (id: ObservationId): boolean => ['ok', 'absent'].includes(stateOf(id) ?? '');
  return looked.length > 0 && !looked.some(seen);
}

/** Every check whose findings may change when this observation does: by itself, or by a blocker. */
export function dependents(id: ObservationId): ReadonlySet<string> {
  const found = new Set<string>();
  for (const check of checks) {
    const reads = [...check.needs, ...(check.uses ?? [])].includes(id);
    const blocked = check.blockedBy?.some((by) => found.has(by.check)) ?? false;
    // Discovery and the run itself are part of every judgement; agents and models may be cut.
    const always = id === 'run' || id === 'host.discovery';
    if (reads || blocked || always) found.add(check.id);
  }
  return found;
}

/** The findings of the checks that do not depend on this observation. */
export function independent(report: Report, id: ObservationId): Finding[] {
  const may = dependents(id);
  return report.findings.filter((finding) => !may.has(finding.check));
}
