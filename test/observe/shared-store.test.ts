import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentStoreObserver } from '../../src/observe/files/agent-store.js';
import { sharedStoreObserver } from '../../src/observe/files/shared-store.js';
import { stateDatabase } from './state-fixture.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const key = 'sk-canary-0123456789abcdef0123456789';
const store = { profiles: { 'openai:default': { type: 'api_key', provider: 'openai', key } } };
const cell = (name: string, value: unknown): [string, string[]] => [
  'INSERT INTO config_machine_state VALUES(?, ?, 1)',
  [name, typeof value === 'string' ? value : JSON.stringify(value)],
];
const pointer = cell('auth.sharedStore', { location: 'state-db' });
const mainStore = (home: string) =>
  join(home, '.openclaw', 'agents', 'main', 'agent', 'auth-profiles.json');

async function look(home: string) {
  const context = gatewayContext(home);
  const result = await sharedStoreObserver.observe(context);
  expect(JSON.stringify(result)).not.toContain(key);
  return { result, data: result.state === 'ok' ? result.data : undefined, context };
}

it('is in the state database once the pointer says so', async () => {
  const home = await temporaryHome();
  await stateDatabase(home, [
    pointer,
    cell('authProfiles.store', store),
    cell('authProfiles.state', { order: { openai: ['openai:default'] } }),
  ]);
  const { data, context } = await look(home);
  expect(data).toMatchObject({
    kind: 'state-db',
    source: '~/.openclaw/state/openclaw.sqlite',
    contents: {
      shape: 'profiles',
      profiles: [{ id: 'openai:default', key: { state: 'set' } }],
      order: { openai: ['openai:default'] },
    },
  });
  expect(context.secrets.needles()).toHaveLength(1);
});

it.each<[string, unknown, string]>([
  ['truncated', '{"profiles":{', 'truncated'],
  ['empty', {}, 'empty'],
])('a cell that is %s', async (_name, value, shape) => {
  const home = await temporaryHome();
  await stateDatabase(home, [pointer, cell('authProfiles.store', value)]);
  expect((await look(home)).data?.contents?.shape).toBe(shape);
});

it('is empty where the pointer is set and the cell is not', async () => {
  const home = await temporaryHome();
  await stateDatabase(home, [pointer]);
  expect((await look(home)).data).toMatchObject({ kind: 'state-db', contents: { shape: 'empty' } });
});

describe('without the pointer', () => {
  it('is the main agent’s own', async () => {
    const home = await temporaryHome();
    await stateDatabase(home, [cell('authProfiles.store', {})]);
    await put(mainStore(home), store);
    expect((await look(home)).data).toMatchObject({
      kind: 'main-agent',
      source: '~/.openclaw/agents/main/agent/auth-profiles.json',
      contents: { profiles: [{ id: 'openai:default' }] },
    });
  });

  it('is none where the main agent has none', async () => {
    const home = await temporaryHome();
    await stateDatabase(home, []);
    expect((await look(home)).data).toMatchObject({ kind: 'none' });
  });
});

it('of an earlier version is the main agent’s file, with the same classes', async () => {
  const home = await temporaryHome();
  await put(mainStore(home), store);
  const context = gatewayContext(home);
  const shared = await sharedStoreObserver.observe(context);
  const agent = await agentStoreObserver.observe({
    ...gatewayContext(home, { agent: 'main' }),
    secrets: context.secrets,
    once: context.once,
  });
  if (shared.state !== 'ok' || agent.state !== 'ok') throw new Error('not read');
  const [first, second] = context.secrets.seal([shared.data.contents, agent.data.contents]);
  expect(first?.profiles[0]?.key.class).toBe(second?.profiles[0]?.key.class);
});

it.each<[string, (home: string) => Promise<unknown>, string]>([
  ['no state directory', async () => undefined, 'absent'],
  ['a state directory that is a file', (home) => put(join(home, '.openclaw'), 'x'), 'error'],
  [
    'a database that is none',
    (home) => put(join(home, '.openclaw', 'state', 'openclaw.sqlite'), 'x'),
    'error',
  ],
  ['a main store that is no file', (home) => put(join(mainStore(home), 'x'), 'x'), 'error'],
])('%s', async (_name, make, state) => {
  const home = await temporaryHome();
  await make(home);
  expect((await look(home)).result.state).toBe(state);
});

it('has a witness that changes with a credential, not with its use', async () => {
  const home = await temporaryHome();
  const witness = async () => sharedStoreObserver.witness?.(gatewayContext(home));
  await stateDatabase(home, [pointer, cell('authProfiles.store', store)]);
  const first = await witness();
  await stateDatabase(home, [
    pointer,
    cell('authProfiles.store', store),
    cell('authProfiles.state', { lastGood: {} }),
  ]);
  expect(await witness()).toBe(first);
  await stateDatabase(home, [pointer, cell('authProfiles.store', {})]);
  expect(await witness()).not.toBe(first);
});
