import { UserError } from '../model/errors.js';
import type { Report } from '../model/report.js';
import type { TerminalOptions } from './terminal.js';
import { renderTerminal } from './terminal.js';

/** An archived report.json as a page. Throws a UserError for a text that is no report. */
export function renderStored(text: string, options: TerminalOptions): string {
  try {
    const report = JSON.parse(text) as Report | { schemaVersion?: unknown };
    if (report.schemaVersion === 1) return renderTerminal(report as Report, options);
  } catch {
    // Somebody else may have written it; whatever is wrong with it, it is no report of ours.
  }
  throw new UserError('report.json of that run is not a report that this version can show');
}
