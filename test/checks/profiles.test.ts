import { describe, expect, it } from 'vitest';
import completeness from '../../checks/doctor/profiles-completeness.js';
import markers from '../../checks/doctor/profiles-markers.js';
import storeCheck from '../../checks/doctor/profiles-store.js';
import type { Line } from '../../src/model/target.js';
import { codesOf, file, judgeOne, nowMs, set, unset } from './facts-builder.js';
import { contents, localWithCloud, modelFacts, profile, store } from './model-facts.js';

const box = 'http://ollama-box:11434/v1';
const loopback = 'http://127.0.0.1:11434/v1';
const marker = { apiKey: 'ollama-local' };

describe('profiles/markers and profiles/completeness agree on markers', () => {
  it.each<[string, Line, Record<string, string>, boolean]>([
    ['loopback on 2026.3', '2026.3', { baseUrl: loopback }, false],
    [
      'LAN on 2026.3, api ollama',
      '2026.3',
      { baseUrl: 'http://192.168.178.122:11434', api: 'ollama' },
      false,
    ],
    ['the id ollama on 2026.3', '2026.3', { id: 'ollama', baseUrl: box }, true],
    ['loopback on 2026.5', '2026.5', { baseUrl: loopback }, true],
    ['loopback on 2026.9', '2026.9', { baseUrl: loopback }, true],
    ['single label on 2026.5', '2026.5', { baseUrl: box }, false],
    ['single label on 2026.9', '2026.9', { baseUrl: box }, false],
    [
      'single label, api ollama, on 2026.5',
      '2026.5',
      { baseUrl: 'http://ollama-box:11434', api: 'ollama' },
      true,
    ],
    [
      'single label, api ollama, on 2026.9',
      '2026.9',
      { baseUrl: 'http://ollama-box:11434', api: 'ollama' },
      true,
    ],
    ['tailnet on 2026.5', '2026.5', { baseUrl: 'http://100.64.0.9:11434', api: 'ollama' }, false],
    ['tailnet on 2026.9', '2026.9', { baseUrl: 'http://100.64.0.9:11434', api: 'ollama' }, false],
    ['127.0.0.2 on 2026.5', '2026.5', { baseUrl: 'http://127.0.0.2:11434', api: 'ollama' }, false],
    ['127.0.0.2 on 2026.9', '2026.9', { baseUrl: 'http://127.0.0.2:11434', api: 'ollama' }, true],
    [
      'an api without local servers',
      '2026.5',
      { baseUrl: loopback, api: 'openai-responses' },
      false,
    ],
  ])('%s', (_, line, entry, usable) => {
    const facts = modelFacts({ lines: line, config: localWithCloud({ ...marker, ...entry }) });
    expect(codesOf(markers, facts)).toEqual([usable ? 'usable' : 'marker-unusable']);
    expect(codesOf(completeness, facts)).toEqual([
      usable ? 'complete' : 'local-without-credential',
    ]);
  });

  it('names what the incident needs', () => {
    const facts = modelFacts({
      lines: '2026.5',
      config: localWithCloud({ ...marker, baseUrl: box }),
    });
    for (const check of [markers, completeness]) {
      const [finding] = judgeOne(check, facts);
      expect(finding?.params).toMatchObject({
        agent: 'main',
        path: 'agents.defaults.model',
        model: 'ollama-remote/qwen3:8b',
        provider: 'ollama-remote',
        host: 'ollama-box:11434',
        lines: ['2026.5'],
        marker: 'ollama-local',
        answers: 'openai/gpt-4.1-mini',
        answersWhere: 'cloud',
        subagents: true,
      });
      expect(finding?.subject).toBe('gateway:18789#main/ollama-remote');
      expect(finding?.next).toContain('turn-off-cloud-fallback');
    }
  });

  it('cannot decide between two versions that differ', () => {
    const config = localWithCloud({ ...marker, baseUrl: 'http://127.0.0.2:11434/v1' });
    const facts = modelFacts({ lines: ['2026.5', '2026.9'], config });
    expect(judgeOne(markers, facts)).toMatchObject([
      { code: 'depends-on-version', outcome: 'unknown', params: { lines: ['2026.5'] } },
    ]);
    expect(codesOf(completeness, facts)).toEqual(['depends-on-version']);
  });

  it('takes the model of the published report, which nothing but a spawn chooses', () => {
    const facts = modelFacts({
      lines: '2026.3',
      config: {
        models: {
          providers: {
            'ollama-remote': {
              baseUrl: 'http://192.168.178.122:11434',
              apiKey: 'ollama-local',
              api: 'ollama',
              models: [{ id: 'qwen3.5:27b' }],
            },
            openai: { apiKey: 'sk-x', models: [] },
          },
        },
        agents: {
          defaults: {
            models: { 'ollama-remote/qwen3.5:27b': {}, 'groq/llama': {} },
            model: { fallbacks: ['openai/gpt-4.1-mini'] },
          },
        },
      },
    });
    expect(judgeOne(markers, facts)).toMatchObject([
      { code: 'marker-unusable', params: { answers: 'openai/gpt-4.1-mini' } },
    ]);
  });

  it.each<[string, Line, Record<string, unknown>, string]>([
    ['keyless on loopback', '2026.5', { baseUrl: loopback }, 'usable'],
    ['keyless on a single label', '2026.5', { baseUrl: box }, 'keyless-unusable'],
    ['keyless LM Studio anywhere', '2026.9', { id: 'lmstudio', baseUrl: box }, 'usable'],
    ['keyless with auth oauth', '2026.5', { baseUrl: loopback, auth: 'oauth' }, 'keyless-unusable'],
    ['the name of an unset variable', '2026.5', { apiKey: 'OPENAI_API_KEY' }, 'variable-unset'],
    ['any other text is a key', '2026.3', { apiKey: 'dummy', baseUrl: box }, 'usable'],
  ])('%s: %s', (_, line, entry, code) => {
    const facts = modelFacts({ lines: line, config: localWithCloud(entry) });
    expect(codesOf(markers, facts)).toEqual([code]);
  });

  it('a profile in the store rescues a marker', () => {
    const config = localWithCloud({ ...marker, baseUrl: box });
    const stores = { main: store([profile('ollama-remote:default')]) };
    const facts = modelFacts({ lines: '2026.3', config, stores });
    expect(codesOf(markers, facts)).toEqual(['usable']);
    expect(codesOf(completeness, facts)).toEqual(['complete']);
  });

  it('is not applicable without a self-hosted provider', () => {
    const config = { agents: { defaults: { model: 'openai/gpt-5' } } };
    const facts = modelFacts({ lines: '2026.5', config, variables: { OPENAI_API_KEY: 'shell' } });
    expect(judgeOne(markers, facts)).toMatchObject([
      { code: 'no-local-provider', skipReason: 'not-applicable' },
    ]);
    expect(codesOf(completeness, facts)).toEqual(['complete']);
  });
});

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

