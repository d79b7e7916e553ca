import { expect, it } from 'vitest';
import check from '../../checks/status/storm-restarts.js';
import type { Boot } from '../../src/model/facts-boots.js';
import type { LogFacts, LogRefusal } from '../../src/model/facts-logs.js';
import { describeCheck, elsewhereHost, situation } from './check-table.js';
import { type Change, judgeOne, nowMs } from './facts-builder.js';

const minute = 60_000;
/** So many boots, `apart` ms from each other, the last `ago` ms ago. */
const boots = (count: number, apart: number, ago: number, more: Partial<Boot> = {}): Boot[] =>
  Array.from({ length: count }, (_, i) => ({
    startedAtMs: nowMs - ago - (count - 1 - i) * apart,
    completedAtMs: nowMs - ago - (count - 1 - i) * apart + 1000,
    outcome: 'startup_failed' as const,
    crashLoop: false,
    ...more,
  }));
const record =
  (rows: Boot[]): Change =>
  (s) => {
    s.data['gateway.boots'].boots = rows;
    s.data['gateway.boots'].table = { state: 'ok' };
  };
const emptyLog: LogFacts = {
  files: [],
  sinceMs: 0,
  lines: { total: 0, matched: 0, broken: 0 },
  ports: [],
  refusals: [],
  lifecycle: [],
  reloads: [],
  upgrades: [],
  headers: [],
  accepted: [],
  approvals: [],
};
const log =
  (change: (facts: LogFacts) => void): Change =>
  (s) => {
    const facts = structuredClone(emptyLog);
    change(facts);
    s.data['gateway.logs'] = facts;
  };
const unreadLog = (state: 'ok' | 'error' | 'not-a-file'): Change =>
  log((facts) => {
    facts.files = [{ file: { path: '~/l.log', state }, from: 0, bytes: 0 }];
  });
const blind: Change = (s) => {
  delete s.data['gateway.process'].startedAtMs;
};
type Event = LogFacts['lifecycle'][number];
const events = (make: (i: number) => Event[], count: number, ports: number[] = []): Change =>
  log((facts) => {
    facts.ports = ports;
    facts.lifecycle = Array.from({ length: count }, (_, i) => make(i)).flat();
  });
const at = (i: number): number => nowMs - 12 * minute + i * minute;
const portInUse = (i: number): Event[] => [
  { event: 'failed', atMs: at(i), port: 18789 },
  { event: 'port-in-use', atMs: at(i) + 200, port: 18789 },
];
const startOnly = (i: number): Event[] => [{ event: 'starting', atMs: at(i) }];
const young: Change = (s) => {
  s.data['gateway.process'].startedAtMs = nowMs - minute;
};
const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };
const refusal = (timesMs: number[], more: Partial<LogRefusal> = {}): LogRefusal => ({
  cause: 'unauthorized',
  client: 'openclaw-ios',
  mode: 'ui',
  port: 18789,
  remote: 'loopback',
  own: false,
  count: timesMs.length,
  firstMs: timesMs[0] ?? 0,
  lastMs: timesMs.at(-1) ?? 0,
  timesMs,
  ...more,
});
const refused = (times: number[], more: Partial<LogRefusal> = {}): Change =>
  log((facts) => {
    facts.refusals = [refusal(times, more)];
  });
const every = (ms: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => nowMs - minute - (count - 1 - i) * ms);
const backOff = [0, 1, 3, 7, 15, 31, 63].map((s) => nowMs - 2 * minute + s * 1000);

