import { describe, expect, it } from 'vitest';
import completeness from '../../checks/doctor/profiles-completeness.js';
import storeCheck from '../../checks/doctor/profiles-store.js';
import type { Line } from '../../src/model/target.js';
import { codesOf, file, judgeOne, set } from './facts-builder.js';
import { contents, localWithCloud, modelFacts, profile, store } from './model-facts.js';

const marker = { apiKey: 'ollama-local' };

const cloud = {
  agents: { defaults: { model: 'acme/one' } },
  models: {
    providers: {
      acme: {
        api: 'openai-completions',
        baseUrl: 'https://api.acme.example/v1',
        models: [{ id: 'one' }],
      },
    },
  },
};

describe('profiles/store', () => {
  const path = '~/.openclaw/agents/main/agent/auth-profiles.json';
  const keys = contents([profile('acme:default')]);
  it.each<[string, Line, Parameters<typeof modelFacts>[0]['stores'], number, string]>([
    ['sound', '2026.5', { main: { contents: keys } }, 1000, 'sound'],
    ['none', '2026.5', {}, 1000, 'inherits'],
    [
      'truncated',
      '2026.5',
      { main: { contents: contents([], { shape: 'truncated' }) } },
      1000,
      'truncated',
    ],
    [
      'flat',
      '2026.5',
      { main: { contents: contents([], { shape: 'flat' }) } },
      1000,
      'wrong-shape',
    ],
    [
      'mode 000, its own user',
      '2026.5',
      { main: { file: file(path, { state: 'denied', mode: 0 }) } },
      1000,
      'unreadable',
    ],
    [
      'mode 000, seen as root',
      '2026.5',
      { main: { file: file(path, { mode: 0 }), contents: keys } },
      0,
      'unreadable',
    ],
    [
      'mode 600, we are another user',
      '2026.5',
      { main: { file: file(path, { state: 'denied' }) } },
      1001,
      'not-readable-here',
    ],
    [
      'owned by somebody else',
      '2026.5',
      { main: { file: file(path, { state: 'denied', uid: 0 }) } },
      1000,
      'unreadable',
    ],
    ['a FIFO', '2026.5', { main: { file: file(path, { state: 'not-a-file' }) } }, 1000, 'invalid'],
    [
      'aliases',
      '2026.5',
      { main: { contents: contents([profile('a:b', { alias: true })]) } },
      1000,
      'aliases',
    ],
    [
      'dropped entries',
      '2026.5',
      { main: { contents: contents([], { dropped: [{ id: 'x', reason: 'invalid_type' }] }) } },
      1000,
      'entries-dropped',
    ],
    ['a JSON store on 2026.9', '2026.9', { main: { contents: keys } }, 1000, 'migration-pending'],
    [
      'legacy beside an empty database',
      '2026.9',
      {
        main: {
          kind: 'sqlite',
          contents: contents([]),
          legacy: [{ path, kind: 'auth-profiles', shape: 'profiles' }],
        },
      },
      1000,
      'migration-pending',
    ],
    [
      'legacy beside a filled database',
      '2026.9',
      {
        main: {
          kind: 'sqlite',
          contents: keys,
          legacy: [{ path, kind: 'auth-profiles', shape: 'profiles' }],
        },
      },
      1000,
      'sound',
    ],
    [
      'a damaged database',
      '2026.9',
      {
        main: {
          kind: 'sqlite',
          file: file(path, { state: 'error', reason: 'damaged, or not an SQLite database' }),
        },
      },
      1000,
      'invalid',
    ],
  ])('%s on %s', (_, line, stores, ourUid, code) => {
    const facts = modelFacts({ lines: line, config: cloud, ourUid, ...(stores ? { stores } : {}) });
    expect(codesOf(storeCheck, facts)).toEqual([code]);
  });

  it('a store that cannot be read fails what depends on it, and says so once for each agent', () => {
    const stores = { main: { contents: contents([], { shape: 'truncated' as const }) } };
    const v5 = judgeOne(completeness, modelFacts({ lines: '2026.5', config: cloud, stores }));
    expect(v5).toMatchObject([{ code: 'store-unusable', next: ['repair-credential-store'] }]);
    const local = modelFacts({ lines: '2026.5', config: localWithCloud(marker), stores });
    expect(codesOf(completeness, local)).toEqual(['complete']);
    const refused = modelFacts({ lines: '2026.9', config: localWithCloud(marker), stores });
    expect(judgeOne(completeness, refused)).toMatchObject([
      { code: 'store-unusable', params: { answers: 'nothing' } },
    ]);
  });

  it.each<[string, Line, number, string]>([
    ['differ on 2026.3', '2026.3', 2, 'stale-copy'],
    ['agree on 2026.3', '2026.3', 1, 'sound'],
    ['differ on 2026.5, which reads through', '2026.5', 2, 'sound'],
  ])('copies of the main agent that %s', (_, line, value, code) => {
    const config = { ...cloud, agents: { list: [{ id: 'main' }, { id: 'helper' }] } };
    const stores = {
      main: store([profile('acme:default', { key: set(1) })]),
      helper: store([profile('acme:default', { key: set(value) })]),
    };
    expect(codesOf(storeCheck, modelFacts({ lines: line, config, stores }))).toEqual([
      'sound',
      code,
    ]);
  });
});
