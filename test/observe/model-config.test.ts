import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelConfigFacts } from '../../src/model/facts-models.js';
import { modelConfigObserver } from '../../src/observe/files/model-config.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const canary = 'sk-canary-1f9d0c2b7a6e';

async function observe(config: unknown, env: Record<string, string> = {}, home?: string) {
  const at = home ?? (await temporaryHome());
  if (config !== undefined) await put(join(at, '.openclaw', 'openclaw.json'), config);
  const result = await modelConfigObserver.observe(gatewayContext(at, { env }));
  return result;
}

async function facts(config: unknown, env: Record<string, string> = {}, home?: string) {
  const result = await observe(config, env, home);
  if (result.state !== 'ok') throw new Error(`${result.state}: ${result.reason}`);
  return result.data;
}

function paths(data: ModelConfigFacts): string[] {
  return data.references.map((r) => `${r.path}=${r.primary ?? '-'}`);
}

describe('gateway.models', () => {
  it('projects providers: marker as text, key as mark, address without secrets', async () => {
    const data = await facts(
      {
        models: {
          providers: {
            'ollama-remote': {
              baseUrl: `http://user:${canary}@ollama-box:11434/?k=${canary}`,
              api: 'ollama',
              apiKey: 'ollama-local',
              models: [{ id: 'qwen3:8b' }],
            },
            Acme: { apiKey: canary },
            ref: { apiKey: { source: 'env', provider: 'default', id: 'REF_KEY' } },
          },
        },
      },
      { REF_KEY: canary },
    );
    expect(data.providers).toMatchObject([
      {
        id: 'ollama-remote',
        marker: 'ollama-local',
        key: { mark: { state: 'set', flags: expect.arrayContaining(['marker']) } },
        baseUrl: { host: 'ollama-box', port: 11434 },
        models: [{ id: 'qwen3:8b' }],
      },
      { id: 'acme', key: { mark: { state: 'set' } } },
      {
        id: 'ref',
        key: { ref: { source: 'env', id: 'REF_KEY' } },
        resolved: [{ environment: 'shell', mark: { state: 'set' } }],
      },
    ]);
    expect(data.providers[1]).not.toHaveProperty('marker');
    expect(JSON.stringify(data)).not.toContain(canary);
  });

  it('finds every path of both spellings', async () => {
    const data = await facts({
      agents: {
        defaults: {
          model: { primary: 'a/1', fallbacks: ['a/2'] },
          models: { 'a/1': { alias: 'one' }, 'b/2': {} },
          subagents: { model: 'a/3' },
          imageModel: 'a/4',
          heartbeat: { model: 'a/5' },
          compaction: { model: 'a/6', memoryFlush: { model: 'a/7' } },
          mediaModels: { video: 'a/8' },
          memorySearch: { provider: 'gemini', model: 'embed' },
        },
        list: [{ id: 'Helper', model: 'h/1' }],
        entries: { writer: { default: true, subagents: { model: { primary: 'w/1' } } } },
      },
      hooks: { mappings: [{ model: 'k/1', agentId: 'writer' }], gmail: { model: 'k/2' } },
      channels: { modelByChannel: { telegram: { '+491701234567': 'c/1' } } },
      tools: {
        media: {
          models: [
            { provider: 'm', model: '1' },
            { type: 'cli', command: 'whisper' },
          ],
          audio: { models: [{ provider: 'm2', model: 'x' }] },
        },
        web: { x_search: { model: 'grok-4' } },
      },
      plugins: { entries: { 'active-memory': { config: { model: 'p/1' } } } },
    });
    expect(paths(data)).toEqual([
      'agents.defaults.model=a/1',
      'agents.defaults.subagents.model=a/3',
      'agents.defaults.imageModel=a/4',
      'agents.defaults.mediaModels.video=a/8',
      'agents.defaults.heartbeat.model=a/5',
      'agents.defaults.compaction.model=a/6',
      'agents.defaults.compaction.memoryFlush.model=a/7',
      'agents.defaults.memorySearch.provider=google/embed',
      'agents.defaults.models["a/1"]=a/1',
      'agents.defaults.models["b/2"]=b/2',
      'agents.entries.writer.subagents.model=w/1',
      'agents.list[0].model=h/1',
      'tools.media.models[0]=m/1',
      'tools.media.audio.models[0]=m2/x',
      'tools.web.x_search.model=xai/grok-4',
      'channels.modelByChannel[0][0]=c/1',
      'hooks.gmail.model=k/2',
      'plugins.entries.active-memory.config.model=p/1',
      'hooks.mappings[0].model=k/1',
    ]);
    expect(data.agents).toEqual([
      { id: 'writer', default: true },
      { id: 'helper', default: false },
    ]);
    expect(data.aliases).toEqual({ one: 'a/1' });
    expect(JSON.stringify(data)).not.toContain('491701234567');
  });

  it('reads cron jobs and recent sessions, without their keys', async () => {
    const home = await temporaryHome();
    const state = join(home, '.openclaw');
    const now = Date.UTC(2026, 10, 20);
    await put(join(state, 'cron', 'jobs.json'), {
      jobs: [
        { id: 'j1', agentId: 'main', payload: { model: 'c/1', fallbacks: [] } },
        { id: 'j2', enabled: false, payload: { model: 'c/2' } },
      ],
    });
    await put(join(state, 'agents', 'main', 'sessions', 'sessions.json'), {
      'agent:main:whatsapp:+491701234567': {
        updatedAt: now - 1000,
        providerOverride: 's',
        modelOverride: '1',
        modelOverrideSource: 'user',
      },
      old: { updatedAt: now - 30 * 24 * 3600 * 1000, providerOverride: 's', modelOverride: '2' },
    });
    const data = await facts({}, {}, home);
    expect(data.references).toEqual([
      {
        path: 'cron:j1',
        role: 'cron',
        agent: 'main',
        form: 'object',
        primary: 'c/1',
        fallbacks: [],
      },
      {
        path: 'sessions of main: s/1',
        agent: 'main',
        role: 'session',
        primary: 's/1',
        form: 'string',
        fallbacks: [],
      },
    ]);
    expect(JSON.stringify(data)).not.toContain('491701234567');
  });

  it('lists variables of referenced providers only, by where they are set', async () => {
    const home = await temporaryHome();
    await put(join(home, '.openclaw', '.env'), `GEMINI_API_KEY=${canary}\n`);
    const data = await facts(
      {
        agents: { defaults: { model: { primary: 'google/g', fallbacks: ['groq/x'] } } },
        env: { vars: { GROQ_API_KEY: canary } },
      },
      { OPENAI_API_KEY: canary, XAI_API_KEY: canary, GROQ_API_KEY: ' ' },
      home,
    );
    expect(data.environment.map((v) => `${v.name} ${v.where} ${v.mark.state}`)).toEqual([
      'GEMINI_API_KEY dotenv set',
      'GROQ_API_KEY dotenv set',
      'OPENAI_API_KEY shell set',
    ]);
    expect(JSON.stringify(data)).not.toContain(canary);
  });

  it('without a config file says that nothing is configured', async () => {
    const data = await facts(undefined);
    expect(data).toMatchObject({ providers: [], references: [], agents: [{ id: 'main' }] });
  });

  it.each([
    ['truncated', '{"agents": {', 'error'],
    ['an array', '[]', 'error'],
  ])('a config that is %s is %s', async (_, text, state) => {
    expect((await observe(text)).state).toBe(state);
  });

  it('a config that may not be read is denied', async (test) => {
    if (process.getuid?.() === 0) test.skip();
    const home = await temporaryHome();
    const path = await put(join(home, '.openclaw', 'openclaw.json'), {});
    await chmod(path, 0);
    expect((await observe(undefined, {}, home)).state).toBe('denied');
  });

  it('wrong types, prototypes and control characters do no harm', async () => {
    const home = await temporaryHome();
    await mkdir(join(home, '.openclaw', 'cron', 'jobs.json'), { recursive: true });
    const hostile = `{"__proto__": {"x": 1},
      "models": {"providers": {"__proto__": {"apiKey": "x"}, "a": 3, "b": {"models": "no", "baseUrl": 7,
        "apiKey": {"x": 1}}}},
      "auth": {"order": {"__proto__": ["x"], "a": "no", "b": [1, "p\\u001b[31m"]}, "profiles": [1]},
      "agents": {"defaults": {"model": 7, "models": ["x"], "heartbeat": "x"},
        "list": [null, 3, {"id": 4}, {"id": "../../etc"}], "entries": []},
      "hooks": {"mappings": {"a": 1}}, "env": 3, "memory": [] }`;
    const data = await facts(hostile, {}, home);
    expect(data.order).toEqual({ b: ['p\ufffd[31m'] });
    expect(data.agents).toEqual([{ id: '../../etc', default: true }]);
    expect(data.references).toEqual([]);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});
