import type { ExitCode, Report } from '../model/report.js';
import { asciiText, plainText } from './plain-text.js';

/** `usage`: the operator can act on it. `internal`: ours. `leak`: the scan refused the output. */
export type ErrorKind = 'usage' | 'internal' | 'leak';

export interface ErrorDocument {
  schemaVersion: 1;
  error: { kind: ErrorKind; message: string; suggestions: string[] };
  exitCode: ExitCode;
}

export function errorDocument(
  kind: ErrorKind,
  message: string,
  suggestions: readonly string[],
): ErrorDocument {
  return {
    schemaVersion: 1,
    error: { kind, message: plainText(message), suggestions: suggestions.map(plainText) },
    exitCode: kind === 'leak' ? 4 : 2,
  };
}

export function renderErrorJson(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

/** One sentence, and what may have been meant. */
export function renderError({ error }: ErrorDocument, unicode: boolean): string {
  const hints = error.suggestions.map((text) => `  ${text}\n`).join('');
  const text = `clawdoctor: ${error.message}\n${hints}`;
  return unicode ? text : asciiText(text);
}

/** What is left of a report that may not leave: ids and codes, all of them our own words. */
export function leakDocument(report: Report, message: string) {
  return {
    ...errorDocument('leak', message, [
      'report this: clawdoctor read a secret and nearly showed it',
    ]),
    verdict: report.verdict,
    incidents: report.incidents.map(({ code, confidence }) => ({ code, confidence })),
    checks: report.checks.map(({ id, outcome }) => ({ id, outcome })),
    findings: report.findings
      .filter((f) => f.outcome === 'fail' || f.outcome === 'warn')
      .map(({ check, code, outcome }) => ({ check, code, outcome })),
  };
}

/** The same for people. */
export function renderLeak(document: ReturnType<typeof leakDocument>): string {
  const lines = [
    `REFUSED  ${document.error.message}`,
    'Nothing was archived. What is known, by ids and codes alone:',
    '',
    ...document.incidents.map(({ code, confidence }) => `  ${code}  ${confidence}`),
    ...document.findings.map(({ check, code, outcome }) => `  ${outcome}  ${check} ${code}`),
    ...(document.findings.length === 0 ? [`  ${document.verdict}`] : []),
    '',
    ...document.error.suggestions,
  ];
  return `${lines.join('\n')}\n`;
}
