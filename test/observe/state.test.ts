import { createHash } from 'node:crypto';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stateObserver } from '../../src/observe/files/state.js';
import { stateDatabase } from './state-fixture.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const config = '{ gateway: { auth: { token: "canary-token" } } }\n';
const digest = createHash('sha256').update(config).digest('hex');
const record = { hash: digest, bytes: config.length, observedAt: '2026-11-20T10:00:00.000Z' };

async function look(home: string) {
  const result = await stateObserver.observe(gatewayContext(home));
  return { result, data: result.state === 'ok' ? result.data : undefined };
}

const configOf = (home: string) => join(home, '.openclaw', 'openclaw.json');

async function jsonHealth(home: string, hash: unknown): Promise<void> {
  await put(join(home, '.openclaw', 'logs', 'config-health.json'), {
    entries: { [configOf(home)]: { lastKnownGood: { ...record, hash } } },
  });
}

async function sqliteHealth(home: string, hash: unknown): Promise<void> {
  await stateDatabase(home, [
    [
      'INSERT INTO config_health_entries VALUES(?, ?, 1)',
      [configOf(home), JSON.stringify({ ...record, hash })],
    ],
  ]);
}

describe.each([
  ['config-health.json', jsonHealth, 'json'],
  ['config_health_entries', sqliteHealth, 'sqlite'],
] as const)('the config last accepted, from %s', (_name, build, layout) => {
  it.each<[string, unknown, boolean | undefined]>([
    ['the same bytes', digest, true],
    ['the same bytes, upper case', digest.toUpperCase(), true],
    ['other bytes', 'a'.repeat(64), false],
    ['no digest', 'x', undefined],
    ['a number', 5, undefined],
  ])('%s', async (_case, hash, equal) => {
    const home = await temporaryHome();
    await put(configOf(home), config);
    await build(home, hash);
    const { data } = await look(home);
    expect(data?.layout).toBe(layout);
    expect(data?.appliedEqualsFile).toBe(equal);
    if (equal !== undefined) expect(data?.appliedAtMs).toBe(Date.UTC(2026, 10, 20, 10));
    expect(JSON.stringify(data).toLowerCase()).not.toContain(digest);
  });

  it('says nothing where the config is not there', async () => {
    const home = await temporaryHome();
    await build(home, digest);
    expect((await look(home)).data).not.toHaveProperty('appliedEqualsFile');
  });
});

it('knows the writer of a database', async () => {
  const home = await temporaryHome();
  await stateDatabase(home, []);
  expect((await look(home)).data).toMatchObject({
    writerVersion: '2026.9.6',
    schemaVersion: 18,
    layout: 'sqlite',
    lastGoodPresent: false,
  });
});

it('drops a version that is none', async () => {
  const home = await temporaryHome();
  await stateDatabase(home, ["UPDATE schema_meta SET app_version = 'x\u001b[2J'"]);
  expect((await look(home)).data).not.toHaveProperty('writerVersion');
});

it('believes the database of a migrated directory, not its JSON files', async () => {
  const home = await temporaryHome();
  await put(configOf(home), config);
  await jsonHealth(home, 'a'.repeat(64));
  await sqliteHealth(home, digest);
  await put(join(home, '.openclaw', 'openclaw.json.last-good'), config);
  expect((await look(home)).data).toMatchObject({
    layout: 'both',
    appliedEqualsFile: true,
    lastGoodPresent: true,
  });
});

it('still tells the rest where the database cannot be read', async () => {
  const home = await temporaryHome();
  await put(join(home, '.openclaw', 'state', 'openclaw.sqlite'), 'rubbish');
  const { data } = await look(home);
  expect(data).toMatchObject({ layout: 'sqlite', dir: { state: 'ok', path: '~/.openclaw' } });
  expect(data).not.toHaveProperty('writerVersion');
});

describe('the directory', () => {
  it('gives mode and owner', async () => {
    const home = await temporaryHome();
    await mkdir(join(home, '.openclaw'));
    await chmod(join(home, '.openclaw'), 0o751);
    const { data } = await look(home);
    expect(data?.dir).toMatchObject({ state: 'ok', mode: 0o751, uid: process.getuid?.() });
    expect(data?.layout).toBe('empty');
  });

  it.each([
    ['missing', async () => undefined, 'absent'],
    ['a file', async (home: string) => put(join(home, '.openclaw'), 'x'), 'error'],
  ])('%s', async (_name, make, state) => {
    const home = await temporaryHome();
    await make(home);
    const { result } = await look(home);
    expect(result).toMatchObject({ state, source: '~/.openclaw' });
  });
});

it('has a witness that changes with the config', async () => {
  const home = await temporaryHome();
  await put(configOf(home), config);
  const first = await stateObserver.witness?.(gatewayContext(home));
  expect(await stateObserver.witness?.(gatewayContext(home))).toBe(first);
  await put(configOf(home), `${config} `);
  expect(await stateObserver.witness?.(gatewayContext(home))).not.toBe(first);
});
