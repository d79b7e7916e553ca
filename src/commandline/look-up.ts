import { UserError } from '../model/errors.js';
import { stages } from '../model/observation.js';
import type { CheckEntry, IncidentEntry, RefusalEntry } from '../render/catalogue.js';
import type { Explanation } from '../render/explain.js';
import { nearest } from './nearest.js';

export interface Catalogue {
  checks: readonly CheckEntry[];
  incidents: readonly IncidentEntry[];
  refusals: readonly RefusalEntry[];
}

/**
 * What a query stands for: an incident code (`CLAW-101`, `101`), a check id, `CHECK CODE` or
 * `CHECK#CODE`, a finding code of any check, an area or a stage, an incident's name, a code with
 * which a gateway refuses a connect (`AUTH_TOKEN_MISMATCH`, `1008`), or a text that users see. Throws
 * a UserError with the nearest names when it is none of these.
 */
export function lookUp(query: string, { checks, incidents, refusals }: Catalogue): Explanation[] {
  const wanted = query.trim().replace(/\s+/g, ' ');
  const lower = wanted.toLowerCase();
  const code = /^(?:claw-)?(\d{3})$/.exec(lower)?.[1];
  const incident = incidents.find(
    (i) => i.code === `CLAW-${code}` || i.name.toLowerCase() === lower,
  );
  if (incident) return [{ kind: 'incident', incident }];
  const byName = checkNamed(wanted, checks);
  if (byName.length > 0) return byName;
  const bySymptom = incidents.flatMap((i): Explanation[] => {
    const matched = i.symptoms.find((symptom) => says(symptom.toLowerCase(), lower));
    return matched ? [{ kind: 'incident', incident: i, matched }] : [];
  });
  const refused = refusalsFor(lower, refusals);
  if (refused.length + bySymptom.length > 0) return [...refused, ...bySymptom];
  const known = [
    ...checks.map((c) => c.id),
    ...incidents.flatMap((i) => [i.code, i.name]),
    ...refusals.map((r) => r.code),
  ];
  throw new UserError(
    `nothing here is called, or says, "${wanted.slice(0, 80)}"`,
    nearest(wanted, known).map((name) => `clawdoctor explain ${quoted(name)}`),
  );
}

function checkNamed(wanted: string, checks: readonly CheckEntry[]): Explanation[] {
  const [id = '', code] = wanted.split(/[ #]/);
  const check = checks.find((c) => c.id === id);
  if (check && code === undefined) return [{ kind: 'check', check }];
  if (check && code !== undefined) {
    const spec = Object.hasOwn(check.codes, code) ? check.codes[code] : undefined;
    if (spec) return [{ kind: 'code', check, code, spec }];
    const near = nearest(code, Object.keys(check.codes));
    throw new UserError(
      `${id} has no finding "${code}"`,
      near.map((name) => `clawdoctor explain ${id} ${name}`),
    );
  }
  const withCode = checks.flatMap((c): Explanation[] => {
    const spec = Object.hasOwn(c.codes, wanted) ? c.codes[wanted] : undefined;
    return spec ? [{ kind: 'code', check: c, code: wanted, spec }] : [];
  });
  if (withCode.length > 0) return withCode;
  const inArea = checks.filter((c) => c.id.startsWith(`${wanted}/`) || isStage(wanted, c));
  return inArea.map((c): Explanation => ({ kind: 'check', check: c }));
}

/**
 * Rows that the query names by their code (all kinds of PAIRING_REQUIRED for that), by the reason
 * in the gateway's log or by the longest of the texts in it; else those whose text holds the query.
 */
function refusalsFor(lower: string, refusals: readonly RefusalEntry[]): Explanation[] {
  const named = (row: RefusalEntry): boolean => {
    const code = row.code.toLowerCase();
    return (
      code === lower ||
      code.startsWith(`${lower}/`) ||
      code === `close ${lower}` ||
      (/^[a-z]+_[a-z_]+$|^close \d{4}$/.test(code) && words(lower).includes(code)) ||
      (row.logged ?? []).includes(lower)
    );
  };
  const explained = (rows: readonly RefusalEntry[]) =>
    rows.map((refusal): Explanation => ({ kind: 'refusal', refusal }));
  const exact = refusals.filter((row) => row.code.toLowerCase() === lower && lower.includes('/'));
  if (exact.length > 0) return explained(exact);
  const byName = refusals.filter(named);
  if (byName.length > 0 || lower.length < 3) return explained(byName);
  const lengths = refusals.map((row) =>
    Math.max(0, ...row.texts.filter((text) => lower.includes(text)).map((text) => text.length)),
  );
  const longest = Math.max(0, ...lengths);
  if (longest > 0) return explained(refusals.filter((_, i) => lengths[i] === longest));
  return explained(refusals.filter((row) => row.texts.some((text) => text.includes(lower))));
}

function words(text: string): string[] {
  return text.split(/[^a-z_]+/);
}

function isStage(wanted: string, check: CheckEntry): boolean {
  return stages.some((stage) => stage === wanted) && check.stage === wanted;
}

/** Either way round: people paste a whole log line, or remember two words of it. */
function says(symptom: string, query: string): boolean {
  return query.length >= 3 && (symptom.includes(query) || query.includes(symptom));
}

function quoted(name: string): string {
  return name.includes(' ') ? `"${name}"` : name;
}
