import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentStoreObserver } from '../../src/observe/files/agent-store.js';
import { liveDatabase, type Statements } from './sqlite-fixture.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const key = 'sk-canary-0123456789abcdef0123456789';
const agentDir = (home: string) => join(home, '.openclaw', 'agents', 'main', 'agent');
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = `${part({ alg: 'RS256', kid: 'k1' })}.${part({ iss: 'https://auth.example.com', aud: ['a'], exp: 1_800_000_000, sub: 'secret-subject' })}.c2lnbmF0dXJlc2lnbmF0dXJl`;

type Entry = Record<string, unknown>;

async function jsonStore(home: string, store: unknown, state?: unknown): Promise<void> {
  await put(join(agentDir(home), 'auth-profiles.json'), store);
  if (state !== undefined) await put(join(agentDir(home), 'auth-state.json'), state);
}

async function sqliteStore(home: string, store?: unknown, state?: unknown): Promise<void> {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const rows: Statements = [];
  if (store !== undefined) {
    rows.push(["INSERT INTO auth_profile_store VALUES('primary', ?, 1)", [text(store)]]);
  }
  if (state !== undefined) {
    rows.push(["INSERT INTO auth_profile_state VALUES('primary', ?, 1)", [text(state)]]);
  }
  await liveDatabase(join(agentDir(home), 'openclaw-agent.sqlite'), {
    base: [
      'CREATE TABLE auth_profile_store(store_key TEXT PRIMARY KEY, store_json TEXT, updated_at INTEGER) STRICT',
      'CREATE TABLE auth_profile_state(state_key TEXT PRIMARY KEY, state_json TEXT, updated_at INTEGER) STRICT',
    ],
    log: rows,
  });
}

async function look(home: string, env: Record<string, string> = {}) {
  const context = gatewayContext(home, { agent: 'main', env });
  const result = await agentStoreObserver.observe(context);
  const data = result.state === 'ok' ? context.secrets.seal(result.data) : undefined;
  const text = JSON.stringify(data ?? {});
  // Whatever a test plants: nothing that the vault holds is in what would be recorded.
  for (const { value, weak } of context.secrets.needles()) {
    if (!weak) expect(text).not.toContain(value);
  }
  return { result, data, context };
}

async function profile(entry: unknown, env?: Record<string, string>) {
  const home = await temporaryHome();
  await jsonStore(home, { version: 1, profiles: { 'x:default': entry } });
  const { data } = await look(home, env);
  return { found: data?.contents?.profiles[0], dropped: data?.contents?.dropped };
}

describe.each([
  ['JSON', 'json', jsonStore],
  ['SQLite', 'sqlite', sqliteStore],
] as const)('a store in %s', (_name, kind, build) => {
  it('has its profiles, order and windows, and no secret', async () => {
    const home = await temporaryHome();
    await build(
      home,
      {
        version: 1,
        profiles: {
          'openai:default': { type: 'api_key', provider: 'OpenAI', key },
          'ollama:default': { type: 'api_key', provider: 'ollama', key: 'ollama-local' },
        },
        order: { openai: ['inline'], other: ['kept'] },
      },
      {
        version: 1,
        order: { OpenAI: ['openai:default', 5] },
        usageStats: {
          'openai:default': { disabledUntil: 99, disabledReason: 'auth_permanent', lastUsed: 1 },
          'ollama:default': { cooldownUntil: 77, cooldownReason: key },
          quiet: { lastUsed: 5 },
        },
      },
    );
    const { data, context } = await look(home);
    expect(data).toMatchObject({ kind, file: { state: 'ok' }, legacy: [] });
    expect(data?.contents).toMatchObject({
      shape: 'profiles',
      order: { openai: ['openai:default'], other: ['kept'] },
      usage: [
        {
          profile: 'openai:default',
          disabledUntilMs: 99,
          disabledReason: 'auth_permanent',
        },
        { profile: 'ollama:default', cooldownUntilMs: 77, cooldownReason: 'unknown' },
      ],
      profiles: [
        {
          id: 'openai:default',
          provider: 'openai',
          type: 'api_key',
          alias: false,
          key: { state: 'set', kind: 'api-key' },
        },
        {
          id: 'ollama:default',
          provider: 'ollama',
          key: { state: 'set', flags: expect.arrayContaining(['marker']) },
        },
      ],
    });
    expect(context.secrets.needles().map(({ value }) => value)).toEqual([key]);
  });

  it.each<[string, string, string]>([
    ['cut off', '{"version":1,"profiles":{"a:b":{"type":"api_key","prov', 'truncated'],
    ['blank', ' \n', 'truncated'],
    ['no JSON', 'version: 1', 'invalid'],
    ['an array', '[]', 'not-an-object'],
    ['an empty object', '{}', 'empty'],
    ['without entries', '{"version":1,"profiles":{}}', 'empty'],
    ['profiles of the wrong type', '{"profiles":[]}', 'invalid'],
    ['the flat form', `{"openai":{"type":"api_key","key":"${key}"}}`, 'flat'],
    ['something else', '{"a":1}', 'invalid'],
  ])('%s', async (_case, text, shape) => {
    const home = await temporaryHome();
    await build(home, text);
    const { data, context } = await look(home);
    expect(data?.contents?.shape).toBe(shape);
    expect(data?.contents?.profiles).toEqual([]);
    if (shape === 'flat') expect(context.secrets.needles()).toHaveLength(1);
  });
});

