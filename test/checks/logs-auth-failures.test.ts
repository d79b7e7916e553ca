import { describe, expect, it } from 'vitest';
import check from '../../checks/status/logs-auth-failures.js';
import { lastEffectiveChange } from '../../src/domain/openclaw/effective-change.js';
import { judge } from '../../src/engine/judge.js';
import type { LogFacts, LogRefusal } from '../../src/model/facts-logs.js';
import { describeCheck, elsewhereHost } from './check-table.js';
import {
  type Change,
  file,
  gateway,
  healthyGateway,
  judgeOne,
  nowMs,
  pairedDevice,
} from './facts-builder.js';

/** The healthy gateway was started an hour ago: no refusal can be newer than that by more. */
const minute = 60_000;

function refusal(agesMin: number[], change: Partial<LogRefusal> = {}): LogRefusal {
  const timesMs = agesMin.map((age) => nowMs - age * minute).sort((a, b) => a - b);
  return {
    cause: 'unauthorized',
    reason: 'token_mismatch',
    client: 'cli',
    mode: 'cli',
    port: 18789,
    remote: 'loopback',
    own: false,
    count: timesMs.length,
    firstMs: timesMs[0] ?? 0,
    lastMs: timesMs.at(-1) ?? 0,
    timesMs,
    ...change,
  };
}

function upgradeRefused(ageMs: number): LogRefusal {
  return refusal([ageMs / minute], { cause: 'pairing-required', reason: 'scope-upgrade' });
}

const approvedAt =
  (ageMs: number): Change =>
  (s) => {
    const rows = [pairedDevice({ approvedAtMs: nowMs - ageMs })];
    s.data['gateway.pairing'].paired = { state: 'ok', source: 'paired.json', rows };
  };

const logged =
  (...rows: LogRefusal[]): Change =>
  (s) => {
    s.data['gateway.logs'].refusals = rows;
  };

const accepted =
  (agesMin: number[], client = 'webchat'): Change =>
  (s) => {
    const timesMs = agesMin.map((age) => nowMs - age * minute).sort((a, b) => a - b);
    s.data['gateway.logs'].accepted = [
      {
        client,
        mode: 'webchat',
        count: timesMs.length,
        firstMs: timesMs[0] ?? 0,
        lastMs: timesMs.at(-1) ?? 0,
        timesMs,
      },
    ];
  };

const both =
  (...changes: Change[]): Change =>
  (s) => {
    for (const change of changes) change(s);
  };
type LogFile = LogFacts['files'][number];
const read: LogFile = { file: file('~/a.log'), from: 0, bytes: 9 };
const unread: LogFile = {
  file: file('~/l.log', { state: 'not-a-file', reason: 'not a regular file' }),
  from: 0,
  bytes: 0,
};
const files =
  (...rows: LogFile[]): Change =>
  (s) => {
    s.data['gateway.logs'].files = rows;
  };
const chat = (ages: number[]) => refusal(ages, { client: 'webchat', mode: 'webchat' });

