import { stages } from '../model/observation.js';
import type { CheckEntry } from './catalogue.js';
import type { Page, PageOptions } from './page.js';
import { newPage } from './page.js';
import { asciiText } from './plain-text.js';
import { padTo } from './width.js';
import { hang } from './wrap.js';

/** The ordered list of checks, stage by stage: the id, and the healthy condition that it looks for. */
export function renderChecks(entries: readonly CheckEntry[], options: PageOptions): string {
  const page = newPage(options);
  const blocks = stages.flatMap((stage) => {
    const own = entries.filter((entry) => entry.stage === stage);
    return own.length === 0 ? [] : [[page.paint.bold(stage), ...rows(own, page)].join('\n')];
  });
  const hint = page.paint.dim('clawdoctor explain ID tells what a check means.');
  const text = `${[...blocks, hint].join('\n\n')}\n`;
  return options.unicode ? text : asciiText(text);
}

function rows(entries: readonly CheckEntry[], page: Page): string[] {
  const column = Math.max(...entries.map((entry) => entry.id.length)) + 2;
  return entries.flatMap(({ id, title }) =>
    page.narrow
      ? [`  ${id}`, ...hang('    ', title, page.width)]
      : hang(`  ${padTo(id, column)}`, title, page.width),
  );
}

/** What `checks --json` lists of each check. */
export function checkRow(entry: CheckEntry) {
  const { id, stage, per, title, about, falsePositives } = entry;
  const codes = Object.entries(entry.codes).map(([code, spec]) => ({
    code,
    outcome: spec.outcome,
    text: spec.text,
    next: [...(spec.next ?? [])],
  }));
  return { id, stage, per, title, about, codes, falsePositives };
}
