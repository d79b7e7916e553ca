import type { Finding } from '../model/finding.js';
import { findingKey } from '../model/finding.js';
import { readerOfAs } from '../model/readers.js';
import type { CredentialRow, Report, ReportTarget, VersionRole } from '../model/report.js';
import type { Page } from './page.js';
import { signPaint, signText, spread } from './page.js';
import { hang } from './wrap.js';

/** Line 1 is the verdict; under it, what was looked at and what this reader will meet. */
export function verdictLines(report: Report, page: Page): string[] {
  const sign = signText(report.verdict, page);
  const paint = signPaint(report.verdict, page);
  const { bold, dim } = page.paint;
  const right = `exit ${report.exitCode}  ${seconds(report.run.durationMs)}`;
  const [first = '', ...rest] = hang(`${sign}  `, headline(report), page.width);
  const [top = '', ...under] =
    rest.length > 0 ? [first, ...rest, `  ${dim(right)}`] : spread(first, right, page, dim);
  // Who asks for a reader wants to know first what that reader will meet.
  const asked = !['', 'cli'].includes(report.run.as);
  const view = readerView(report).flatMap((line) => hang('  ', line, page.width));
  return [
    paint(bold(sign)) + top.slice(sign.length),
    ...under,
    ...(asked ? view : []),
    ...hang('  ', lookedAt(report), page.width).map(dim),
    ...(asked ? [] : view),
    ...reservations(report).flatMap((line) => hang('  ', line, page.width)),
  ];
}

/** The verdict in one clause, with numbers. */
export function headline(report: Report): string {
  const partial = report.run.interrupted ? 'interrupted, partial: ' : '';
  return partial + clause(report);
}

function clause(report: Report): string {
  const { incidents, verdict } = report;
  const problems = report.findings.filter((f) => isProblem(f, report));
  const fails = problems.filter((f) => f.outcome === 'fail');
  const warns = problems.filter((f) => f.outcome === 'warn');
  const explained = new Set(incidents.flatMap((i) => i.explains));
  const covered = problems.filter((f) => explained.has(findingKey(f)));
  const unknown = report.checks.filter((c) => c.outcome === 'unknown' && c.required).length;
  if (verdict === 'fail' || incidents.length > 0) {
    if (incidents.length === 0) return `${count(fails.length, 'failure')}, no known incident fits`;
    const verb = incidents.length === 1 ? 'explains' : 'explain';
    return `${count(incidents.length, 'incident')} ${verb} ${covered.length} of ${count(problems.length, 'finding')}`;
  }
  const passed = count(report.checks.filter((c) => c.outcome === 'pass').length, 'check');
  const passing = `${passed} ${passed.startsWith('1 ') ? 'passes' : 'pass'}`;
  if (verdict === 'inconclusive') {
    return `nothing failed, but ${count(unknown, 'required check')} could not be answered`;
  }
  if (verdict === 'warn') return `nothing failed, ${count(warns.length, 'warning')}; ${passing}`;
  const optional = report.checks.filter((c) => c.outcome === 'unknown').length;
  return optional > 0
    ? `${passing}, ${optional} optional unknown`
    : `${passing}, nothing is unknown`;
}

function isProblem(finding: Finding, report: Report): boolean {
  const bad = finding.outcome === 'fail' || finding.outcome === 'warn';
  return bad && !report.history.includes(findingKey(finding));
}

function lookedAt(report: Report): string {
  const primary = report.targets.find((t) => t.primary);
  const others = report.targets.filter((t) => t !== primary && t.kind !== 'host');
  const agents = others.filter((t) => t.kind === 'agent').length;
  const named = others.filter((t) => t.kind !== 'agent').map((t) => t.id);
  const { command, as } = report.run;
  return [
    ...(primary ? [primary.url ? `${primary.kind} ${primary.url}` : primary.id] : []),
    ...(primary ? versions(primary) : []),
    ...named,
    ...(agents > 0 ? [count(agents, 'agent')] : []),
    ...(['doctor', 'status', 'probes'].includes(command) ? [`${command} stage only`] : []),
    ...(as !== '' && as !== 'cli' ? [`as ${as}`] : []),
    'read-only',
  ].join(', ');
}

const roles = { server: 'server', cli: 'CLI', service: 'service' } as const;
const shownRoles: readonly (VersionRole & keyof typeof roles)[] = ['server', 'cli', 'service'];

function versions(target: ReportTarget): string[] {
  const known = shownRoles.flatMap((role) => {
    const set = target.versions[role];
    const version = set?.version ?? set?.lines.join(' or ');
    return version ? [{ role, version }] : [];
  });
  const [first] = known;
  if (!first) return [];
  if (known.every((k) => k.version === first.version)) return [`openclaw ${first.version}`];
  return known.map((k) => `${roles[k.role]} ${k.version}`);
}

/** What the reader of `--as` will send, and what the gateway is known to accept. */
function readerView(report: Report): string[] {
  const as = report.run.as || 'cli';
  const reader = readerOfAs[as];
  const primary = report.targets.find((t) => t.primary);
  const own = report.credentials.filter((row) => row.target === primary?.id);
  if (!reader) return elsewhere(as);
  const asked = as !== 'cli';
  const sent = own.find((row) => row.wins.includes(reader));
  const client = asked ? 'this client will send' : 'cli sends';
  const accepted = report.attempts.find(
    (a) => a.target === primary?.id && a.outcome === 'accepted' && a.credential !== 'none',
  );
  if (!sent) {
    const none = asked && own.some((row) => row.wins.length > 0);
    return none ? [`${as}: this client finds nothing to send, or it depends on its version`] : [];
  }
  const sends = `${asked ? `${as}: ` : ''}${client} ${sent.letter} (${sent.source})`;
  if (accepted) return [`${sends}; the gateway accepts ${accepted.credential}`];
  const refused = report.attempts.some(
    (a) => a.target === primary?.id && a.credential === sent.letter && a.outcome === 'refused',
  );
  if (refused) return [`${sends}; the gateway refuses it`];
  const predicted = serverRow(own);
  return predicted
    ? [`${sends}; by its files the gateway should accept ${predicted.letter} (${predicted.source})`]
    : [sends];
}

/** A sandbox has an environment of its own, which is not on this host. */
function elsewhere(as: string): string[] {
  const name = as.startsWith('sandbox:') ? as.slice('sandbox:'.length) : undefined;
  return name === undefined
    ? []
    : [`${as}: what it sends is inside the sandbox; --sandbox ${name} looks there`];
}

function serverRow(rows: readonly CredentialRow[]): CredentialRow | undefined {
  return rows.find((row) => row.wins.includes('server'));
}

function reservations(report: Report): string[] {
  const changed = report.run.changed.join(', ');
  const incomplete = report.stages.filter((s) => !s.complete).map((s) => s.stage);
  return [
    ...(changed ? [`changed while looking: ${changed}`] : []),
    ...(incomplete.length > 0
      ? [`not everything could be looked at in time: ${incomplete.join(', ')}`]
      : []),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}