describe('a profile', () => {
  it.each<[string, Entry, object]>([
    [
      'with aliases',
      { mode: 'api_key', provider: 'x', apiKey: key },
      { alias: true, type: 'api_key', key: { state: 'set' } },
    ],
    [
      'of a token',
      { type: 'token', provider: 'x', token: key, expires: 5 },
      { type: 'token', key: { kind: 'token', state: 'set' }, expires: 5 },
    ],
    ['without a key', { type: 'api_key', provider: 'x' }, { key: { state: 'unset' } }],
    [
      'with a blank key',
      { type: 'api_key', provider: 'x', key: '  ' },
      { key: { state: 'blank' } },
    ],
    [
      'with a key of the wrong type',
      { type: 'api_key', provider: 'x', key: 5 },
      { key: { state: 'unreadable' } },
    ],
    [
      'with an expiry of the wrong type',
      { type: 'token', provider: 'x', token: key, expires: 'soon' },
      { expires: 0 },
    ],
    [
      'with an expiry in seconds, as stored',
      { type: 'oauth', provider: 'x', access: key, expires: 1_700_000_000 },
      { expires: 1_700_000_000, hasRefresh: false },
    ],
    [
      'of OAuth',
      {
        type: 'oauth',
        provider: 'x',
        access: jwt,
        refresh: 'refresh-canary-1234567',
        idToken: 'id-canary-123456789',
      },
      {
        type: 'oauth',
        key: { kind: 'oauth', state: 'set' },
        hasRefresh: true,
        jwt: {
          alg: 'RS256',
          kid: 'k1',
          iss: 'https://auth.example.com',
          aud: ['a'],
          exp: 1_800_000_000,
        },
      },
    ],
  ])('%s', async (_name, entry, expected) => {
    const { found, dropped } = await profile(entry);
    expect(found).toMatchObject(expected);
    expect(dropped).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['no object', 'x', 'non_object'],
    ['null', null, 'non_object'],
    ['no type', { provider: 'x', key }, 'invalid_type'],
    ['a type of the config alone', { type: 'aws-sdk', provider: 'x' }, 'invalid_type'],
    ['no provider', { type: 'api_key', key }, 'missing_provider'],
    ['a blank provider', { type: 'api_key', provider: ' ', key }, 'missing_provider'],
  ])('that is dropped: %s', async (_name, entry, reason) => {
    const { found, dropped } = await profile(entry);
    expect(found).toBeUndefined();
    expect(dropped).toEqual([{ id: 'x:default', reason }]);
  });

  it('of type apiKey is dropped by earlier versions and taken by 2026.9', async () => {
    const store = { profiles: { 'x:default': { type: 'apiKey', provider: 'x', key } } };
    const old = await temporaryHome();
    await jsonStore(old, store);
    expect((await look(old)).data?.contents?.dropped).toHaveLength(1);
    const home = await temporaryHome();
    await sqliteStore(home, store);
    expect((await look(home)).data?.contents?.profiles).toHaveLength(1);
  });

  it('keeps the key as OpenClaw uses it apart from the bytes', async () => {
    const home = await temporaryHome();
    const entry = (text: string) => ({ type: 'api_key', provider: 'x', key: text });
    await jsonStore(home, { profiles: { a: entry(key), b: entry(` ${key}\n`) } });
    const { data } = await look(home);
    const [a, b] = data?.contents?.profiles ?? [];
    expect(b?.key.class).toBe(a?.key.class);
    expect(b?.key.rawClass).not.toBe(a?.key.rawClass);
  });
});

