import type { FindingKey } from '../model/finding.js';
import { findingKey } from '../model/finding.js';
import type { Report } from '../model/report.js';
import type { Page, PageOptions } from './page.js';
import { newPage } from './page.js';
import { asciiText, mapTexts, onlyOwnControls, plainText } from './plain-text.js';
import { checkLines } from './terminal-checks.js';
import { findingBlocks } from './terminal-findings.js';
import { footerLines } from './terminal-footer.js';
import { incidentLines } from './terminal-incident.js';
import { planLines } from './terminal-plan.js';
import { verboseTables } from './terminal-tables.js';
import { verdictLines } from './terminal-verdict.js';
import { hang } from './wrap.js';

export interface TerminalOptions extends PageOptions {
  /** Stands above everything else, framed: `lab run` says that this is not the operator's host. */
  banner?: string;
  /** Where the archive is, or why there is none; left out when nothing was to be archived. */
  evidence?: string;
}

/**
 * The report for people: verdict, incidents, the plan, then what no incident explains. Passes are
 * counted, not listed. Nothing in the report can reach the terminal as a control sequence.
 */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const filter = options.unicode ? plainText : (text: string) => asciiText(plainText(text));
  const safe = mapTexts(report, filter);
  const page = newPage(options);
  const explained = new Set<FindingKey>(safe.incidents.flatMap((i) => i.explains));
  const blocks: string[][] = [
    ...(options.banner ? [bannerLines(filter(options.banner), page)] : []),
    verdictLines(safe, page),
    ...safe.incidents.map((incident) => incidentLines(incident, safe, page)),
    planLines(safe, page),
    ...findingBlocks(open(safe, explained), safe, page),
    ...(page.verbose ? [checkLines(safe, page), ...verboseTables(safe, page)] : []),
    footerLines(safe, page, options.evidence && filter(options.evidence)),
  ];
  const text = blocks
    .filter((block) => block.length > 0)
    .map((block) => block.map((line) => line.trimEnd()).join('\n'))
    .join('\n\n');
  const whole = onlyOwnControls(`${text}\n`);
  return options.unicode ? whole : asciiText(whole);
}

/** Findings that somebody has to look at: in no incident, and not overtaken by a change. */
function open(report: Report, explained: ReadonlySet<FindingKey>): Report['findings'] {
  const history = new Set(report.history);
  return report.findings.filter((finding) => {
    const key = findingKey(finding);
    return !explained.has(key) && !history.has(key);
  });
}

function bannerLines(banner: string, page: Page): string[] {
  const rule = (page.unicode ? '━' : '=').repeat(page.width);
  const { bold, yellow } = page.paint;
  const text = banner
    .split(' | ')
    .flatMap((line) => hang('', line, page.width, '  '))
    .map((line) => bold(yellow(line)));
  return [yellow(rule), ...text, yellow(rule)];
}
