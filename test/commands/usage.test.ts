import { describe, expect, it } from 'vitest';
import { parseBudget } from '../../src/commandline/duration.js';
import type { Catalogue } from '../../src/commandline/look-up.js';
import { lookUp } from '../../src/commandline/look-up.js';
import { nearest } from '../../src/commandline/nearest.js';
import type { DiagnosisFlags } from '../../src/commandline/options.js';
import { diagnoseOptions } from '../../src/commandline/options.js';
import { wantsJson } from '../../src/commandline/wants-json.js';
import { handshakeCodes } from '../../src/domain/openclaw/handshake-codes.js';
import { UserError } from '../../src/model/errors.js';

const checkIds = ['config/readable', 'token/sources', 'token/process-env', 'probe/credentials'];

function options(flags: DiagnosisFlags) {
  return diagnoseOptions('run', flags, { cwd: '/srv/dir', checkIds });
}

describe('--budget', () => {
  it.each([
    ['20s', 20_000],
    ['5', 5_000],
    ['5000ms', 5_000],
    ['2m', 120_000],
    ['7.5s', 7_500],
  ])('%s', (text, ms) => expect(parseBudget(text)).toBe(ms));

  it.each(['4s', '121s', '-20s', 'fast', '', '20h', '1e4', '20 s s'])('"%s" is refused', (text) => {
    expect(() => parseBudget(text)).toThrow(UserError);
  });
});

describe('--only and --skip', () => {
  it('take ids, areas and stages, repeated or with commas, once each', () => {
    const { only, skip } = options({
      only: ['token,probes', 'token/sources', 'token'],
      skip: ['config'],
    });
    expect(only).toEqual(['token', 'probes', 'token/sources']);
    expect(skip).toEqual(['config']);
  });

  it.each([
    ['token/sorces', 'token/sources'],
    ['tokn', 'token'],
    ['statsu', 'status'],
    ['readable', 'config/readable'],
  ])('%s is refused, and %s is suggested', (wrong, right) => {
    expect(() => options({ only: [wrong] })).toThrow(`did you mean ${right}?`);
  });
});

describe('flags that are refused', () => {
  it.each<DiagnosisFlags>([
    { url: 'gateway.example.com' },
    { url: 'file:///etc/passwd' },
    { url: 'ws://user:secret@127.0.0.1:18789' },
    { url: 'wss://gateway.example.com/?token=secret' },
    { as: 'browser' },
    { as: 'sandbox:' },
    { as: 'sandbox:../x' },
    { budget: '1s' },
  ])('%o', (flags) => {
    let message = '';
    try {
      options(flags);
    } catch (error) {
      message = error instanceof UserError ? error.message : '';
    }
    expect(message).not.toBe('');
    expect(message).not.toContain('secret@');
  });
});

it('paths are absolute, and what was not given is not there', () => {
  const parsed = options({ home: '../h', config: '/c.json', as: 'sandbox:alpha' });
  expect(parsed).toMatchObject({
    home: '/srv/h',
    config: '/c.json',
    as: 'sandbox:alpha',
    budgetMs: 20_000,
  });
  expect(parsed).not.toHaveProperty('stateDir');
  expect(parsed).not.toHaveProperty('url');
});

it.each([
  [['run', '--json'], true],
  [['run', '--format=json'], true],
  [['run', '--format', 'json'], true],
  [['run', '--format', 'text'], false],
  [['explain', '--', '--json'], false],
])('%o asks for JSON: %s', (argv, expected) => {
  expect(wantsJson(argv)).toBe(expected);
});

it.each([
  ['rum', ['run']],
  ['xyzzyxyzzy', []],
])('near %s: %o', (wanted, expected) => {
  expect(nearest(wanted, ['run', 'evidence show', 'checks'])).toEqual(expected);
});

describe('lookUp', () => {
  const catalogue: Catalogue = {
    checks: [
      {
        id: 'token/sources',
        stage: 'doctor',
        per: 'gateway',
        title: 't',
        about: 'a',
        falsePositives: 'f',
        codes: { 'generated-token': { outcome: 'fail', text: 'x', next: ['y'] } },
      },
      {
        id: 'token/hygiene',
        stage: 'doctor',
        per: 'gateway',
        title: 't',
        about: 'a',
        falsePositives: 'f',
        codes: {},
      },
    ],
    incidents: [
      {
        code: 'CLAW-105',
        name: 'scope upgrade pending',
        title: 't',
        about: 'a',
        symptoms: ['Pairing required', 'gateway closed (1008)'],
      },
    ],
    refusals: handshakeCodes,
  };
  const kinds = (query: string): string[] =>
    lookUp(query, catalogue).map((one) =>
      one.kind === 'incident'
        ? one.incident.code
        : one.kind === 'code'
          ? `${one.check.id} ${one.code}`
          : one.kind === 'refusal'
            ? one.refusal.code
            : one.check.id,
    );

  it.each([
    ['token/sources', ['token/sources']],
    ['token/sources generated-token', ['token/sources generated-token']],
    ['token/sources#generated-token', ['token/sources generated-token']],
    ['generated-token', ['token/sources generated-token']],
    ['token', ['token/sources', 'token/hygiene']],
    ['doctor', ['token/sources', 'token/hygiene']],
    ['CLAW-105', ['CLAW-105']],
    ['claw-105', ['CLAW-105']],
    ['105', ['CLAW-105']],
    ['Scope upgrade pending', ['CLAW-105']],
    ['pairing  REQUIRED', ['PAIRING_REQUIRED', 'CLAW-105']],
    ['Error: gateway closed (1008): pairing required', ['close 1008', 'CLAW-105']],
    ['AUTH_TOKEN_MISMATCH', ['AUTH_TOKEN_MISMATCH']],
    ['details.code: AUTH_SCOPE_MISMATCH', ['AUTH_SCOPE_MISMATCH']],
    ['auth_device_token_mismatch', ['AUTH_DEVICE_TOKEN_MISMATCH']],
    ['device_token_mismatch', ['AUTH_DEVICE_TOKEN_MISMATCH']],
    ['PAIRING_REQUIRED/scope-upgrade', ['PAIRING_REQUIRED/scope-upgrade']],
    ['device token mismatch', ['AUTH_DEVICE_TOKEN_MISMATCH']],
    ['unauthorized: gateway token mismatch', ['AUTH_TOKEN_MISMATCH']],
    ['4001', ['close 4001']],
  ])('%s', (query, found) => expect(kinds(query)).toEqual(found));

  it.each(['token/sorces', 'toString', '__proto__', 'token/sources toString', 'zz'])(
    '%s is nothing',
    (query) => {
      expect(() => kinds(query)).toThrow(UserError);
    },
  );
});