describeCheck(check, [
  ['a quiet log', '2026.9', () => {}, ['no-refusals']],
  ['refused twice, a minute ago', '2026.5', logged(refusal([1, 2])), ['refused']],
  ['refused once, a minute ago', '2026.9', logged(refusal([1])), ['refused']],
  ['refused once, 15 minutes ago', '2026.9', logged(refusal([15])), ['none-now', 'long-ago']],
  ['refused twice, 15 minutes ago', '2026.3', logged(refusal([15, 20])), ['refused']],
  ['refused before the start', '2026.9', logged(refusal([61, 90])), ['none-now', 'before-change']],
  [
    'refused before an approval',
    '2026.9',
    both(logged(refusal([5, 6])), (s) => {
      s.data['gateway.pairing'].paired = {
        state: 'ok',
        source: 'x',
        rows: [pairedDevice({ approvedAtMs: nowMs - 4 * minute })],
      };
    }),
    ['none-now', 'before-change'],
  ],
  [
    'refused before an edit of .env',
    '2026.5',
    both(logged(refusal([5, 6])), (s) => {
      s.data['gateway.credentials'].dotenv.file = file('~/.openclaw/.env', {
        mtimeMs: nowMs - 2 * minute,
      });
    }),
    ['none-now', 'before-change'],
  ],
  [
    'refused before a start within the process',
    '2026.5',
    both(logged(refusal([5, 6])), (s) => {
      s.data['gateway.logs'].lifecycle = [
        { event: 'ready', atMs: nowMs - 3 * minute, port: 18789 },
      ];
    }),
    ['none-now', 'before-change'],
  ],
  [
    'a start of another gateway in the same log is no change',
    '2026.5',
    both(logged(refusal([5, 6])), (s) => {
      s.data['gateway.logs'].ports = [18789, 20_000];
      s.data['gateway.logs'].lifecycle = [{ event: 'ready', atMs: nowMs - 3 * minute }];
    }),
    ['refused'],
  ],
  [
    'an edit with a time in the future is no change',
    '2026.5',
    both(logged(refusal([5, 6])), (s) => {
      s.data['gateway.config'].file = file('~/.openclaw/openclaw.json', {
        mtimeMs: nowMs + minute,
      });
    }),
    ['refused'],
  ],
  [
    'an upgrade whose refusal is logged just after its approval',
    '2026.5',
    both(logged(upgradeRefused(3 * minute - 1500)), approvedAt(3 * minute)),
    ['none-now', 'before-change'],
  ],
  [
    'an upgrade that is refused a minute after an approval',
    '2026.5',
    both(logged(upgradeRefused(2 * minute)), approvedAt(3 * minute)),
    ['refused'],
  ],
  [
    'a wrong token just after an approval',
    '2026.5',
    both(logged(refusal([2.98])), approvedAt(3 * minute)),
    ['refused'],
  ],
  ['our own probes', '2026.9', logged(refusal([1, 2], { own: true })), ['no-refusals']],
  [
    'accepted since',
    '2026.9',
    both(logged(chat([10, 12])), accepted([5])),
    ['none-now', 'accepted-since'],
  ],
  [
    'accepted before, refused since',
    '2026.9',
    both(logged(chat([5, 6])), accepted([30])),
    ['refused'],
  ],
  [
    'accepted and refused in turns',
    '2026.9',
    both(logged(chat([5, 10, 20])), accepted([8, 15])),
    ['alternating'],
  ],
  [
    'in turns, but for another cause than a secret',
    '2026.9',
    both(
      logged({ ...chat([5, 10, 20]), cause: 'origin-mismatch', reason: 'x' }),
      accepted([8, 15]),
    ),
    ['refused'],
  ],
  [
    'in turns, before the start',
    '2026.9',
    both(logged(chat([65, 70, 80])), accepted([68, 75])),
    ['none-now', 'before-change'],
  ],
  [
    'accepted since, in a log of several gateways',
    '2026.9',
    both(logged(chat([5, 6])), accepted([2]), (s) => {
      s.data['gateway.logs'].ports = [18789, 20_000];
    }),
    ['refused'],
  ],
  [
    'another client is accepted',
    '2026.9',
    both(logged(refusal([5, 10])), accepted([2, 7])),
    ['refused'],
  ],
  [
    'two causes of one client',
    '2026.9',
    logged(
      refusal([1, 2]),
      refusal([3, 4], { cause: 'pairing-required', reason: 'scope-upgrade' }),
    ),
    ['refused', 'refused'],
  ],
  [
    'one cause over two devices and routes',
    '2026.9',
    logged(refusal([1, 2], { device: 'a'.repeat(12) }), refusal([3], { remote: 'other' })),
    ['refused'],
  ],
  [
    'more clients than a page holds',
    '2026.9',
    logged(...Array.from({ length: 25 }, (_, i) => refusal([1, 2], { client: `c${i}` }))),
    [...Array.from({ length: 20 }, () => 'refused'), 'more-clients'],
  ],
  [
    'no log at all',
    '2026.5',
    (s) => {
      s.data['gateway.logs'].files = [];
    },
    ['no-log'],
  ],
  [
    'a log that may not be read',
    '2026.5',
    (s) => {
      s.failed['gateway.logs'] = { state: 'denied', reason: 'EACCES' };
    },
    ['undetermined'],
  ],
  ['a log that is no file', '2026.5', files(unread), ['not-read']],
  ['a log of which a part was read', '2026.5', files(read, unread), ['partly-read']],
  ['a log that is too long', '2026.5', files({ ...read, cut: true }), ['partly-read']],
  [
    'a refusal in the part that was read',
    '2026.5',
    both(files(read, unread), logged(refusal([1, 2]))),
    ['refused', 'partly-read'],
  ],
  [
    'an old refusal in the part that was read',
    '2026.5',
    both(files(read, unread), logged(refusal([61]))),
    ['before-change', 'partly-read'],
  ],
  [
    'lines of a clock that was ahead',
    '2026.5',
    (s) => {
      s.data['gateway.logs'].lines.future = 8;
    },
    ['no-refusals', 'future-lines'],
  ],
  elsewhereHost,
]);