describe('profiles/completeness', () => {
  it('a fresh gateway that names no model passes', () => {
    expect(codesOf(completeness, modelFacts({ lines: '2026.9', config: {} }))).toEqual([
      'no-model-named',
    ]);
  });

  it.each<[string, Line, Parameters<typeof profile>[1], Record<string, unknown>, string]>([
    ['a key', '2026.5', {}, {}, 'complete'],
    [
      'oauth in the past without refresh',
      '2026.5',
      { type: 'oauth', expires: nowMs - 1 },
      {},
      'credential-expired',
    ],
    [
      'oauth in the past with refresh',
      '2026.5',
      { type: 'oauth', expires: nowMs - 1, hasRefresh: true },
      {},
      'complete',
    ],
    [
      'oauth in seconds',
      '2026.5',
      { type: 'oauth', expires: nowMs / 1000 + 9999 },
      {},
      'credential-expired',
    ],
    ['a token in the future', '2026.5', { type: 'token', expires: nowMs + 1 }, {}, 'complete'],
    [
      'an expired token behind a reference',
      '2026.5',
      {
        type: 'token',
        expires: nowMs - 1,
        ref: { source: 'env', form: 'object', provider: 'default', id: 'T' },
        resolved: [{ environment: 'shell', mark: set(7) }],
      },
      {},
      'credential-expired',
    ],
    ['an order without it', '2026.5', {}, { order: { acme: ['other'] } }, 'credential-excluded'],
    ['an order with it', '2026.5', {}, { order: { acme: ['acme:default'] } }, 'complete'],
    [
      'auth.profiles with another mode',
      '2026.5',
      {},
      { profiles: { 'acme:default': { provider: 'acme', mode: 'oauth' } } },
      'credential-excluded',
    ],
    [
      'auth.profiles that names only a missing one',
      '2026.5',
      {},
      { profiles: { 'acme:old': { provider: 'acme', mode: 'api_key' } } },
      'complete',
    ],
    [
      'an unset keyRef',
      '2026.5',
      {
        key: { state: 'unresolved-ref', kind: 'api-key', flags: [] },
        ref: { source: 'env', form: 'object', provider: 'default', id: 'ACME' },
        resolved: [{ environment: 'shell', mark: unset() }],
      },
      {},
      'model-without-credential',
    ],
    [
      'a keyRef that is set',
      '2026.5',
      {
        key: { state: 'unresolved-ref', kind: 'api-key', flags: [] },
        ref: { source: 'env', form: 'object', provider: 'default', id: 'ACME' },
        resolved: [{ environment: 'shell', mark: set(8) }],
      },
      {},
      'complete',
    ],
    [
      'an exec reference',
      '2026.5',
      {
        key: { state: 'unresolved-ref', kind: 'api-key', flags: [] },
        ref: { source: 'exec', form: 'object', provider: 'v', id: 'x' },
      },
      {},
      'not-determined',
    ],
  ])('with %s', (_, line, change, auth, code) => {
    const stores = { main: store([profile('acme:default', change)]) };
    const facts = modelFacts({ lines: line, config: { ...cloud, auth }, stores });
    expect(codesOf(completeness, facts)).toEqual([code]);
  });

  it.each([
    [nowMs + 60_000, 'credential-disabled'],
    [nowMs - 60_000, 'complete'],
  ])('with a profile that is switched off until %i', (disabledUntilMs, code) => {
    const usage = [{ profile: 'acme:default', disabledUntilMs, disabledReason: 'auth_permanent' }];
    const stores = { main: store([profile('acme:default')], { usage }) };
    const facts = modelFacts({ lines: '2026.5', config: cloud, stores });
    expect(codesOf(completeness, facts)).toEqual([code]);
  });

  it.each<[string, Line, 'main' | 'helper', string[]]>([
    ['the helper inherits on 2026.5', '2026.5', 'main', ['complete']],
    ['the helper copies on 2026.3', '2026.3', 'main', ['complete']],
    ['main does not inherit from the helper', '2026.5', 'helper', ['model-without-credential']],
  ])('two agents, one store: %s', (_, line, owner, codes) => {
    const config = {
      ...cloud,
      agents: { ...cloud.agents, list: [{ id: 'main', default: true }, { id: 'helper' }] },
    };
    const stores = { [owner]: store([profile('acme:default')]) };
    const found = judgeOne(completeness, modelFacts({ lines: line, config, stores }));
    expect(found.map((f) => f.code)).toEqual(codes);
    if (owner === 'helper') expect(found[0]?.params.agent).toBe('main');
  });

  it('2026.9: an empty store of the agent beside a filled shared store is complete', () => {
    const stores = { main: { kind: 'sqlite' as const, contents: contents([]) } };
    const shared = {
      kind: 'state-db' as const,
      source: '~/.openclaw/state/openclaw.sqlite',
      contents: contents([profile('acme:default')]),
    };
    const facts = modelFacts({ lines: '2026.9', config: cloud, stores, shared });
    expect(codesOf(completeness, facts)).toEqual(['complete']);
    expect(codesOf(storeCheck, facts)).toEqual(['sound']);
  });

  it('a variable that only this shell has does not reach a service', () => {
    const config = { agents: { defaults: { model: 'openai/gpt-5' } } };
    const make = (where: 'shell' | 'service', service: boolean) =>
      codesOf(
        completeness,
        modelFacts({ lines: '2026.5', config, service, variables: { OPENAI_API_KEY: where } }),
      );
    expect(make('shell', false)).toEqual(['complete']);
    expect(make('service', true)).toEqual(['complete']);
    expect(make('shell', true)).toEqual(['not-determined']);
  });

  it('an unset variable in the key is a failure that says which', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the config's own spelling
    const config = localWithCloud({ apiKey: '${MY_KEY}' });
    const [finding] = judgeOne(completeness, modelFacts({ lines: '2026.5', config }));
    expect(finding).toMatchObject({ code: 'local-without-credential' });
    expect(finding?.text).toContain('the variable MY_KEY gives nothing');
    expect(finding?.next[0]).toBe('set-variable');
  });

  it('a cloud fallback without a key is a warning', () => {
    const config = localWithCloud({ ...marker });
    const { openai: _, ...rest } = (config.models as { providers: Record<string, unknown> })
      .providers;
    const facts = modelFacts({
      lines: '2026.5',
      config: { ...config, models: { providers: rest } },
    });
    expect(judgeOne(completeness, facts)).toMatchObject([
      { code: 'fallback-without-credential', outcome: 'warn', params: { provider: 'openai' } },
    ]);
  });

  it.each<[Line, string, string]>([
    ['2026.3', 'local-without-credential', 'openai/gpt-4.1-mini'],
    ['2026.5', 'local-without-credential', 'nothing'],
  ])('a strict agent on %s: %s, answered by %s', (line, code, answers) => {
    const config = localWithCloud({ ...marker, baseUrl: box });
    const agents = {
      defaults: { model: { primary: 'openai/gpt-5', fallbacks: ['openai/gpt-4.1-mini'] } },
      list: [{ id: 'main', model: 'ollama-remote/qwen3:8b' }],
    };
    const found = judgeOne(
      completeness,
      modelFacts({ lines: line, config: { ...config, agents } }),
    );
    expect(found).toMatchObject([{ code, params: { answers } }]);
  });
});

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
});
