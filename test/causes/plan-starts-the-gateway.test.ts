import { expect, it } from 'vitest';
import { checks } from '../../checks/index.js';
import { explain } from '../../src/causes/explain.js';
import { judge } from '../../src/engine/judge.js';
import type { Report } from '../../src/model/report.js';
import type { Line } from '../../src/model/target.js';
import { type Change, healthyGateway, unset } from '../checks/facts-builder.js';

function report(line: Line, ...changes: Change[]): Report {
  const facts = healthyGateway(line, (s) => {
    for (const change of changes) change(s);
  });
  return judge(facts.observations, checks, explain);
}

const down: Change = (s) => {
  s.data['gateway.process'] = {
    found: 'none',
    kind: 'unknown',
    environment: { state: 'absent', token: unset(), password: unset('password'), referenced: [] },
    lines: [],
    versionEvidence: [],
  };
  s.data['host.listeners'].listeners = [];
  // Nothing answered, so nothing said which version it is.
  s.failed['probe.handshake'] = { state: 'absent', reason: 'nothing listens' };
};
const noMode: Change = (s) => {
  delete s.data['gateway.config'].mode;
};
const open: Change = (s) => {
  Object.assign(s.data['gateway.config'], { bind: 'lan', authMode: 'none' });
};
const misspelt: Change = (s) => {
  s.data['gateway.config'].unknownKeys = [
    { path: 'gateway.auth.tokn', nearest: 'gateway.auth.token' },
  ];
};
const newer: Change = (s) => {
  s.data['gateway.config'].newerKeys = ['gateway.publicOrigin'];
};
/** The steps without the copy before and the verification after. */
const steps = ({ plan }: Report): string[] =>
  plan.map(({ id }) => id).filter((id) => !['snapshot-before-edit', 'verify-all'].includes(id));

it.each<[string, Line, Change, string[]]>([
  ['gateway.mode is missing', '2026.5', noMode, ['set-gateway-mode', 'start-gateway']],
  ['gateway.mode is missing', '2026.9', noMode, ['set-gateway-mode', 'start-gateway']],
  ['it would be open to the network', '2026.5', open, ['require-auth', 'start-gateway']],
  ['a key is misspelt', '2026.9', misspelt, ['fix-unknown-key', 'start-gateway']],
  ['a key is one of 2026.9', '2026.5', newer, ['remove-newer-key', 'start-gateway']],
  ['nobody has started it', '2026.9', () => {}, ['start-gateway']],
])('the plan for a gateway that does not run because %s (%s)', (_what, line, change, expected) => {
  expect(steps(report(line, down, change))).toEqual(expected);
});

it('a gateway that runs is not started', () => {
  expect(steps(report('2026.9', misspelt))).not.toContain('start-gateway');
});

it('a key of 2026.9 stops no gateway of 2026.9', () => {
  expect(steps(report('2026.9', down, newer))).toEqual(['start-gateway']);
});

it('no wrong listener is named for a port that is a guess', () => {
  const broken: Change = (s) => {
    s.targets = s.targets.map((t) => (t.kind === 'gateway' ? { ...t, portAssumed: true } : t));
    s.data['gateway.config'].parse = 'invalid';
    s.data['gateway.config'].errorAt = { line: 8, column: 42 };
  };
  const elsewhere: Change = (s) => {
    const lock = { path: '/tmp/l', pid: 4121, alive: true, sameConfig: true, port: 23165 };
    Object.assign(s.data['gateway.process'], { found: 'lock', lock });
    s.data['host.listeners'].listeners = [];
  };
  const { incidents, findings } = report('2026.5', elsewhere, broken);
  expect(incidents).toEqual([]);
  const fails = findings.filter((f) => f.outcome === 'fail').map((f) => `${f.check} ${f.code}`);
  expect(fails).toEqual(['config/readable syntax-error']);
});
