import { describe, expect, it } from 'vitest';
import completeness from '../../checks/doctor/profiles-completeness.js';
import markers from '../../checks/doctor/profiles-markers.js';
import storeCheck from '../../checks/doctor/profiles-store.js';
import type { Line } from '../../src/model/target.js';
import { codesOf, file, judgeOne, nowMs, set, unset } from './facts-builder.js';
import { contents, localWithCloud, modelFacts, profile, store } from './model-facts.js';

const box = 'http://ollama-box:11434/v1';
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

  it('a provider that only models.json has counts until 2026.5', () => {
    const entry = {
      id: 'old',
      api: 'openai-completions',
      key: { mark: set(9, 'api-key') },
      models: [{ id: 'm' }],
    };
    const modelsJson = {
      file: file('~/.openclaw/agents/main/agent/models.json'),
      providers: [entry],
    };
    const config = { agents: { defaults: { model: 'old/m' } } };
    const codes = (['2026.3', '2026.5', '2026.9'] as const).map((lines) =>
      codesOf(
        completeness,
        modelFacts({ lines, config, stores: { main: { kind: 'none', modelsJson } } }),
      ),
    );
    expect(codes).toEqual([['complete'], ['complete'], ['not-determined']]);
  });

  it('a self-hosted fallback without a key is told by profiles/markers alone', () => {
    const config = localWithCloud({ ...marker, baseUrl: box });
    const agents = {
      defaults: { model: { primary: 'openai/gpt-5', fallbacks: ['ollama-remote/qwen3:8b'] } },
    };
    const facts = modelFacts({ lines: '2026.5', config: { ...config, agents } });
    expect(codesOf(completeness, facts)).toEqual(['complete']);
    expect(judgeOne(markers, facts)).toMatchObject([
      { code: 'fallback-unusable', outcome: 'warn' },
    ]);
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
