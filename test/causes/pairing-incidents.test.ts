import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { explain } from '../../src/causes/explain.js';
import { judge } from '../../src/engine/judge.js';
import type { LogFacts, LogRefusal, LogUpgrade } from '../../src/model/facts-logs.js';
import type { Incident, Report } from '../../src/model/report.js';
import type { Line } from '../../src/model/target.js';
import {
  type Change,
  deviceId,
  deviceToken,
  healthyGateway,
  nowMs,
  pairedDevice,
  put,
  set,
  source,
  unset,
} from '../checks/facts-builder.js';

function report(line: Line, ...changes: Change[]): Report {
  const facts = healthyGateway(line, (s) => {
    for (const change of changes) change(s);
  });
  return judge(facts.observations, checks, explain);
}

function only(found: Report, code: string): Incident {
  expect(found.incidents.map((incident) => incident.code)).toEqual([code]);
  return found.incidents[0] as Incident;
}

const lockedAnonymous: Change = (s) => {
  s.data['probe.anonymous'].answer = { kind: 'gateway-429', status: 429, retryAfterS: 20 };
  s.data['probe.credentials'] = {
    endpoint: s.data['probe.credentials'].endpoint,
    attempts: [],
    notTried: 'locked',
  };
  s.data['probe.handshake'].outcome = 'not-tried';
  s.data['probe.handshake'].notTried = 'no-live-credential';
};
const lockedSocket: Change = (s) => {
  Object.assign(s.data['probe.handshake'], {
    outcome: 'refused',
    errorCode: 'AUTH_RATE_LIMITED',
    retryAfterMs: 19_962,
  });
};
const logs =
  (change: Partial<LogFacts>): Change =>
  (s) => {
    Object.assign(s.data['gateway.logs'], {
      files: [
        {
          file: { path: '/tmp/openclaw/openclaw.log', state: 'ok', size: 9 },
          from: 0,
          bytes: 9,
        },
      ],
      ...change,
    });
  };
const refusal = (change: Partial<LogRefusal>): LogRefusal => ({
  cause: 'unauthorized',
  client: 'cli',
  mode: 'cli',
  port: 18789,
  remote: 'loopback',
  own: false,
  count: 3,
  firstMs: nowMs - 30_000,
  lastMs: nowMs - 10_000,
  timesMs: [nowMs - 30_000, nowMs - 20_000, nowMs - 10_000],
  ...change,
});

describe('CLAW-115', () => {
  it.each([
    ['HTTP', lockedAnonymous],
    ['the WebSocket alone', lockedSocket],
  ])('is a lockout over %s, and says until when', (_what, change) => {
    const incident = only(report('2026.9', change), 'CLAW-115');
    expect(incident.confidence).toBe('sure');
    expect(incident.story[0]).toMatch(/ends at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\./);
    const [wait] = incident.remedies;
    expect(wait).toMatchObject({ id: 'wait-for-lockout', effect: 'none' });
    expect(wait?.postcondition).toMatch(
      /it is past \d{4}-.*restart of the gateway ends it at once/,
    );
  });

  it('names who was refused lately', () => {
    const wrong = refusal({
      reason: 'token_mismatch',
      client: 'node-host',
      mode: 'node',
      count: 40,
    });
    const own = refusal({ reason: 'token_mismatch', client: 'gateway-client', own: true });
    const { story } = only(
      report('2026.9', lockedAnonymous, logs({ refusals: [wrong, own] })),
      'CLAW-115',
    );
    expect(story.join(' ')).toContain('node-host (node), 40 times');
    expect(story.join(' ')).not.toContain('gateway-client');
  });

  it('blocks what it hides', () => {
    const { checks: results } = report('2026.9', lockedAnonymous);
    const blocked = results.filter((c) => c.blockedBy === 'probe/anonymous').map((c) => c.id);
    expect(blocked).toEqual(
      expect.arrayContaining(['probe/credentials', 'probe/handshake', 'scopes/read']),
    );
  });
});

const pairedHost: Change = (s) => {
  const pairing = s.data['gateway.pairing'];
  pairing.paired = { ...pairing.paired, state: 'ok', rows: [pairedDevice()] };
  pairing.deviceTokens = { ...pairing.deviceTokens, state: 'ok', rows: [deviceToken()] };
};
const otherToken: Change = (s) => {
  pairedHost(s);
  s.data['gateway.pairing'].deviceTokens.rows = [deviceToken({ mark: set(51, 'device-token') })];
};
const nothingToSend: Change = (s) => put(s, source('config', unset()));