describeCheck(check, [
  ['no start on record', '2026.5', () => {}, ['calm']],
  ['five failed starts in a row', '2026.9', record(boots(5, minute, 1000)), ['storm']],
  ['four', '2026.9', record(boots(4, minute, 1000)), ['calm']],
  ['spread over a day', '2026.9', record(boots(12, 2 * 60 * minute, 1000)), ['calm']],
  ['over since a quarter of an hour', '2026.9', record(boots(9, 10_000, 16 * minute)), ['calm']],
  [
    'killed each time',
    '2026.9',
    record(
      boots(6, minute, 1000, {}).map(({ startedAtMs }) => ({ startedAtMs, crashLoop: false })),
    ),
    ['storm'],
  ],
  [
    'restarts that edits of the config have asked for',
    '2026.5',
    record(boots(8, minute, 1000, { outcome: 'planned_restart' })),
    ['calm'],
  ],
  [
    'OpenClaw says so itself',
    '2026.9',
    record(boots(3, minute, 1000, { crashLoop: true })),
    ['storm'],
  ],
  [
    'OpenClaw says that this is over',
    '2026.9',
    record([
      ...boots(3, minute, 2 * minute, { crashLoop: true }),
      { startedAtMs: nowMs - minute, crashLoop: false, recovered: true },
    ]),
    ['calm'],
  ],
  [
    'failure bundles',
    '2026.5',
    (s) => {
      s.data['gateway.boots'].bundles = boots(5, minute, 1000).map((b) => ({
        atMs: b.startedAtMs,
        pid: 7,
        reason: 'gateway.startup_failed',
      }));
    },
    ['storm'],
  ],
  ['the port is in use, by the log', '2026.5', events(portInUse, 6, [18789]), ['storm']],
  [
    'the port of another gateway is in use, by the shared log',
    '2026.5',
    events((i) => portInUse(i).map((e) => ({ ...e, port: 19001 })), 9, [19001]),
    ['calm'],
  ],
  [
    'starts without a port, one gateway alone',
    '2026.5',
    both(young, events(startOnly, 11)),
    ['storm'],
  ],
  [
    'the same beside another gateway',
    '2026.5',
    both(young, events(startOnly, 11, [18789, 19001])),
    ['calm'],
  ],
  ['the same while ours has been up for an hour', '2026.5', events(startOnly, 9), ['calm']],
  [
    'the same on 2026.9, whose own record knows one',
    '2026.9',
    both(young, events(startOnly, 9), record(boots(1, 1, minute))),
    ['calm'],
  ],
  [
    'a config that forbids the start on 2026.9, which leaves no record of it',
    '2026.9',
    both(
      young,
      events((i) => [{ event: 'blocked', atMs: at(i) }], 9),
    ),
    ['storm'],
  ],
  [
    'restarts in process after edits',
    '2026.5',
    both(
      young,
      events((i) => [{ event: 'restarting', atMs: at(i) }, ...startOnly(i)], 9),
    ),
    ['calm'],
  ],
  ['a client on a timer', '2026.5', refused(every(5000, 8)), ['calm', 'fixed-interval-retries']],
  ['a client that backs off', '2026.5', refused(backOff), ['calm']],
  ['our own probes', '2026.5', refused(every(5000, 8), { own: true }), ['calm']],
  ['a client of another gateway', '2026.5', refused(every(5000, 8), { port: 19001 }), ['calm']],
  [
    'a timer that has stopped long ago',
    '2026.5',
    refused(every(5000, 8).map((t) => t - 30 * minute)),
    ['calm'],
  ],
  [
    'nothing that could be read',
    '2026.5',
    (s) => {
      s.failed['gateway.boots'] = { state: 'denied', reason: 'EACCES' };
    },
    ['not-determined'],
  ],
  [
    'nothing that could be read',
    '2026.5',
    both(blind, unreadLog('not-a-file')),
    ['not-determined'],
  ],
  ['an empty log, and no record', '2026.5', both(blind, unreadLog('ok')), ['calm']],
  ['a log that was not read, and a process that stays up', '2026.5', unreadLog('error'), ['calm']],
  elsewhereHost,
]);

it('says how the starts ended and what the supervisor does', () => {
  const facts = situation('2026.9', (s) => {
    const rows = boots(6, minute, 1000);
    for (const row of rows.slice(0, 2)) delete row.outcome;
    for (const row of rows.slice(0, 2)) delete row.completedAtMs;
    record(rows)(s);
    s.data['gateway.credentials'].service = {
      supervisor: 'systemd-user',
      unit: 'openclaw-gateway.service',
      path: '~/x',
      environmentFiles: [],
      policy: { restart: 'always', delayMs: 5000, preventExitStatus: [] },
    };
  });
  const [finding] = judgeOne(check, facts);
  expect(finding?.params).toMatchObject({ starts: 6, failures: 4, kills: 2 });
  expect(finding?.text).toContain('4 ended by themselves, 2 were killed');
  expect(finding?.text).toContain('openclaw-gateway.service says Restart=always, 5 s apart');
});

const wellStarted = record(
  boots(5, 2 * minute, minute, { outcome: 'clean_stop' as Boot['outcome'] }),
);
it.each<[string, Change, string]>([
  ['by hand', () => {}, 'calm'],
  [
    'by its supervisor',
    (s) => {
      s.data['gateway.process'].environment.supervisor = 'systemd';
    },
    'storm',
  ],
  [
    'by hand, with refusals between',
    log((facts) => {
      facts.refusals = [refusal([nowMs - minute])];
    }),
    'storm',
  ],
])('five good starts %s', (_what, change, code) => {
  expect(judgeOne(check, situation('2026.9', both(wellStarted, change)))[0]?.code).toBe(code);
});