describe('logs/auth-failures', () => {
  it('names client, count, age and cause, and only what came after the change', () => {
    const facts = healthyGateway('2026.9', logged(refusal([3, 5, 70, 80])));
    const [found] = judgeOne(check, facts);
    expect(found).toMatchObject({
      outcome: 'warn',
      subject: 'gateway:18789#cli/cli/AUTH_TOKEN_MISMATCH',
      params: { client: 'cli', count: 2, age: '3 min', port: 18789 },
    });
    expect(found?.text).toContain('AUTH_TOKEN_MISMATCH');
    expect(found?.next.length).toBeGreaterThan(0);
  });

  it('says when the first client came after the start', () => {
    const facts = healthyGateway('2026.9', accepted([59]));
    expect(judgeOne(check, facts)[0]?.params.firstAccepted).toBe('60 s later');
    expect(judgeOne(check, healthyGateway('2026.9'))[0]?.params.firstAccepted).toBe('not logged');
  });

  it('names the file that was not read and why, and how far back a part reaches', () => {
    const [none] = judgeOne(check, healthyGateway('2026.5', files(unread)));
    expect(none?.text).toContain('~/l.log (not a regular file)');
    const [part] = judgeOne(
      check,
      healthyGateway(
        '2026.5',
        both(files({ ...read, cut: true }), (s) => {
          s.data['gateway.logs'].sinceMs = nowMs - 3 * 3_600_000;
        }),
      ),
    );
    expect(part).toMatchObject({ outcome: 'unknown', params: { file: '~/a.log', reach: '3 h' } });
  });

  it('is never required', () => {
    expect(check.optional).toBe(true);
    expect(Object.values(check.codes).some((spec) => spec.outcome === 'fail')).toBe(false);
  });

  it('puts what a change has overtaken into the history of the report', () => {
    const explain = () => ({ incidents: [], plan: [], history: [] });
    const report = (change: Change) =>
      judge(healthyGateway('2026.9', change).observations, [check], explain);
    const old = report(logged(refusal([61, 90])));
    expect(old.history).toEqual([
      'logs/auth-failures before-change gateway:18789#cli/cli/AUTH_TOKEN_MISMATCH',
    ]);
    expect(old.findings.every((f) => f.outcome === 'pass')).toBe(true);
    expect(report(logged(refusal([1, 2]))).history).toEqual([]);
  });
});

describe('lastEffectiveChange', () => {
  it('is the newest of edits, starts and approvals', () => {
    const at = (change: Change) => lastEffectiveChange(healthyGateway('2026.5', change), gateway);
    expect(at(() => {})?.what).toBe('the start of the gateway');
    expect(
      at((s) => {
        s.data['gateway.config'].file = file('~/c.json', { mtimeMs: nowMs - 1000 });
      }),
    ).toEqual({ atMs: nowMs - 1000, what: 'the last edit of ~/c.json' });
    expect(
      at((s) => {
        s.data['gateway.config'].file = file('~/c.json', {
          mtimeMs: nowMs - 1000,
          state: 'absent',
        });
      })?.what,
    ).toBe('the start of the gateway');
  });
});
