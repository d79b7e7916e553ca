import { describe, expect, it } from 'vitest';
import check from '../../checks/doctor/fallback-locality.js';
import { FactSet } from '../../src/model/fact-set.js';
import type { Observation } from '../../src/model/observation.js';
import type { Line } from '../../src/model/target.js';
import { codesOf, judgeOne } from './facts-builder.js';
import { localWithCloud, modelFacts } from './model-facts.js';

const marker = { apiKey: 'ollama-local' };
const box = { ...marker, baseUrl: 'http://ollama-box:11434/v1' };

describe('fallback/locality', () => {
  it.each<[string, Line, Record<string, unknown>, boolean | undefined, string[]]>([
    ['a working local model', '2026.5', marker, undefined, ['cloud-fallback']],
    ['a working local model, localOnly', '2026.5', marker, true, ['cloud-fallback-forbidden']],
    ['an unusable local model', '2026.5', box, undefined, ['cloud-answers-instead']],
    ['an unusable local model, localOnly', '2026.9', box, true, ['cloud-answers-instead']],
  ])('%s', (_, line, entry, localOnly, codes) => {
    const facts = modelFacts({
      lines: line,
      config: localWithCloud(entry),
      ...(localOnly === undefined ? {} : { localOnly }),
    });
    expect(codesOf(check, facts)).toEqual(codes);
  });

  it('names the cloud model that answers', () => {
    const [finding] = judgeOne(check, modelFacts({ lines: '2026.5', config: localWithCloud(box) }));
    expect(finding?.params).toMatchObject({
      model: 'ollama-remote/qwen3:8b',
      answers: 'openai/gpt-4.1-mini',
      answersWhere: 'cloud',
      credential: 'unusable-marker',
    });
  });

  it('a chain without fallbacks stays local', () => {
    const config = localWithCloud(box, {
      model: { primary: 'ollama-remote/qwen3:8b', fallbacks: [] },
    });
    expect(codesOf(check, modelFacts({ lines: '2026.5', config }))).toEqual(['stays-local']);
  });

  it('a cloud provider that the operator allows is no finding', () => {
    const config = localWithCloud(marker);
    const facts = modelFacts({ lines: '2026.5', config, localOnly: true, allowed: ['openai'] });
    expect(codesOf(check, facts)).toEqual(['stays-local']);
  });

  it('is not applicable where no path means a local model', () => {
    const config = { agents: { defaults: { model: 'openai/gpt-5' } } };
    expect(judgeOne(check, modelFacts({ lines: '2026.5', config }))).toMatchObject([
      { code: 'no-local-model', skipReason: 'not-applicable' },
    ]);
  });

  it('lists every cloud path of a local-only setup', () => {
    const config = localWithCloud(marker, {
      model: { primary: 'ollama-remote/qwen3:8b', fallbacks: [] },
      heartbeat: { model: 'openai/gpt-5-nano' },
      compaction: { model: 'openai/gpt-5-nano' },
      imageModel: 'google/gemini',
    });
    const found = judgeOne(
      check,
      modelFacts({
        lines: '2026.5',
        config,
        localOnly: true,
        references: [
          {
            path: 'cron:nightly',
            role: 'cron',
            primary: 'openai/gpt-5',
            fallbacks: [],
            form: 'object',
          },
        ],
      }),
    );
    expect(new Set(found.flatMap((f) => f.params.paths))).toEqual(
      new Set([
        'agents.defaults.heartbeat.model',
        'agents.defaults.compaction.model',
        'agents.defaults.imageModel',
        'cron:nightly',
      ]),
    );
    expect(found.every((f) => f.code === 'cloud-path-forbidden')).toBe(true);
  });

  it('a strict subagent stays local where its agent does not', () => {
    const config = localWithCloud(box, { subagents: { model: 'ollama-remote/qwen3:8b' } });
    const [finding] = judgeOne(check, modelFacts({ lines: '2026.5', config }));
    expect(finding?.params.answers).toBe('openai/gpt-4.1-mini');
    const strict = localWithCloud(box, {
      model: { primary: 'ollama-remote/qwen3:8b', fallbacks: [] },
      subagents: { model: { primary: 'ollama-remote/qwen3:8b' } },
    });
    expect(codesOf(check, modelFacts({ lines: '2026.5', config: strict }))).toEqual([
      'stays-local',
    ]);
  });

  it('a cloud model behind a local port is named', () => {
    const config = localWithCloud({ ...marker, id: 'ollama', models: [{ id: 'kimi-k2.5:cloud' }] });
    const agents = { defaults: { model: 'ollama/kimi-k2.5:cloud' } };
    const facts = modelFacts({ lines: '2026.5', config: { ...config, agents } });
    expect(judgeOne(check, facts)).toMatchObject([
      { code: 'cloud-behind-local-port', outcome: 'warn', params: { host: '127.0.0.1:11434' } },
    ]);
  });

  it('a provider called openai on this host is local', () => {
    const facts = modelFacts({
      lines: '2026.9',
      config: {
        models: {
          providers: {
            openai: {
              api: 'openai-completions',
              baseUrl: 'http://127.0.0.1:8080/v1',
              apiKey: 'x',
              models: [{ id: 'm' }],
            },
          },
        },
        agents: { defaults: { model: 'openai/m' } },
      },
    });
    expect(codesOf(check, facts)).toEqual(['stays-local']);
  });

  describe('embeddings', () => {
    const base = localWithCloud(marker, {
      model: { primary: 'ollama-remote/qwen3:8b', fallbacks: [] },
    });
    const providers = (base.models as { providers: Record<string, unknown> }).providers;
    const onlyLocal = { models: { providers: { 'ollama-remote': providers['ollama-remote'] } } };
    it.each<[string, Line, object, Record<string, 'shell'>, string]>([
      ['2026.9 with a key', '2026.9', {}, { OPENAI_API_KEY: 'shell' }, 'embeddings-in-cloud'],
      ['2026.9 without a key', '2026.9', {}, {}, 'stays-local'],
      ['2026.5 with a key', '2026.5', {}, { OPENAI_API_KEY: 'shell' }, 'stays-local'],
      [
        'a local provider',
        '2026.9',
        { provider: 'local' },
        { OPENAI_API_KEY: 'shell' },
        'stays-local',
      ],
      ['switched off', '2026.9', { enabled: false }, { OPENAI_API_KEY: 'shell' }, 'stays-local'],
    ])('%s', (_, line, search, variables, code) => {
      const config = { ...base, ...onlyLocal, memory: { search } };
      expect(codesOf(check, modelFacts({ lines: line, config, variables }))).toEqual([code]);
    });
  });

  it('depends on the version where the versions differ', () => {
    const config = localWithCloud({ ...marker, baseUrl: 'http://127.0.0.2:11434/v1' });
    expect(codesOf(check, modelFacts({ lines: ['2026.5', '2026.9'], config }))).toEqual([
      'depends-on-version',
    ]);
  });

  it.each([
    ['that nobody has looked for', [], 'expectations-unreadable'],
    ['that cannot be read', [{ state: 'denied', reason: 'EACCES' }], 'expectations-unreadable'],
    ['that are not there', [{ state: 'absent', reason: 'none' }], 'stays-local'],
  ] as const)('knows nothing of expectations %s', (_what, states, code) => {
    const config = localWithCloud(marker, { model: 'ollama-remote/qwen3:8b' });
    const { models } = config as { models: { providers: Record<string, unknown> } };
    const providers = { 'ollama-remote': models.providers['ollama-remote'] };
    const facts = modelFacts({ lines: '2026.5', config: { ...config, models: { providers } } });
    const wish = facts.observations.find(({ id }) => id === 'host.expectations');
    const others = facts.observations.filter(({ id }) => id !== 'host.expectations');
    const changed = states.map((state) => ({ ...wish, ...state }) as Observation);
    expect(codesOf(check, new FactSet([...others, ...changed]))).toEqual([code]);
  });
});
