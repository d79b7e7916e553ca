import type { CodeSpec } from '../model/check.js';
import type { CheckEntry, IncidentEntry, RefusalEntry } from './catalogue.js';
import { checkRow } from './checks.js';
import { commandLines } from './command-line.js';
import type { Page, PageOptions } from './page.js';
import { newPage, signPaint, signText } from './page.js';
import { asciiText } from './plain-text.js';
import { refusalPage, refusalRow } from './refusals.js';
import { section } from './section.js';
import { hang } from './wrap.js';

/** What a name or a text stands for: found by src/commandline/look-up.ts. */
export type Explanation =
  | { kind: 'check'; check: CheckEntry }
  | { kind: 'code'; check: CheckEntry; code: string; spec: CodeSpec }
  | { kind: 'incident'; incident: IncidentEntry; matched?: string }
  | { kind: 'refusal'; refusal: RefusalEntry };

/** What `explain --json` lists of each. */
export function explanationRow(one: Explanation) {
  if (one.kind === 'incident') {
    const { code, name, title, symptoms, about } = one.incident;
    return { kind: one.kind, code, name, title, symptoms: [...symptoms], about };
  }
  if (one.kind === 'refusal') return { kind: one.kind, ...refusalRow(one.refusal) };
  if (one.kind === 'check') return { kind: one.kind, ...checkRow(one.check) };
  const { check, code, spec } = one;
  const { outcome, text, next = [] } = spec;
  const { about, falsePositives } = check;
  return {
    kind: one.kind,
    check: check.id,
    code,
    outcome,
    text,
    next: [...next],
    about,
    falsePositives,
  };
}

/** Each explanation as a page of its own, in the order given. */
export function renderExplanations(found: readonly Explanation[], options: PageOptions): string {
  const page = newPage(options);
  const text = `${found.map((one) => explanationLines(one, page).join('\n')).join('\n\n')}\n`;
  return options.unicode ? text : asciiText(text);
}

function explanationLines(one: Explanation, page: Page): string[] {
  if (one.kind === 'incident') return incidentPage(one.incident, one.matched, page);
  if (one.kind === 'refusal') return refusalPage(one.refusal, page);
  return one.kind === 'check' ? checkPage(one.check, page) : codePage(one, page);
}

function incidentPage(incident: IncidentEntry, matched: string | undefined, page: Page): string[] {
  const { bold, red, dim } = page.paint;
  return [
    `${red(bold(incident.code))}  ${bold(incident.name)}`,
    ...(matched ? hang('  ', `found by: "${matched}"`, page.width).map(dim) : []),
    ...hang('  ', incident.title, page.width),
    '',
    ...hang('  ', incident.about, page.width),
    ...section(
      'Users see',
      incident.symptoms.map((text) => `"${text}"`),
      page,
    ),
    '',
    dim('  To find out whether this is it:'),
    ...commandLines(['clawdoctor', 'run'], '  ', page.width),
  ];
}

function checkPage(check: CheckEntry, page: Page): string[] {
  const { bold, dim } = page.paint;
  const codes = Object.entries(check.codes);
  return [
    `${bold(check.id)}  ${dim(`${check.stage} stage, once per ${check.per === 'run' ? 'host' : check.per}`)}`,
    ...hang('  ', `Well when: ${check.title}.`, page.width),
    '',
    ...hang('  ', check.about, page.width),
    ...(check.falsePositives ? section('May be harmless', [check.falsePositives], page) : []),
    '',
    bold('  Findings'),
    ...codes.flatMap(([code, spec]) => codeLines(code, spec, page)),
    '',
    dim('  To run it alone:'),
    ...commandLines(['clawdoctor', 'run', '--only', check.id], '  ', page.width),
  ];
}

function codeLines(code: string, spec: CodeSpec, page: Page): string[] {
  const paint = signPaint(spec.outcome, page);
  return [
    `    ${paint(signText(spec.outcome, page))}  ${code}`,
    ...hang('      ', spec.text, page.width),
  ];
}

function codePage(one: Extract<Explanation, { kind: 'code' }>, page: Page): string[] {
  const { check, code, spec } = one;
  const { bold, dim } = page.paint;
  return [
    `${bold(`${check.id} ${code}`)}  ${signPaint(spec.outcome, page)(signText(spec.outcome, page))}`,
    ...hang('  ', spec.text, page.width),
    '',
    ...hang('  ', check.about, page.width),
    ...(check.falsePositives ? section('May be harmless', [check.falsePositives], page) : []),
    ...((spec.next?.length ?? 0) > 0 ? section('Steps', spec.next ?? [], page) : []),
    '',
    dim('  With this host’s own values, as a plan:'),
    ...commandLines(['clawdoctor', 'run', '--only', check.id], '  ', page.width),
  ];
}
