import { describe, expect, it } from 'vitest';
import completeness from '../../checks/doctor/profiles-completeness.js';
import markers from '../../checks/doctor/profiles-markers.js';
import type { Line } from '../../src/model/target.js';
import { codesOf, judgeOne, unset } from './facts-builder.js';
import { localWithCloud, type ModelSituation, modelFacts, profile, store } from './model-facts.js';

/** The variable that each configuration takes its key from; only the gateway's start can hold it. */
const key = 'ANTHROPIC_API_KEY';

const plain = { agents: { defaults: { model: 'anthropic/claude-sonnet-4-5' } } };
const reference = {
  ...plain,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the config's own spelling
  models: { providers: { anthropic: { apiKey: '${ANTHROPIC_API_KEY}', models: [] } } },
};
const name = {
  ...plain,
  models: { providers: { anthropic: { apiKey: key, models: [] } } },
};
/** A profile that refers to a variable which neither this shell nor, where there is one, the unit has. */
function byReference(id: string, line: Line, environments: readonly Environment[] = ['shell']) {
  const resolved = environments.map((environment) => ({ environment, mark: unset() }));
  const profiles = [
    profile('anthropic:default', {
      key: { state: 'unresolved-ref', kind: 'api-key', flags: [] },
      ref: { source: 'env', form: 'object', provider: 'default', id },
      resolved,
    }),
  ];
  return { main: { ...store(profiles), kind: line === '2026.9' ? 'sqlite' : 'json' } as const };
}

type Environment = 'shell' | 'service';

/** The rows of a gateway that runs: every variable of the provider is looked for. */
const runs = (state: 'set' | 'unset' | 'unreadable') => ({
  ANTHROPIC_OAUTH_TOKEN: state === 'unreadable' ? state : ('unset' as const),
  [key]: state,
});

const failed = 'model-without-credential';

type Situation = Omit<ModelSituation, 'lines'>;

const forms: [string, (line: Line) => Situation][] = [
  ['a variable that the provider asks for', () => ({ config: plain })],
  ['a reference in the config', () => ({ config: reference })],
  ['the name of a variable in place of a key', () => ({ config: name })],
  ['a reference in the store', (line) => ({ config: plain, stores: byReference(key, line) })],
];

describe.each(['2026.5', '2026.9'] as const)('what a running gateway holds (%s)', (lines) => {
  describe.each(forms)('%s', (_form, situation) => {
    it.each<[string, Partial<Situation>, string]>([
      ['is held by the process', { running: runs('set') }, 'complete'],
      ['is nowhere, and the process can be read', { running: runs('unset') }, failed],
      ['may be in a process that is hidden', { running: runs('unreadable') }, 'not-determined'],
      ['is nowhere, and nothing runs', {}, failed],
      [
        'is in .env, which the process loads',
        { running: runs('unset'), variables: { [key]: 'dotenv' } },
        'complete',
      ],
      [
        'is in this shell alone, and the process lacks it',
        { running: runs('unset'), variables: { [key]: 'shell' } },
        failed,
      ],
    ])('%s', (_, change, code) => {
      const facts = modelFacts({ lines, ...situation(lines), ...change });
      expect(codesOf(completeness, facts)).toEqual([code]);
    });
  });

  it.each([
    ['a variable', undefined],
    ['a reference', byReference(key, lines, ['shell', 'service'])],
  ])('a unit says what its gateway gets, whoever may look at the process: %s', (_, stores) => {
    const service = { lines, config: plain, service: true, ...(stores ? { stores } : {}) };
    const hidden = modelFacts({ ...service, running: runs('unreadable') });
    expect(codesOf(completeness, hidden)).toEqual([failed]);
    // By hand, or from the manager's own environment: what the process has, it has.
    const held = modelFacts({ ...service, running: runs('set') });
    expect(codesOf(completeness, held)).toEqual(['complete']);
  });

  it('says which variable, and why it is not known', () => {
    const hidden = modelFacts({ lines, config: plain, running: runs('unreadable') });
    const [unknown] = judgeOne(completeness, hidden);
    expect(unknown).toMatchObject({ outcome: 'unknown' });
    expect(unknown?.text).toMatch(/may be in the environment of the running gateway/);
    const running = runs('unset');
    const lost = modelFacts({ lines, config: plain, running, variables: { [key]: 'shell' } });
    expect(judgeOne(completeness, lost)[0]?.text).toContain(`${key} is set in this shell, but`);
  });

  it('a reference in the store by a name that was not looked for is not known', () => {
    const situation = { lines, config: plain, stores: byReference('MY_OWN_NAME', lines) };
    const codes = (running: ModelSituation['running']) =>
      codesOf(completeness, modelFacts({ ...situation, ...(running ? { running } : {}) }));
    expect(codes(runs('unset'))).toEqual(['not-determined']);
    expect(codes(undefined)).toEqual([failed]);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a variable', { models: [] }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the config's own spelling
    ['a reference', { apiKey: '${OPENAI_API_KEY}', models: [] }],
    ['a name', { apiKey: 'OPENAI_API_KEY', models: [] }],
  ])('a cloud fallback that only this shell has a key for still counts: %s', (_, openai) => {
    const config = localWithCloud({
      apiKey: 'ollama-local',
      baseUrl: 'http://ollama-box:11434/v1',
    });
    const { providers } = config.models as { providers: Record<string, unknown> };
    const running = { OPENAI_API_KEY: 'unset' as const };
    const answers = (variables: ModelSituation['variables']) => {
      const models = { providers: { ...providers, openai } };
      const more = { running, ...(variables ? { variables } : {}) };
      const facts = modelFacts({ lines, config: { ...config, models }, ...more });
      return judgeOne(markers, facts).map((f) => `${f.code} ${String(f.params.answers)}`);
    };
    const cloud = 'marker-unusable openai/gpt-4.1-mini';
    expect(answers({ OPENAI_API_KEY: 'shell' })[0]).toBe(cloud);
    expect(answers(undefined)[0]).toBe('marker-unusable nothing');
  });

  it.each(['unset', 'unreadable'] as const)('leaves markers alone (%s)', (state) => {
    const box = { id: 'vllm', baseUrl: 'http://gpu-box:8000/v1' };
    for (const provider of [{ ...box, apiKey: 'custom-local' }, box]) {
      const config = localWithCloud(provider);
      const idle = modelFacts({ lines, config });
      const running = { VLLM_API_KEY: state, OPENAI_API_KEY: state };
      const busy = modelFacts({ lines, config, running });
      const found = codesOf(markers, busy);
      expect(found).toEqual([provider === box ? 'keyless-unusable' : 'marker-unusable']);
      expect(found).toEqual(codesOf(markers, idle));
      expect(codesOf(completeness, busy)).toEqual(codesOf(completeness, idle));
    }
  });
});
