import type { RefusalEntry } from './catalogue.js';
import { commandLines } from './command-line.js';
import type { Page } from './page.js';
import { section } from './section.js';
import { hang } from './wrap.js';

/** What `explain --json` lists of a refusal. */
export function refusalRow({
  code,
  layer,
  means,
  notMeans,
  next,
  lines,
  logged,
  texts,
}: RefusalEntry) {
  return {
    code,
    layer,
    means,
    ...(notMeans === undefined ? {} : { notMeans }),
    next: [...next],
    lines: [...lines],
    logged: [...(logged ?? [])],
    texts: [...texts],
  };
}

/** A refusal of the handshake as a page of `explain`. */
export function refusalPage(refusal: RefusalEntry, page: Page): string[] {
  const { bold, dim } = page.paint;
  const { code, layer, means, notMeans, next, lines, logged = [], texts } = refusal;
  return [
    `${bold(nameOf(code))}  ${dim(`how a gateway refuses a connect: ${layer}`)}`,
    ...hang('  ', `${means.charAt(0).toUpperCase()}${means.slice(1)}.`, page.width),
    ...section('It does not mean', notMeans === undefined ? [] : [`${notMeans}.`], page),
    ...section(
      'Clients say',
      texts.map((text) => `"${text}"`),
      page,
    ),
    ...section('In the log of the gateway', logged.slice(0, 5), page),
    ...section('Said by', [lines.join(', ')], page),
    ...section('Steps', next, page),
    '',
    dim('  With this host’s own values, as a plan:'),
    ...commandLines(['clawdoctor', 'run'], '  ', page.width),
  ];
}

/** `PAIRING_REQUIRED (scope-upgrade)`, `close code 1008`. */
export function nameOf(code: string): string {
  const [name = '', reason] = code.split('/');
  if (reason !== undefined) return `${name} (${reason})`;
  return code.replace(/^close /, 'close code ').replace(/^error /, '');
}
