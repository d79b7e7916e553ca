import check from '../../checks/status/token-applied.js';
import type { ReloadEvent } from '../../src/model/facts-logs.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import { type Change, file, nowMs, put, set, source, unset } from './facts-builder.js';

const startedAtMs = nowMs - 3_600_000;
const edited =
  (afterMs: number, mode = 'off'): Change =>
  (s) => {
    s.data['gateway.config'].reloadMode = mode;
    s.data['gateway.config'].file = file('~/.openclaw/openclaw.json', {
      mtimeMs: startedAtMs + afterMs,
    });
  };
const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };
const applied =
  (equal: boolean): Change =>
  (s) => {
    s.data['gateway.state'].appliedEqualsFile = equal;
  };
const managed: Change = (s) => {
  s.data['gateway.credentials'].service = {
    supervisor: 'systemd-user',
    unit: 'openclaw-gateway.service',
    path: '~/x',
    environmentFiles: [],
  };
  s.data['gateway.process'].environment.supervisor = 'systemd';
};

const reloads =
  (...events: [ReloadEvent, number][]): Change =>
  (s) => {
    s.data['gateway.logs'] = {
      files: [],
      sinceMs: 0,
      lines: { total: 0, matched: 0, broken: 0 },
      ports: [],
      refusals: [],
      lifecycle: [],
      reloads: events.map(([event, agoMs]) => ({
        event,
        atMs: nowMs - agoMs,
        paths: ['gateway.auth.token'],
      })),
      upgrades: [],
      headers: [],
      accepted: [],
    };
  };

/** The log of one gateway: an attempt that failed, then the start of what runs now. */
const startedAgain =
  (startMs: number): Change =>
  (s) => {
    s.data['gateway.logs'].ports = [18789];
    s.data['gateway.logs'].lifecycle = [
      { event: 'starting', atMs: startedAtMs - 3_000 },
      { event: 'starting', atMs: startMs },
      { event: 'ready', atMs: startMs + 2_000 },
    ];
  };

describeCheck(check, [
  [
    'a failed start a second before this one',
    '2026.5',
    both(reloads(['degraded', 3_601_000]), startedAgain(startedAtMs + 500)),
    ['reload-on'],
  ],
  [
    'a reload that failed in this start',
    '2026.9',
    both(reloads(['degraded', 3_599_000]), startedAgain(startedAtMs + 500)),
    ['reload-degraded'],
  ],
  [
    'a reload that failed, and a second gateway that could not start since',
    '2026.5',
    both(reloads(['degraded', 60_000]), startedAgain(startedAtMs + 500), (s) => {
      s.data['gateway.logs'].lifecycle.push({ event: 'starting', atMs: nowMs - 30_000 });
    }),
    ['reload-degraded'],
  ],
  ['a reload that failed', '2026.5', reloads(['degraded', 60_000]), ['reload-degraded']],
  [
    'a reload that failed, in a log that another gateway shares',
    '2026.5',
    both(reloads(['degraded', 60_000]), (s) => {
      s.data['gateway.logs'].ports = [18789, 19999];
    }),
    ['reload-on'],
  ],
  [
    'a reload that failed and recovered',
    '2026.5',
    reloads(['degraded', 60_000], ['recovered', 30_000]),
    ['reload-on'],
  ],
  [
    'a reload that failed, and one that was applied',
    '2026.9',
    reloads(['degraded', 60_000], ['detected', 40_000], ['applied', 30_000]),
    ['reload-on'],
  ],
  [
    'a failed reload of the process before this one',
    '2026.9',
    reloads(['degraded', 3_700_000]),
    ['reload-on'],
  ],
  [
    'an edit that OpenClaw has not accepted',
    '2026.9',
    both(edited(600_000, 'hybrid'), applied(false)),
    ['edit-not-accepted'],
  ],
  [
    'an edit of this very moment',
    '2026.9',
    both(edited(3_595_000, 'hybrid'), applied(false)),
    ['reload-on'],
  ],
  [
    'a file from before the start that is not recorded yet',
    '2026.5',
    both(edited(-600_000, 'hybrid'), applied(false)),
    ['reload-on'],
  ],
  ['reload by default', '2026.5', () => {}, ['reload-on']],
  ['edited with reload hybrid', '2026.9', edited(600_000, 'hybrid'), ['reload-on']],
  ['reload off, no edit', '2026.5', edited(-600_000), ['unchanged-since-start']],
  ['reload off, written just before the start', '2026.9', edited(900), ['unchanged-since-start']],
  [
    'reload off, edited, and recorded as accepted, which OpenClaw does all the same',
    '2026.9',
    both(edited(600_000), applied(true)),
    ['edited-not-applied'],
  ],
  [
    'reload off, another token',
    '2026.5',
    both(edited(600_000), (s) => put(s, source('last-good', set(2)))),
    ['edited-token-not-applied'],
  ],
  [
    'reload off, another token, though a CLI has recorded the file',
    '2026.5',
    both(edited(600_000), applied(true), (s) => put(s, source('last-good', set(2)))),
    ['edited-token-not-applied'],
  ],
  [
    'reload off, another setting',
    '2026.5',
    both(edited(600_000), applied(false), (s) => put(s, source('last-good', set(1)))),
    ['edited-not-applied'],
  ],
  [
    'reload off, edited, no copy of before',
    '2026.9',
    both(edited(600_000), applied(false)),
    ['edited-not-applied'],
  ],
  [
    'reload off, a start that is not to be seen',
    '2026.5',
    both(edited(0), (s) => {
      delete s.data['gateway.process'].startedAtMs;
    }),
    ['start-unknown'],
  ],
  [
    'a unit whose variable was changed',
    '2026.5',
    both(managed, (s) => {
      put(s, source('config', unset()));
      put(s, source('service-env', set(5)));
      s.data['gateway.process'].environment.token = set(4);
    }),
    ['reference-rotated'],
  ],
  [
    'a unit whose variable was changed, and a token in the config',
    '2026.5',
    both(managed, (s) => {
      put(s, source('service-env', set(5)));
      s.data['gateway.process'].environment.token = set(4);
    }),
    ['reload-on'],
  ],
  [
    'a gateway that does not run',
    '2026.5',
    (s) => {
      s.data['gateway.process'].found = 'none';
    },
    ['not-running'],
  ],
  [
    'a process that was not looked at',
    '2026.5',
    (s) => {
      s.failed['gateway.process'] = { state: 'timeout', reason: 'no answer in 2 s' };
    },
    ['undetermined'],
  ],
  elsewhereHost,
]);