describe('a reference', () => {
  const env = (id: string) => ({ source: 'env', provider: 'default', id });
  it.each<[string, Entry]>([
    ['in keyRef', { keyRef: env('STORE_KEY') }],
    ['as an object in key', { key: env('STORE_KEY') }],
    ['as a template', { key: `\${STORE_KEY}` }],
  ])('%s stays one, and is followed in this environment', async (_name, entry) => {
    const full = { type: 'api_key', provider: 'x', ...entry };
    const set = await profile(full, { STORE_KEY: key });
    expect(set.found).toMatchObject({
      key: { state: 'unresolved-ref', kind: 'api-key' },
      ref: { source: 'env', id: 'STORE_KEY' },
      resolved: [{ environment: 'shell', mark: { state: 'set' } }],
    });
    const unset = await profile(full, {});
    expect(unset.found?.resolved?.[0]?.mark.state).toBe('unresolved-ref');
  });

  it('is found in .env, and kept beside an inline key', async () => {
    const home = await temporaryHome();
    await put(join(home, '.openclaw', '.env'), `STORE_KEY=${key}\n`);
    const entry = {
      type: 'api_key',
      provider: 'x',
      key: 'inline-canary-12345678',
      keyRef: env('STORE_KEY'),
    };
    await jsonStore(home, { profiles: { a: entry } });
    const { data } = await look(home);
    const found = data?.contents?.profiles[0];
    expect(found?.key.state).toBe('set');
    expect(found?.resolved?.[0]?.mark.state).toBe('set');
    expect(found?.resolved?.[0]?.mark.class).not.toBe(found?.key.class);
  });
});

describe('an agent directory', () => {
  it('that is missing is an agent without a store of its own', async () => {
    const { data } = await look(await temporaryHome());
    expect(data).toMatchObject({ kind: 'none', file: { state: 'absent' }, legacy: [] });
    expect(data).not.toHaveProperty('contents');
  });

  it('with auth.json alone has what 2026.5 would take over', async () => {
    const home = await temporaryHome();
    await put(join(agentDir(home), 'auth.json'), { openai: { type: 'api_key', key } });
    const { data } = await look(home);
    expect(data).toMatchObject({
      kind: 'json',
      contents: { shape: 'profiles', profiles: [{ id: 'openai:default', provider: 'openai' }] },
    });
  });

  it('lists JSON stores beside a database, with their shapes', async () => {
    const home = await temporaryHome();
    await sqliteStore(home);
    const store = { profiles: { 'openai:default': { type: 'api_key', provider: 'openai', key } } };
    await jsonStore(home, store);
    await put(join(agentDir(home), 'auth.json'), { openai: { type: 'api_key', key } });
    const { data } = await look(home);
    expect(data?.kind).toBe('sqlite');
    expect(data?.contents).toMatchObject({ shape: 'empty', profiles: [] });
    expect(data?.legacy.map(({ kind, shape }) => [kind, shape])).toEqual([
      ['auth-profiles', 'profiles'],
      ['auth-json', 'flat'],
    ]);
  });

  it('with a database that is none says so and has no contents', async () => {
    const home = await temporaryHome();
    await put(join(agentDir(home), 'openclaw-agent.sqlite'), 'x'.repeat(9000));
    const { data } = await look(home);
    expect(data).toMatchObject({ kind: 'sqlite', file: { state: 'error' } });
    expect(data).not.toHaveProperty('contents');
  });

  it.skipIf(process.getuid?.() === 0)('with a store of mode 000 is denied, not empty', async () => {
    const home = await temporaryHome();
    await jsonStore(home, {});
    await chmod(join(agentDir(home), 'auth-profiles.json'), 0);
    const { data } = await look(home);
    expect(data).toMatchObject({ kind: 'json', file: { state: 'denied', mode: 0 } });
    expect(data).not.toHaveProperty('contents');
  });

  it.each<[string, (path: string) => Promise<unknown>, string]>([
    ['a directory', (path) => mkdir(path, { recursive: true }), 'not-a-file'],
    ['too large', async (path) => put(path, Buffer.alloc(5 * 1024 * 1024, 32)), 'too-large'],
  ])('with a store that is %s', async (_name, make, state) => {
    const home = await temporaryHome();
    await make(join(agentDir(home), 'auth-profiles.json'));
    expect((await look(home)).data).toMatchObject({ kind: 'json', file: { state } });
  });
});

