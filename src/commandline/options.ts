import { resolve } from 'node:path';
import { UserError } from '../model/errors.js';
import type { Stage } from '../model/observation.js';
import { stages } from '../model/observation.js';
import type { DiagnoseOptions } from '../model/observer.js';
import { readerOfAs } from '../model/readers.js';
import { parseBudget } from './duration.js';
import { parseSelectors } from './selectors.js';

/** The flags of a diagnosis as oclif hands them over; what a command does not have is undefined. */
export interface DiagnosisFlags {
  json?: boolean;
  format?: string;
  verbose?: boolean;
  'fail-on'?: string;
  budget?: string;
  'evidence-dir'?: string | undefined;
  'no-evidence'?: boolean;
  home?: string | undefined;
  'state-dir'?: string | undefined;
  config?: string | undefined;
  url?: string | undefined;
  sandbox?: string[] | undefined;
  as?: string;
  only?: string[] | undefined;
  skip?: string[] | undefined;
  external?: boolean;
  'case-key'?: string | undefined;
  anonymize?: boolean;
  through?: string;
  'stop-on-fail'?: boolean;
}

/** Validated options; throws a UserError for anything that would not do what its writer meant. */
export function diagnoseOptions(
  command: string,
  flags: DiagnosisFlags,
  at: { cwd: string; checkIds: readonly string[]; single?: Stage },
): DiagnoseOptions {
  const path = (text: string | undefined): string | undefined => text && resolve(at.cwd, text);
  const home = path(flags.home);
  const stateDir = path(flags['state-dir']);
  const config = path(flags.config);
  const caseKey = path(flags['case-key']);
  return {
    command,
    ...(home ? { home } : {}),
    ...(stateDir ? { stateDir } : {}),
    ...(config ? { config } : {}),
    ...(flags.url === undefined ? {} : { url: checkedUrl(flags.url) }),
    ...(caseKey ? { caseKey } : {}),
    ...(at.single ? { single: at.single } : {}),
    sandbox: flags.sandbox ?? [],
    through: at.single ?? stages.find((stage) => stage === flags.through) ?? 'probes',
    stopOnFail: flags['stop-on-fail'] ?? false,
    only: parseSelectors('--only', flags.only ?? [], at.checkIds),
    skip: parseSelectors('--skip', flags.skip ?? [], at.checkIds),
    budgetMs: parseBudget(flags.budget ?? '20s'),
    failOn: flags['fail-on'] === 'warn' ? 'warn' : 'fail',
    external: flags.external ?? false,
    as: checkedReader(flags.as ?? 'cli'),
  };
}

/** A URL on a command line is seen by every local user: one that carries a secret is refused. */
function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^(wss?|https?):$/.test(url.protocol) || url.hostname === '') {
    throw new UserError('--url takes a ws, wss, http or https address', [
      '--url ws://127.0.0.1:18789',
    ]);
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new UserError('--url must not carry a user, a query or a fragment: leave the secret out');
  }
  return text;
}

function checkedReader(text: string): string {
  if (Object.hasOwn(readerOfAs, text) || /^sandbox:[A-Za-z0-9][\w.-]{0,62}$/.test(text))
    return text;
  throw new UserError(`--as takes ${Object.keys(readerOfAs).join(', ')} or sandbox:NAME`);
}
