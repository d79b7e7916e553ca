import { subjectTarget } from '../model/finding.js';
import type { Remedy, RemedyEffect } from '../model/remedy.js';
import type { Report } from '../model/report.js';
import { commandLines } from './command-line.js';
import type { Page } from './page.js';
import { labelled } from './terminal-incident.js';
import { hang } from './wrap.js';

const effects: Record<RemedyEffect, { text: string; color: 'dim' | 'yellow' | 'red' }> = {
  none: { text: 'changes nothing', color: 'dim' },
  'edits-file': { text: 'edits a file', color: 'yellow' },
  'restarts-gateway': { text: 'restarts the gateway', color: 'yellow' },
  'restarts-proxy': { text: 'restarts the proxy', color: 'yellow' },
  'rotates-credential': { text: 'rotates a credential', color: 'red' },
  'grants-access': { text: 'grants access', color: 'red' },
};

/** What to do, in one order for all incidents; nothing of it has been done. */
export function planLines(report: Report, page: Page): string[] {
  if (report.plan.length === 0) return [];
  const { bold, dim } = page.paint;
  const intro = page.narrow ? [] : [dim('  in this order; clawdoctor itself changes nothing')];
  const steps = report.plan.map((remedy, i) => stepLines(remedy, i + 1, report, page));
  return [bold('WHAT TO DO'), ...intro, ...steps.flatMap((step) => ['', ...step])];
}

function stepLines(remedy: Remedy, number: number, report: Report, page: Page): string[] {
  const { bold, dim } = page.paint;
  const indent = page.narrow ? '   ' : '     ';
  const effect = effects[remedy.effect];
  const first = `${String(number).padStart(page.narrow ? 1 : 3)}  `;
  const [what = '', ...under] = hang(
    indent,
    [effect.text, ...context(remedy, report)].join(', '),
    page.width,
  );
  const paintEffect = page.paint[effect.color];
  return [
    ...hang(first, remedy.title, page.width).map(bold),
    indent + paintEffect(effect.text) + dim(what.slice(indent.length + effect.text.length)),
    ...under.map(dim),
    ...(remedy.command ? commandLines(remedy.command, indent, page.width) : []),
    ...labelled('why', remedy.why, page, indent),
    ...labelled('risk', remedy.risk, page, indent),
    ...labelled('undo', remedy.undo, page, indent),
    ...labelled('done when', remedy.postcondition, page, indent),
    ...verifyLines(remedy, page, indent),
  ];
}

/** Who does it, by which means, where, and for which incident. */
function context(remedy: Remedy, report: Report): string[] {
  const where = subjectTarget(remedy.subject);
  const who = remedy.actor === 'operator' ? 'by you' : `by the ${remedy.actor}`;
  const incidents = report.incidents.filter((i) => holds(i.remedies, remedy));
  const codes = [...new Set(incidents.map((i) => i.code))];
  return [
    remedy.command ? who : `${who}, by hand`,
    ...(where === 'host' ? [] : [where]),
    ...(codes.length > 0 ? [`for ${codes.join(' and ')}`] : []),
  ];
}

function verifyLines(remedy: Remedy, page: Page, indent: string): string[] {
  const { command, expect } = remedy.verify;
  const label = page.narrow ? `${indent}verify: ` : indent + 'verify'.padEnd(10);
  const at = page.narrow ? `${indent}  ` : ' '.repeat(label.length);
  // The last step of a plan is its own verification.
  if (command.join('\0') === remedy.command?.join('\0')) {
    return labelled('verify', `it says: ${expect}`, page, indent);
  }
  const [first = '', ...rest] = commandLines(command, at, page.width);
  return [
    ...(page.narrow
      ? [page.paint.dim(label.trimEnd()), first]
      : [page.paint.dim(label) + first.trimStart()]),
    ...rest,
    ...hang(at, `expect: ${expect}`, page.width, `${at}  `),
  ];
}

/** By id and subject: the plan merges equal steps of several incidents into one. */
function holds(remedies: readonly Remedy[], remedy: Remedy): boolean {
  return remedies.some((r) => r.id === remedy.id && r.subject === remedy.subject);
}
