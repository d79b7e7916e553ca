import { elapsed } from '../../src/domain/elapsed.js';
import { lastEffectiveChange } from '../../src/domain/openclaw/effective-change.js';
import { alternations, refusalGroups } from '../../src/domain/openclaw/log-groups.js';
import { defineCheck } from '../../src/model/check.js';
import type { LogFacts } from '../../src/model/facts-logs.js';
import { anotherHost, isElsewhere } from '../another-host.js';

/** More groups than these are counted, not listed. */
const mostListed = 20;

export default defineCheck({
  id: 'logs/auth-failures',
  stage: 'status',
  per: 'gateway',
  title: 'no client has been refused since the last change',
  about:
    "Reads the gateway's log of the last day for refused connects and groups them by client and cause. It knows clients that clawdoctor cannot see otherwise; but a log tells the past, so that a refusal from before the last edit, start or approval is history, and what the gateway answers now outranks it. HTTP requests that were refused are not logged by any known version.",
  falsePositives:
    'A client that was given a wrong secret a moment ago and has been corrected since: OpenClaw does not log that it was accepted, so the refusal counts for an hour, a lone one for 10 minutes.',
  needs: ['gateway.logs'],
  uses: ['gateway.config', 'gateway.credentials', 'gateway.pairing', 'gateway.process'],
  optional: true,
  codes: {
    'no-refusals': {
      outcome: 'pass',
      text: 'the log of the last {reach} names no refused connect; first accepted client after the start: {firstAccepted}',
    },
    'none-now': {
      outcome: 'pass',
      text: 'no client is being refused: what the log of the last {reach} names is over; first accepted client after the start: {firstAccepted}',
    },
    'another-host': anotherHost,
    'no-log': {
      outcome: 'skip',
      skipReason: 'not-applicable',
      text: 'this gateway has written no log in the last {reach}',
    },
    'not-read': {
      outcome: 'unknown',
      text: 'the log was not read: {file} ({why}); a log that can be read would tell who has been refused',
      next: ['run-as-owner'],
    },
    'partly-read': {
      outcome: 'unknown',
      text: 'the log was read for the last {reach} only, and not all of it: {file} ({why})',
      next: ['look-again'],
    },
    'future-lines': {
      outcome: 'pass',
      text: 'lines of the log that are dated in the future and were left out: {count}; the clock of this host was ahead when they were written',
    },
    'before-change': {
      outcome: 'pass',
      history: true,
      text: '{client} ({mode}) was refused {times}, the last {age} ago ({refusal}); that was before {change}',
    },
    'accepted-since': {
      outcome: 'pass',
      history: true,
      text: '{client} ({mode}) was refused {times}, the last {age} ago ({refusal}), and has been accepted since',
    },
    'long-ago': {
      outcome: 'pass',
      text: '{client} ({mode}) was refused {times} since the last change, but not for {age} ({refusal})',
    },
    refused: {
      outcome: 'warn',
      text: '{client} ({mode}) was refused {times} on port {port} since the last change, the last {age} ago: {means} ({refusal})',
      next: ['look-again'],
    },
    alternating: {
      outcome: 'warn',
      text: '{client} ({mode}) is accepted and refused in turns ({turns} times, the last refusal {age} ago): two places hold different secrets for it ({refusal})',
      next: ['unify-token-sources'],
    },
    'more-clients': {
      outcome: 'pass',
      text: '{count} more clients and causes of refusals are in the log',
    },
  },
  judge(at) {
    if (isElsewhere(at.subject)) return [at.found('another-host')];
    const logs = at.get('gateway.logs');
    const { nowMs } = at.run;
    const reach = elapsed(nowMs - logs.sinceMs);
    if (logs.files.length === 0) return [at.found('no-log', { reach })];
    const gap = gapOf(logs);
    if (gap && logs.files.every(({ file }) => file.state !== 'ok')) {
      return [at.found('not-read', gap)];
    }
    const { future = 0 } = logs.lines;
    const notes = [
      ...(gap ? [at.found('partly-read', { ...gap, reach })] : []),
      ...(future > 0 ? [at.found('future-lines', { count: future })] : []),
    ];
    const change = lastEffectiveChange(at.facts, at.subject);
    const groups = refusalGroups(logs, change, nowMs);
    const firstAccepted = firstAcceptedText(logs, at.look('gateway.process')?.data?.startedAtMs);
    if (groups.length === 0) {
      return gap ? notes : [at.found('no-refusals', { reach, firstAccepted }), ...notes];
    }
    const found = groups.slice(0, mostListed).map((group) => {
      const turns = alternations(group, logs);
      const over = group.age === 'before-change' || group.age === 'long-ago';
      const code =
        turns >= 2 && !over && group.code.startsWith('AUTH_')
          ? ('alternating' as const)
          : group.age === 'now'
            ? ('refused' as const)
            : group.age;
      const count = over || code === 'accepted-since' ? group.count : group.countSince;
      const params = {
        client: group.client,
        mode: group.mode,
        refusal: group.code,
        means: group.means,
        count,
        times: count === 1 ? 'once' : `${count} times`,
        port: at.subject.port ?? 0,
        age: elapsed(nowMs - group.lastMs),
        change: change?.what ?? '',
        turns,
        firstMs: group.firstMs,
        lastMs: group.lastMs,
      };
      const subject = `${at.subject.id}#${group.client}/${group.mode}/${group.code}`;
      const next = code === 'refused' && group.next.length > 0 ? { next: group.next } : {};
      return at.found(code, params, { subject, ...next });
    });
    const rest = groups.length - mostListed;
    if (rest > 0) found.push(at.found('more-clients', { count: rest }));
    if (!gap && found.every(({ code }) => code !== 'refused' && code !== 'alternating')) {
      found.unshift(at.found('none-now', { reach, firstAccepted }));
    }
    return [...found, ...notes];
  },
});

/** The first file that could not be read, or not to where the window begins. */
function gapOf(logs: LogFacts): { file: string; why: string; more: number } | undefined {
  const gaps = logs.files.filter(({ file, cut }) => file.state !== 'ok' || cut);
  const [first] = gaps;
  if (!first) return undefined;
  const { file, cut } = first;
  const why = cut ? 'it is too long for one run' : (file.reason ?? file.state);
  return { file: file.path, why, more: gaps.length - 1 };
}

/** What the log tells of it: a silent approval or the web chat; other connects are not logged. */
function firstAcceptedText(logs: LogFacts, startedAtMs: number | undefined): string {
  if (startedAtMs === undefined) return 'not known';
  const times = [
    ...logs.accepted.flatMap((row) => row.timesMs),
    ...logs.approvals.filter((row) => row.silent).map((row) => row.atMs),
  ].filter((atMs) => atMs >= startedAtMs);
  return times.length === 0 ? 'not logged' : `${elapsed(Math.min(...times) - startedAtMs)} later`;
}
