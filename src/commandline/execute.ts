import { hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { Diagnosis } from '../diagnose.js';
import type { Identity } from '../evidence/anonymise.js';
import { anonymise, anonymisePlace } from '../evidence/anonymise.js';
import { archiveRun } from '../evidence/archive.js';
import { evidenceDirectory } from '../evidence/evidence-directory.js';
import { ownText } from '../evidence/own-text.js';
import { recordedFields } from '../evidence/recorded-fields.js';
import type { LeakHit } from '../evidence/scanner.js';
import { Scanner } from '../evidence/scanner.js';
import { errorCode } from '../model/errors.js';
import { stages } from '../model/observation.js';
import type { DiagnoseOptions, HostAccess } from '../model/observer.js';
import type { ExitCode, Report } from '../model/report.js';
import { leakDocument, renderErrorJson, renderLeak } from '../render/errors.js';
import { renderJson } from '../render/json.js';
import { renderTerminal } from '../render/terminal.js';
import { endEarlyInterrupt } from './early-interrupt.js';
import { startProgress } from './progress.js';
import { pageOptions, styleOf, write } from './terminal.js';

export interface Invocation {
  options: DiagnoseOptions;
  host: HostAccess;
  json: boolean;
  verbose: boolean;
  anonymize: boolean;
  /** Where to archive; undefined: nowhere. `explicit` makes an unusable one a usage error. */
  evidence: { dir: string; explicit: boolean } | undefined;
  banner?: string;
  /** Default: the process ends at once. */
  onSecondInterrupt?: () => void;
}

/** Honest about a flag that nothing answers yet: no check of this version goes through openshell. */
const sandboxNotice =
  'clawdoctor: --sandbox is recorded, but no check asks inside a sandbox yet; sandbox gateways that run on this host are diagnosed as gateways\n';

/** Diagnoses, archives, prints; the exit code is the report's, or 4 when the scan refused. */
export async function execute(invocation: Invocation): Promise<ExitCode> {
  const { evidence, host } = invocation;
  if (evidence?.explicit) await evidenceDirectory(evidence.dir, host.uid);
  if (invocation.options.sandbox.length > 0) await write('stderr', sandboxNotice);
  const { report, observations, needles } = await observe(invocation);
  const scanner = new Scanner({ needles, ownText, recorded: recordedFields(observations) });
  const reportText = renderJson(report);
  const first = [
    ...scanner.scan('report.json', reportText),
    ...scanner.scan('stdout', textOf(invocation, report, reportText, undefined)),
  ];
  if (first.length > 0) return refuse(report, first, invocation);
  const kept = await keep(invocation, { report, reportText, observations, scanner });
  if (Array.isArray(kept)) return refuse(report, kept, invocation);
  const text = textOf(invocation, report, reportText, kept);
  const last = scanner.scan('stdout', text);
  if (last.length > 0) return refuse(report, last, invocation);
  await write('stdout', text);
  if (invocation.json && kept && scanner.scan('stderr', kept).length === 0) {
    await write('stderr', `clawdoctor: evidence ${kept}\n`);
  }
  return report.exitCode;
}

/** The diagnosis, with progress on stderr; the first Ctrl-C ends it early, the second at once. */
async function observe({
  options,
  host,
  verbose,
  anonymize,
  onSecondInterrupt,
}: Invocation): Promise<Diagnosis> {
  const { diagnose, judgeAgain } = await import('../diagnose.js');
  const interrupt = new AbortController();
  const onSigint = (): void => {
    // The listener has to stay: without one, listr2's dependencies end the process at the signal.
    if (interrupt.signal.aborted) {
      if (onSecondInterrupt) {
        onSecondInterrupt();
        return;
      }
      process.removeAllListeners('SIGINT');
      process.kill(process.pid, 'SIGINT');
    }
    interrupt.abort();
  };
  endEarlyInterrupt();
  process.on('SIGINT', onSigint);
  const { live, color } = styleOf('stderr');
  const last = stages.indexOf(options.single ?? options.through);
  const progress = await startProgress({
    // listr2 repaints only where stdout is a terminal too.
    live: live && process.stdout.isTTY,
    color,
    lines: verbose || process.stderr.isTTY,
    stages: stages.slice(0, last + 1),
  });
  try {
    const diagnosis = await diagnose(options, host, {
      onEvent: (event) => progress.onEvent(event),
      signal: interrupt.signal,
    });
    if (!anonymize) return diagnosis;
    // Judged again, so that the report is what a replay of its own archive prints.
    const observations = anonymise(diagnosis.observations, identityOf(options, host));
    return { ...diagnosis, observations, report: judgeAgain(observations) };
  } finally {
    await progress.stop();
    process.removeListener('SIGINT', onSigint);
  }
}

/** Archives; gives the place, or a sentence why there is none, or the hits of the scan. */
async function keep(
  { evidence, host, options, anonymize }: Invocation,
  run: Pick<Diagnosis, 'report' | 'observations'> & { reportText: string; scanner: Scanner },
): Promise<string | undefined | LeakHit[]> {
  if (!evidence) return undefined;
  if (run.report.run.interrupted) return 'none: interrupted';
  try {
    const now = Date.parse(run.report.run.startedAt);
    const done = await archiveRun({ ...run, dir: evidence.dir, now, uid: host.uid });
    if ('refused' in done) return done.refused;
    return anonymize
      ? anonymisePlace(done.archive, identityOf(options, host))
      : tilde(done.archive, options.home ?? host.home);
  } catch (error) {
    return `none: the archive could not be written (${errorCode(error)})`;
  }
}

function textOf(
  { json, verbose, banner }: Invocation,
  report: Report,
  reportText: string,
  evidence: string | undefined,
): string {
  if (json) return reportText;
  return renderTerminal(report, {
    ...pageOptions(verbose),
    ...(banner ? { banner } : {}),
    ...(evidence ? { evidence } : {}),
  });
}

/** What may still be said: ids and codes, which are our own words. */
async function refuse(report: Report, hits: LeakHit[], { json }: Invocation): Promise<ExitCode> {
  const places = [...new Set(hits.map((hit) => `${hit.where} (${hit.kind}, ${hit.form})`))];
  const document = leakDocument(report, `a secret would have left in ${places.join(', ')}`);
  await write('stdout', json ? renderErrorJson(document) : renderLeak(document));
  return 4;
}

function tilde(path: string, home: string): string {
  return path.startsWith(join(home, '/')) ? `~/${path.slice(join(home, '/').length)}` : path;
}

function identityOf(options: DiagnoseOptions, host: HostAccess): Identity {
  const homes = [options.home ?? host.home, host.home].map((home) => resolve(home));
  return { homes, user: userName(host), host: hostname() };
}

function userName(host: HostAccess): string {
  try {
    return userInfo().username;
  } catch {
    return host.env.USER ?? '';
  }
}
