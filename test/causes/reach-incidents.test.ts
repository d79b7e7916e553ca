import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { explain } from '../../src/causes/explain.js';
import { judge } from '../../src/engine/judge.js';
import type { Report } from '../../src/model/report.js';
import type { Line } from '../../src/model/target.js';
import { type Change, healthyGateway, nowMs, set, url } from '../checks/facts-builder.js';

function report(line: Line, change: Change): Report {
  return judge(healthyGateway(line, change).observations, checks, explain);
}

const staleVariable: Change = (s) => {
  s.data['gateway.process'].environment.token = set(9);
};

const endpoint = 'POST http://127.0.0.1:18789/tools/invoke (forwarded headers)';
const refusedHeaders: Change = (s) => {
  s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
  s.data['probe.headers'] = { endpoint, class: 1, outcome: 'attribution-required' };
};
const seenInLog: Change = (s) => {
  refusedHeaders(s);
  s.data['gateway.logs'] = {
    files: [],
    sinceMs: 0,
    lines: { total: 9, matched: 1, broken: 0 },
    refusals: [],
    lifecycle: [],
    reloads: [],
    upgrades: [],
    headers: [{ kind: 'untrusted-forwarded', count: 4, lastMs: nowMs - 60_000 }],
    accepted: [],
  };
};
const browserControl: Change = (s) => {
  s.data['gateway.exposure'].openaiUrls = [
    { name: 'OPENAI_BASE_URL', url: url('http://127.0.0.1:18791/v1') },
  ];
};
const twoOwners: Change = (s) => {
  s.data['host.listeners'].listeners.push({
    address: '::1',
    port: 18789,
    uid: 1000,
    pid: 5000,
  });
};
/** A name outside, or an address of this host, with this answer. */
function answers(place: 'lan' | 'external', kind: 'html' | 'refused', status: number): Change {
  return (s) => {
    s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
    s.data['gateway.config'].trustedProxies = ['127.0.0.1'];
    s.data['probe.headers'] = { endpoint, class: 1, outcome: 'accepted' };
    s.data['probe.reachable'].rows.push({
      url: url('https://gw.example.com'),
      sources: ['gateway.publicOrigin'],
      place,
      state: 'asked',
      answer: { kind, status },
    });
  };
}
const anotherProgram = answers('lan', 'html', 200);
const nothingThere = answers('external', 'refused', 0);
const mixedModes: Change = (s) => {
  s.data['gateway.config'].tailscale = 'serve';
  s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
};

describe('incidents of reach', () => {
  it.each<[string, string, Line, Change, string, number]>([
    ['CLAW-114', 'sure', '2026.5', staleVariable, 'align-process-variable', 1],
    ['CLAW-116', 'possible', '2026.9', refusedHeaders, 'trust-proxy', 0],
    ['CLAW-116', 'sure', '2026.9', seenInLog, 'trust-proxy', 1],
    ['CLAW-116', 'likely', '2026.5', seenInLog, 'trust-proxy', 1],
    ['CLAW-118', 'sure', '2026.5', browserControl, 'align-client-url', 1],
    ['CLAW-118', 'sure', '2026.5', anotherProgram, 'align-client-url', 1],
    ['CLAW-106', 'sure', '2026.9', nothingThere, 'align-client-url', 1],
    ['CLAW-118', 'sure', '2026.5', twoOwners, 'stop-foreign-listener', 1],
    ['CLAW-106', 'possible', '2026.9', mixedModes, 'bind-to-address', 0],
  ])('%s, %s (%s)', (code, confidence, line, change, remedy, exitCode) => {
    const told = report(line, change);
    expect(told.incidents.map((i) => [i.code, i.confidence])).toEqual([[code, confidence]]);
    // The profiles of agents are not part of this situation: 3 is what is left without a failure.
    expect(told.exitCode).toBe(exitCode === 0 ? 3 : exitCode);
    expect(told.plan.map((step) => step.id)).toContain(remedy);
    for (const step of told.plan) {
      for (const text of [step.why, step.risk, step.undo, step.postcondition]) {
        expect(text).not.toMatch(/undefined|\{|\}|^$/);
      }
    }
  });

  it.each<[string, Line, Change]>([
    ['a stale variable where the gateway answers itself inside', '2026.9', staleVariable],
    [
      'a proxy that is trusted',
      '2026.9',
      (s) => {
        s.data['gateway.config'].publicOrigin = url('https://gw.example.com');
        s.data['gateway.config'].trustedProxies = ['127.0.0.1', '::1'];
        s.data['probe.headers'] = { endpoint, class: 1, outcome: 'accepted' };
      },
    ],
    [
      'Tailscale under its own name',
      '2026.9',
      (s) => {
        s.data['gateway.config'].tailscale = 'serve';
        s.data['gateway.config'].publicOrigin = url('https://box.tail1234.ts.net');
        s.data['probe.headers'] = {
          endpoint: '',
          class: -1,
          outcome: 'not-tried',
          notTried: 'tailscale',
        };
      },
    ],
    [
      'a name that was not asked',
      '2026.9',
      (s) => {
        s.data['probe.reachable'].rows.push({
          url: url('https://gw.example.com'),
          sources: ['gateway.publicOrigin'],
          place: 'external',
          state: 'not-asked',
        });
      },
    ],
  ])('%s is none, and nothing warns', (_what, line, change) => {
    const told = report(line, change);
    expect(told.incidents).toEqual([]);
    expect(told.findings.filter((f) => f.outcome === 'warn' || f.outcome === 'fail')).toEqual([]);
  });

  it('leaves the self-call alone where the process holds an old secret', () => {
    const told = report('2026.5', (s) => {
      staleVariable(s);
      s.data['probe.credentials'].attempts = [
        { class: 1, slot: 'token', sources: ['config'], why: 'x', outcome: 'refused' },
        { class: 9, slot: 'token', sources: ['process-environ'], why: 'x', outcome: 'accepted' },
      ];
    });
    expect(told.incidents.map((i) => i.code)).toEqual(['CLAW-110']);
  });
});
