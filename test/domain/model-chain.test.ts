import { describe, expect, it } from 'vitest';
import { chainsOf, namesNoModel } from '../../src/domain/openclaw/model-chain.js';
import type { ModelConfigFacts, ModelReference } from '../../src/model/facts-models.js';
import type { Line } from '../../src/model/target.js';

function config(
  references: Partial<ModelReference>[],
  change: Partial<ModelConfigFacts> = {},
): ModelConfigFacts {
  return {
    providers: [],
    references: references.map((r) => ({
      path: `${r.role} of ${r.agent ?? 'all'}`,
      role: 'defaults',
      form: 'object',
      ...r,
    })),
    order: {},
    profiles: [],
    agents: [{ id: 'main', default: true }],
    aliases: {},
    environment: [],
    memorySearch: {},
    ...change,
  };
}

function chains(facts: ModelConfigFacts, line: Line = '2026.5'): string[] {
  return chainsOf(facts, line).map((c) => {
    const models = [c.primary?.text ?? '-', ...c.fallbacks.map((f) => f.text)];
    return `${c.agent} ${c.role}: ${models.join(' > ')}`;
  });
}

const defaults: Partial<ModelReference> = { primary: 'a/1', fallbacks: ['c/9'] };

describe('chainsOf', () => {
  it.each<[string, Partial<ModelReference>[], Line, string[]]>([
    ['defaults', [defaults], '2026.5', ['main agent: a/1 > c/9']],
    [
      'a string on an agent is strict',
      [defaults, { role: 'agent', agent: 'main', primary: 'b/2', form: 'string' }],
      '2026.5',
      ['main agent: b/2'],
    ],
    [
      'not on 2026.3',
      [defaults, { role: 'agent', agent: 'main', primary: 'b/2', form: 'string' }],
      '2026.3',
      ['main agent: b/2 > c/9'],
    ],
    [
      'an own list',
      [defaults, { role: 'agent', agent: 'main', primary: 'b/2', fallbacks: ['d/3'] }],
      '2026.5',
      ['main agent: b/2 > d/3'],
    ],
    [
      'an empty list alone turns fallback off',
      [defaults, { role: 'agent', agent: 'main', fallbacks: [] }],
      '2026.9',
      ['main agent: a/1'],
    ],
    [
      'subagents are strict too',
      [defaults, { role: 'subagent', primary: 'b/2', form: 'object' }],
      '2026.5',
      ['main agent: a/1 > c/9', 'main subagent: b/2'],
    ],
    [
      'a job takes the fallbacks and ends at the primary',
      [defaults, { role: 'heartbeat', primary: 'b/2' }],
      '2026.5',
      ['main agent: a/1 > c/9', 'main heartbeat: b/2 > c/9 > a/1'],
    ],
    [
      'a pinned session does not',
      [defaults, { role: 'session', agent: 'main', primary: 'b/2', fallbacks: [] }],
      '2026.5',
      ['main agent: a/1 > c/9', 'main session: b/2'],
    ],
    [
      'an image model has its own list',
      [defaults, { role: 'image', primary: 'b/2' }],
      '2026.5',
      ['main agent: a/1 > c/9', 'main image: b/2'],
    ],
    ['fallbacks without any primary', [{ fallbacks: ['c/9'] }], '2026.5', ['main agent: - > c/9']],
    ['a bare name is openai', [{ primary: 'gpt' }], '2026.5', ['main agent: openai/gpt']],
    ['a bare name was anthropic', [{ primary: 'gpt' }], '2026.3', ['main agent: anthropic/gpt']],
    ['a bare name of a voice is nobody', [{ role: 'tts', primary: 'alloy' }], '2026.5', []],
  ])('%s', (_, references, line, expected) => {
    expect(chains(config(references), line)).toEqual(expected);
  });

  it('each agent inherits the defaults and replaces what it sets', () => {
    const facts = config(
      [
        defaults,
        { role: 'heartbeat', path: 'agents.defaults.heartbeat.model', primary: 'h/1' },
        { role: 'heartbeat', path: 'agents.list[1].heartbeat.model', agent: 'two', primary: 'h/2' },
      ],
      {
        agents: [
          { id: 'one', default: true },
          { id: 'two', default: false },
        ],
      },
    );
    expect(chains(facts).filter((c) => c.includes('heartbeat'))).toEqual([
      'one heartbeat: h/1 > c/9 > a/1',
      'two heartbeat: h/2 > c/9 > a/1',
    ]);
  });

  it('resolves aliases, models of one provider and pinned profiles', () => {
    const facts = config(
      [{ primary: 'Fast', fallbacks: ['only-mine', 'a/1@a:work', 'x/y@beta'] }],
      {
        aliases: { fast: 'b/quick' },
        providers: [
          {
            id: 'mine',
            key: { mark: { state: 'unset', kind: 'api-key', flags: [] } },
            models: [{ id: 'only-mine' }],
          },
        ],
      },
    );
    expect(chains(facts)).toEqual(['main agent: b/quick > mine/only-mine > a/1 > x/y@beta']);
    expect(chainsOf(facts, '2026.5')[0]?.fallbacks[1]?.profile).toBe('a:work');
  });

  it('knows when nothing names a model', () => {
    expect(namesNoModel(config([]))).toBe(true);
    expect(namesNoModel(config([{ fallbacks: [] }]))).toBe(true);
    expect(namesNoModel(config([defaults]))).toBe(false);
  });
});