describe('CLAW-119', () => {
  it('is sure where the device token is all that the CLI has', () => {
    const { incidents } = report('2026.5', otherToken, nothingToSend);
    const incident = incidents.find(({ code }) => code === 'CLAW-119');
    expect(incident).toMatchObject({ confidence: 'sure', remedies: [{ id: 're-pair-device' }] });
  });

  it('is possible where the shared secret mends it, and never fails the run', () => {
    const found = report('2026.5', otherToken);
    const incident = only(found, 'CLAW-119');
    expect(incident).toMatchObject({ confidence: 'possible', remedies: [{ id: 'connect-once' }] });
    expect(incident.against).toHaveLength(1);
    expect(found.findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
  });

  it('is not there for a host whose token is on record', () => {
    expect(report('2026.5', pairedHost).incidents).toEqual([]);
  });
});

const upgrade = (change: Partial<LogUpgrade> = {}): LogUpgrade => ({
  atMs: nowMs - 20_000,
  reason: 'scope-upgrade',
  device: deviceId.slice(0, 12),
  client: 'cli',
  scopesFrom: ['operator.read'],
  scopesTo: ['operator.read', 'operator.admin'],
  ...change,
});
const upgradeRefused = refusal({ cause: 'pairing-required', reason: 'scope-upgrade' });
const upgrades = (...rows: LogUpgrade[]): Change =>
  logs({ upgrades: rows, refusals: [upgradeRefused] });

describe('CLAW-105 without a request on disk', () => {
  it('rests on a refusal that is newer than the last approval', () => {
    const incident = only(report('2026.5', pairedHost, upgrades(upgrade())), 'CLAW-105');
    expect(incident).toMatchObject({
      confidence: 'possible',
      remedies: [{ id: 'review-request' }],
    });
    expect(incident.story[0]).toContain('asked for operator.read, operator.admin');
    expect(incident.remedies[0]?.title).toBe('Decide on the requests that wait');
  });

  it.each<[string, LogUpgrade, Partial<ReturnType<typeof pairedDevice>>]>([
    ['an approval since', upgrade(), { approvedAtMs: nowMs - 1000 }],
    ['scopes that are covered', upgrade({ scopesTo: pairedDevice().approvedScopes }), {}],
    ['a refusal of yesterday', upgrade({ atMs: nowMs - 86_400_000 }), {}],
    ['a device that is not known', upgrade({ device: 'f'.repeat(12) }), {}],
  ])('is not there with %s', (_what, row, device) => {
    const paired: Change = (s) => {
      pairedHost(s);
      s.data['gateway.pairing'].paired.rows = [pairedDevice(device)];
    };
    const codes = report('2026.5', paired, upgrades(row)).incidents.map(({ code }) => code);
    expect(codes).not.toContain('CLAW-105');
  });
});

describe('CLAW-124', () => {
  const skewed =
    (skewMs: number): Change =>
    (s) => {
      s.data['probe.handshake'].skewMs = skewMs;
    };
  const stale = refusal({
    cause: 'device-auth-invalid',
    reason: 'device-signature-stale',
    client: 'openclaw-ios',
    mode: 'ui',
  });

  it('is sure where the CLI here signs with the clock that is off', () => {
    const incident = only(report('2026.5', skewed(-600_000)), 'CLAW-124');
    expect(incident).toMatchObject({ confidence: 'sure', remedies: [{ id: 'fix-clock' }] });
  });

  it('is possible where the CLI takes the clock of the gateway', () => {
    expect(only(report('2026.9', skewed(600_000)), 'CLAW-124').confidence).toBe('possible');
  });

  it('is possible where the log names stale signatures, and says whose clock it is not', () => {
    const incident = only(report('2026.9', skewed(40), logs({ refusals: [stale] })), 'CLAW-124');
    expect(incident.confidence).toBe('possible');
    expect(incident.story.join(' ')).toContain('the clock of the refused client');
  });

  it.each([0, 119_999, -120_000])('is not there with %i ms', (skewMs) => {
    expect(report('2026.5', skewed(skewMs)).incidents).toEqual([]);
  });
});
