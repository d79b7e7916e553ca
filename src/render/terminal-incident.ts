import { subjectTarget } from '../model/finding.js';
import type { Confidence, Incident, Report } from '../model/report.js';
import type { Page } from './page.js';
import { spread } from './page.js';
import { credentialLines } from './terminal-credentials.js';
import { hang } from './wrap.js';

const sureness: Record<Confidence, 'red' | 'yellow' | 'dim'> = {
  sure: 'red',
  likely: 'yellow',
  possible: 'dim',
};

/** Areas whose incidents are about who holds which secret: they show the letters. */
const aboutSecrets = [
  'token/',
  'proxy/',
  'pairing/',
  'probe/',
  'sandbox/gateways',
  'config/duplicates',
];

/** One named cause: what happened, the letters, and what speaks for and against it. */
export function incidentLines(incident: Incident, report: Report, page: Page): string[] {
  const { bold, dim, red } = page.paint;
  const [top = '', ...rest] = hang(`${incident.code}  `, incident.name, page.width);
  const head = rest.length > 0 ? [top, ...rest] : [top];
  const last = head.pop() ?? '';
  const spreadLines = spread(
    last,
    incident.confidence,
    page,
    page.paint[sureness[incident.confidence]],
  );
  const [first = '', ...others] = [...head, ...spreadLines];
  const checks = [...new Set(incident.explains.map((key) => key.split(' ')[0] ?? key))];
  const explains = page.verbose ? incident.explains : checks;
  return [
    red(bold(incident.code)) + bold(first.slice(incident.code.length)),
    ...others,
    ...hang('  ', `${incident.subject}: ${incident.title}`, page.width).map(dim),
    '',
    ...incident.story.flatMap((sentence) => hang('  ', sentence, page.width)),
    ...withBlank(credentialTable(incident, report, page)),
    '',
    ...labelled('explains', explains.join(', '), page),
    ...(page.verbose ? incident.for.flatMap((text) => labelled('for', text, page)) : []),
    ...incident.against.flatMap((text) => labelled('against', text, page)),
  ];
}

function credentialTable(incident: Incident, report: Report, page: Page): string[] {
  const touches = incident.explains.some((key) =>
    aboutSecrets.some((area) => key.startsWith(area)),
  );
  if (!touches) return [];
  const target = subjectTarget(incident.subject);
  const rows = report.credentials.filter((row) => row.target === target);
  return credentialLines(rows, page, report.run.as);
}

/** `  label     text`, or `  label: text` on a narrow page. */
export function labelled(label: string, text: string, page: Page, indent = '  '): string[] {
  if (text === '') return [];
  const { dim } = page.paint;
  const first = page.narrow ? `${indent}${label}: ` : indent + label.padEnd(10);
  const under = page.narrow ? `${indent}  ` : undefined;
  const [line = '', ...rest] = hang(first, text, page.width, under);
  return [dim(first) + line.slice(first.length), ...rest];
}

function withBlank(lines: string[]): string[] {
  return lines.length > 0 ? ['', ...lines] : [];
}
