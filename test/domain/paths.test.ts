import { describe, expect, it } from 'vitest';
import { editDistance, knownKeys, nearestKey } from '../../src/domain/openclaw/known-keys.js';
import { resolvePaths } from '../../src/domain/openclaw/paths.js';
import { isMissingText, isPlaceholder } from '../../src/domain/openclaw/placeholders.js';
import { portText } from '../../src/domain/openclaw/port.js';

const home = '/home/ann';
const state = `${home}/.openclaw`;

describe('resolvePaths', () => {
  it.each([
    ['nothing set', {}, {}, { home, stateDir: state, configPath: `${state}/openclaw.json` }],
    [
      'HOME',
      { HOME: '/root' },
      {},
      { home: '/root', stateDir: '/root/.openclaw', configPath: '/root/.openclaw/openclaw.json' },
    ],
    ['OPENCLAW_HOME', { OPENCLAW_HOME: '~/oc' }, {}, { home: `${home}/oc` }],
    ['OPENCLAW_HOME=undefined', { OPENCLAW_HOME: 'undefined' }, {}, { home }],
    ['OPENCLAW_HOME=null', { OPENCLAW_HOME: ' null ' }, {}, { home }],
    ['blank OPENCLAW_HOME', { OPENCLAW_HOME: '  ' }, {}, { home }],
    ['OPENCLAW_STATE_DIR', { OPENCLAW_STATE_DIR: ' ~/x/../s/ ' }, {}, { stateDir: `${home}/s` }],
    // Measured: 2026.5.18 and 2026.9.6 take this text as a directory name.
    [
      'OPENCLAW_STATE_DIR=undefined',
      { OPENCLAW_STATE_DIR: 'undefined' },
      {},
      { stateDir: '/cwd/undefined' },
    ],
    ['blank OPENCLAW_STATE_DIR', { OPENCLAW_STATE_DIR: '' }, {}, { stateDir: state }],
    [
      'OPENCLAW_CONFIG_PATH',
      { OPENCLAW_CONFIG_PATH: 'a/x.json' },
      {},
      { configPath: '/cwd/a/x.json', stateDir: state },
    ],
    // Measured: the variable alone moves nothing.
    ['OPENCLAW_PROFILE', { OPENCLAW_PROFILE: 'work' }, {}, { stateDir: state }],
    [
      '--home beats all variables',
      { OPENCLAW_HOME: '/a', OPENCLAW_STATE_DIR: '/b', OPENCLAW_CONFIG_PATH: '/c' },
      { home: '/h' },
      { home: '/h', stateDir: '/h/.openclaw', configPath: '/h/.openclaw/openclaw.json' },
    ],
    [
      '--state-dir beats the config variable',
      { OPENCLAW_CONFIG_PATH: '/c' },
      { stateDir: 's' },
      { stateDir: '/cwd/s', configPath: '/cwd/s/openclaw.json' },
    ],
    [
      '--config keeps the state directory',
      { OPENCLAW_STATE_DIR: '/b' },
      { config: '~/c.json' },
      { stateDir: '/b', configPath: `${home}/c.json` },
    ],
  ])('%s', (_, env, flags, expected) => {
    expect(resolvePaths({ env, home, flags, cwd: '/cwd' })).toMatchObject(expected);
  });
});

describe('keys of the gateway section', () => {
  it.each([
    ['gateway.auth', 'tokn', 'gateway.auth.token'],
    ['gateway.auth', 'tokne', 'gateway.auth.token'],
    ['gateway.auth', 'Password', 'gateway.auth.password'],
    ['gateway', 'trustedProxys', 'gateway.trustedProxies'],
    ['gateway', 'token', 'gateway.auth.token'],
    ['gateway', 'allowedOrigins', 'gateway.controlUi.allowedOrigins'],
    ['gateway', 'somethingElse', undefined],
    ['gateway', 'abc', undefined],
  ])('%s.%s is near %s', (parent, key, expected) => {
    expect(nearestKey(parent, key)).toBe(expected);
  });

  it('knows the keys of three versions', () => {
    expect(knownKeys('gateway')).toEqual(
      expect.arrayContaining(['channelHealthCheckMinutes', 'handshakeTimeoutMs', 'publicOrigin']),
    );
  });

  it.each([
    ['a', 'a', 0],
    ['ab', 'ba', 1],
    ['abc', 'abcd', 1],
    ['kitten', 'sittin', 2],
    ['a', 'abcd', Number.POSITIVE_INFINITY],
  ])('distance of %s and %s', (a, b, expected) => {
    expect(editDistance(a, b)).toBe(expected);
  });
});

it.each([
  ['18789', 18789],
  [' 0.0.0.0:19001 ', 19001],
  ['[::1]:19001', 19001],
  ['0', undefined],
  ['70000', undefined],
  ['x', undefined],
  [undefined, undefined],
])('port %s', (text, expected) => {
  expect(portText(text)).toBe(expected);
});

it.each([
  ['change-me-now', true],
  [' change-me-to-a-strong-password\n', true],
  [' undefined ', false],
  ['change-me-later', false],
])('placeholder %s', (text, expected) => {
  expect(isPlaceholder(text)).toBe(expected);
  expect(isMissingText(text)).toBe(text === ' undefined ');
});
