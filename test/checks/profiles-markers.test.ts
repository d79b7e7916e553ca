import { describe, expect, it } from 'vitest';
import completeness from '../../checks/doctor/profiles-completeness.js';
import markers from '../../checks/doctor/profiles-markers.js';
import type { Line } from '../../src/model/target.js';
import { codesOf, judgeOne } from './facts-builder.js';
import { localWithCloud, modelFacts, profile, store } from './model-facts.js';

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
