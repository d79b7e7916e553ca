import check from '../../checks/doctor/sandbox-registry.js';
import type { RegistryRoot, SandboxRow } from '../../src/model/facts-sandbox.js';
import { describeCheck } from './check-table.js';
import { type Change, file, neverTaken } from './facts-builder.js';

const row = (key: string, change: Partial<SandboxRow> = {}): SandboxRow => ({
  key,
  name: key,
  dashboardPort: 18789,
  dashboardPortValid: true,
  policies: [],
  reservation: false,
  ...change,
});

function registry(sandboxes: SandboxRow[], change: Partial<RegistryRoot> = {}): Change {
  return (s) => {
    const root: RegistryRoot = {
      path: '~/.nemoclaw',
      gatewayPort: 8080,
      file: file('~/.nemoclaw/sandboxes.json'),
      parse: 'ok',
      sandboxes,
      ...change,
    };
    s.data['sandbox.registry'] = { roots: [root] };
  };
}

describeCheck(check, [
  ['no registry', '2026.9', () => {}, ['no-registry']],
  [
    'a registry that nobody has looked for',
    '2026.9',
    neverTaken('sandbox.registry'),
    ['registry-not-read'],
  ],
  [
    'no registry, seen',
    '2026.9',
    (s) => {
      s.failed['sandbox.registry'] = { state: 'absent', reason: 'no root' };
    },
    ['no-registry'],
  ],
  ['a root without a file', '2026.9', registry([], { parse: 'absent' }), ['no-registry']],
  [
    'two sandboxes',
    '2026.9',
    registry([row('alpha'), row('beta', { dashboardPort: 18790 })]),
    ['sound'],
  ],
  ['two sandboxes on one port', '2026.9', registry([row('alpha'), row('beta')]), ['port-shared']],
  [
    'a reservation on the same port',
    '2026.9',
    registry([row('alpha'), row('beta', { reservation: true })]),
    ['sound'],
  ],
  [
    'two sandboxes without a port',
    '2026.9',
    registry([row('alpha', { dashboardPort: 0 }), row('beta', { dashboardPort: 0 })]),
    ['sound'],
  ],
  [
    'a row under another key',
    '2026.9',
    registry([row('alpha', { name: 'beta' })]),
    ['name-differs'],
  ],
  [
    'a port that is none',
    '2026.9',
    registry([row('alpha', { dashboardPortValid: false })]),
    ['port-invalid'],
  ],
  [
    'a default that is gone',
    '2026.9',
    registry([row('alpha')], { defaultSandbox: 'gamma' }),
    ['default-missing'],
  ],
  ['a truncated file', '2026.9', registry([], { parse: 'invalid' }), ['registry-broken']],
  ['a file of another user', '2026.9', registry([], { parse: 'denied' }), ['registry-denied']],
  [
    'a deadline',
    '2026.9',
    (s) => {
      s.failed['sandbox.registry'] = { state: 'timeout', reason: 'no answer in 2 s' };
    },
    ['registry-not-read'],
  ],
]);