it('survives hostile names and prototypes', async () => {
  const home = await temporaryHome();
  const file = join(agentDir(home), 'auth-profiles.json');
  await put(file, {});
  await writeFile(
    file,
    `{"profiles":{"__proto__":{"type":"api_key","provider":"__proto__","key":"${key}"},
      "\\u001b[2J${'x'.repeat(900)}":{"type":"token","provider":"constructor","token":"${key}"}},
      "order":{"__proto__":["a"],"constructor":["b"]},"usageStats":{"__proto__":{"cooldownUntil":1e999}}}`,
  );
  const { data } = await look(home);
  expect(data?.contents?.profiles.map(({ provider }) => provider)).toEqual([
    '__proto__',
    'constructor',
  ]);
  expect(data?.contents?.profiles[1]?.id).toMatch(/^\ufffd\[2Jx+…$/);
  expect(Object.keys(data?.contents?.order ?? {})).toEqual(['constructor']);
  expect(({} as Entry).cooldownUntil).toBeUndefined();
});

describe('models.json', () => {
  it('is projected where it is', async () => {
    const home = await temporaryHome();
    await put(join(agentDir(home), 'models.json'), {
      providers: {
        'ollama-remote': {
          baseUrl: 'http://user:pw@10.0.0.9:11434/v1?k=1',
          apiKey: 'ollama-local',
          api: 'openai-completions',
          models: [{ id: 'qwen3:8b' }, 5, { id: 7 }],
        },
        openai: { apiKey: key },
        env: { apiKey: 'OPENAI_API_KEY' },
        hidden: { apiKey: 'oauth:canary-behind-a-prefix' },
        broken: 5,
      },
    });
    const { data } = await look(home);
    expect(data?.modelsJson).toMatchObject({ file: { state: 'ok' } });
    expect(data?.modelsJson?.providers).toMatchObject([
      {
        id: 'ollama-remote',
        api: 'openai-completions',
        baseUrl: { host: '10.0.0.9', port: 11434, hadSecretParts: true },
        marker: 'ollama-local',
        models: [{ id: 'qwen3:8b' }],
      },
      { id: 'openai', key: { mark: { state: 'set', kind: 'api-key' } } },
      { id: 'env', marker: 'OPENAI_API_KEY' },
      { id: 'hidden', marker: 'oauth:' },
      { id: 'broken', key: { mark: { state: 'unset' } }, models: [] },
    ]);
    expect(JSON.stringify(data)).not.toContain('canary');
  });

  it('is no part of the facts where it is not', async () => {
    const home = await temporaryHome();
    await jsonStore(home, {});
    expect((await look(home)).data).not.toHaveProperty('modelsJson');
  });

  it('is an error where it is cut off', async () => {
    const home = await temporaryHome();
    await put(join(agentDir(home), 'models.json'), '{"providers":{');
    expect((await look(home)).data?.modelsJson).toMatchObject({
      file: { state: 'error', reason: 'ends in the middle' },
      providers: [],
    });
  });
});
