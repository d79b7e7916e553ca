import { describe, expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { explain } from '../../src/causes/explain.js';
import { judge } from '../../src/engine/judge.js';
import type { SecretRef } from '../../src/model/facts-gateway.js';
import type { Mark } from '../../src/model/mark.js';
import type { Report } from '../../src/model/report.js';
import type { Line } from '../../src/model/target.js';
import {
  type Change,
  healthyGateway,
  nowMs,
  put,
  set,
  source,
  unset,
  url,
} from '../checks/facts-builder.js';

/** Of the secret alone: other checks judge what these situations leave as it is. */
const codes = ['CLAW-109', 'CLAW-110', 'CLAW-111', 'CLAW-112', 'CLAW-123'];

function report(line: Line, ...changes: Change[]): Report {
  const facts = healthyGateway(line, (s) => {
    for (const change of changes) change(s);
  });
  return judge(facts.observations, checks, explain);
}

const told = (line: Line, ...changes: Change[]) =>
  report(line, ...changes)
    .incidents.filter(({ code }) => codes.includes(code))
    .map(({ code, confidence }) => [code, confidence]);

const lost: Mark = { state: 'unresolved-ref', kind: 'token', flags: [] };
const variable: SecretRef = { source: 'env', form: 'object', provider: 'default', id: 'GW' };
const template: SecretRef = { ...variable, form: 'template' };
const fileA: SecretRef = { source: 'file', form: 'object', provider: 'a', id: '/t' };
const fileB: SecretRef = { ...fileA, provider: 'b' };

const unit: Change = (s) => {
  s.data['gateway.credentials'].service = {
    supervisor: 'systemd-user',
    unit: 'openclaw-gateway.service',
    path: '~/x',
    environmentFiles: [],
  };
  s.data['gateway.process'].environment.supervisor = 'systemd';
};
/** The process has the variable of its start; the unit has lost it, the shell may have it. */
const lostSince =
  (ref: SecretRef, shell: Mark): Change =>
  (s) => {
    unit(s);
    put(s, source('config', lost, { ref }));
    s.data['gateway.process'].environment.referenced.push({ name: 'GW', mark: set(3) });
    s.data['gateway.credentials'].resolved.push(
      { slot: 'token', ref, environment: 'shell', mark: shell, reason: 'GW is unset or blank' },
      { slot: 'token', ref, environment: 'service', mark: lost, reason: 'GW is unset or blank' },
    );
    s.data['probe.credentials'].attempts = [
      { class: 3, slot: 'token', sources: ['environ'], why: 'held', outcome: 'accepted' },
    ];
  };
const twoFiles =
  (value: number, address = 'ws://127.0.0.1:18789'): Change =>
  (s) => {
    put(s, source('config', lost, { ref: fileA }));
    put(s, source('remote', lost, { ref: fileB }));
    const token = { mark: lost, ref: fileB };
    s.data['gateway.config'].remote = { url: url(address), token, password: token };
    s.data['gateway.credentials'].resolved.push(
      { slot: 'token', ref: fileA, environment: 'any', mark: set(1) },
      { slot: 'remote-token', ref: fileB, environment: 'any', mark: set(value) },
    );
  };

describe('CLAW-123', () => {
  it.each<[string, Line, Change]>([
    ['a SecretRef that only the process still has', '2026.9', lostSince(variable, lost)],
    ['a SecretRef that only the process still has', '2026.5', lostSince(variable, lost)],
    ['a template, which would become a random token', '2026.9', lostSince(template, set(3))],
    ['a template, with which it would not start', '2026.5', lostSince(template, set(3))],
  ])('%s (%s)', (_what, line, change) => {
    expect(told(line, change)).toEqual([['CLAW-123', 'sure']]);
    const { plan } = report(line, change);
    expect(plan.map(({ effect }) => effect)).not.toContain('restarts-gateway');
    expect(plan.map(({ id }) => id)).toContain('set-variable');
  });

  it('leaves a client that sends another value to its own incident', () => {
    expect(told('2026.9', lostSince(template, set(4)))).toEqual([
      ['CLAW-109', 'sure'],
      ['CLAW-123', 'sure'],
    ]);
  });

  it.each<[string, Line, Change]>([
    [
      'a variable that the unit has',
      '2026.9',
      (s) => {
        lostSince(variable, set(3))(s);
        for (const item of s.data['gateway.credentials'].resolved) item.mark = set(3);
      },
    ],
    [
      'a gateway started by hand, whose next environment nobody knows',
      '2026.9',
      (s) => {
        lostSince(variable, set(3))(s);
        delete s.data['gateway.credentials'].service;
      },
    ],
  ])('is none for %s', (_what, line, change) => {
    expect(told(line, change)).toEqual([]);
  });
});

describe('CLAW-109 and a prefix that is kept', () => {
  const bearer: Mark = { ...set(2), flags: ['bearer-prefix'] };
  const explained = (...changes: Change[]) =>
    report('2026.5', ...changes)
      .incidents.filter(({ code }) => code === 'CLAW-109')
      .flatMap(({ explains }) => explains)
      .filter((finding) => finding.startsWith('token/hygiene'));

  it('explains the hygiene of the same source', () => {
    const found = explained((s) => put(s, source('shell', bearer)));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('kept-inside');
  });

  it('and not that of another source', () => {
    const found = explained(
      (s) => put(s, source('shell', set(2))),
      (s) => put(s, source('hooks', { ...set(7), flags: ['bearer-prefix'] })),
    );
    expect(found).toEqual([]);
  });
});

describe('CLAW-112', () => {
  it('is sure where the log shows a client that two secrets answer by turns', () => {
    const turns: Change = (s) => {
      const at = (minutes: number) => nowMs - minutes * 60_000;
      const common = { client: 'webchat', mode: 'webchat', count: 3, firstMs: at(30) };
      s.data['gateway.logs'].refusals = [
        {
          ...common,
          cause: 'unauthorized',
          reason: 'token_mismatch',
          port: 18789,
          remote: 'loopback',
          own: false,
          lastMs: at(2),
          timesMs: [at(30), at(10), at(2)],
        },
      ];
      s.data['gateway.logs'].accepted = [
        { ...common, port: 18789, lastMs: at(4), timesMs: [at(20), at(4)] },
      ];
    };
    const found = report('2026.9', twoFiles(2), turns);
    const logs = found.findings.filter(({ check }) => check === 'logs/auth-failures');
    expect(logs.map(({ code }) => code)).toContain('alternating');
    expect(told('2026.9', twoFiles(2), turns)).toEqual([['CLAW-112', 'sure']]);
  });

  it('is two references that readers follow to different values', () => {
    expect(told('2026.9', twoFiles(2))).toEqual([['CLAW-112', 'likely']]);
    const asked: Change = (s) => {
      s.data.run.options.as = 'remote';
    };
    expect(told('2026.9', twoFiles(2), asked)).toEqual([['CLAW-112', 'sure']]);
  });

  it('is a SecretRef beside the variable that the server takes instead', () => {
    const change: Change = (s) => {
      unit(s);
      put(s, source('config', lost, { ref: fileA }));
      put(s, source('service-env', set(2)));
      s.data['gateway.process'].environment.token = set(2);
      s.data['gateway.credentials'].resolved.push({
        slot: 'token',
        ref: fileA,
        environment: 'any',
        mark: set(1),
      });
      const [attempt] = s.data['probe.credentials'].attempts;
      if (attempt) attempt.class = 2;
    };
    expect(told('2026.5', change)).toEqual([['CLAW-112', 'sure']]);
  });

  it('is the token of the gateway for hooks, where that stops it', () => {
    const change: Change = (s) => {
      s.data['gateway.config'].hooks = { enabled: true, token: { mark: set(1, 'hooks-token') } };
    };
    expect(told('2026.5', change).map(([code]) => code)).toEqual(['CLAW-112']);
    expect(told('2026.9', change)).toEqual([]);
  });

  it.each<[string, Change]>([
    ['with one value in both', twoFiles(1)],
    ['of which one is for another gateway', twoFiles(2, 'wss://other.example')],
  ])('is none for two references %s', (_what, change) => {
    expect(told('2026.9', change)).toEqual([]);
  });
});

it('shows what the children of the gateway inherited, and takes it for the flag', () => {
  const change: Change = (s) => {
    const none = unset('password');
    s.data['gateway.process'].children = [{ pid: 4200, token: set(5), password: none }];
    s.data['probe.credentials'].attempts = [
      { class: 1, slot: 'token', sources: ['config'], why: 'predicted', outcome: 'refused' },
      { class: 5, slot: 'token', sources: ['children'], why: 'other', outcome: 'accepted' },
    ];
  };
  const { credentials } = report('2026.9', change);
  const row = credentials.find(({ source: name }) => name.startsWith('proc:4200/'));
  expect(row).toMatchObject({ letter: 'B', wins: ['server'] });
  expect(row?.rules?.[0]?.rule).toContain('given on the command line');
  const [incident] = report('2026.9', change).incidents;
  expect(incident?.code).toBe('CLAW-110');
  expect(incident?.story.join(' ')).toContain('its children have inherited it');
});

it('concludes --token where nothing else is left', () => {
  const refused: Change = (s) => {
    s.data['probe.credentials'].attempts = [
      { class: 1, slot: 'token', sources: ['config'], why: 'predicted', outcome: 'refused' },
    ];
  };
  const rows = (...changes: Change[]) =>
    report('2026.5', ...changes).credentials.filter((row) => row.source === 'gateway run --token');
  expect(rows(refused)).toMatchObject([{ letter: '?', wins: ['server'] }]);
  expect(rows()).toEqual([]);
  const edited: Change = (s) => {
    s.data['gateway.config'].reloadMode = 'off';
    s.data['gateway.config'].file.mtimeMs = s.data.run.nowMs;
  };
  expect(rows(refused, edited)).toEqual([]);
});
