import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeBootsObserver } from '../../src/observe/files/boots.js';
import { stateDatabase } from './state-fixture.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

async function look(home: string, runRoot = join(home, 'run')) {
  const result = await makeBootsObserver(runRoot).observe(gatewayContext(home));
  return result.state === 'ok' ? result.data : result;
}

const insert = 'INSERT INTO gateway_boot_lifecycle VALUES(?, ?, ?, ?, ?, ?, ?)';

it('reads the boots of 2026.9, those that were killed and those that failed', async () => {
  const home = await temporaryHome();
  await stateDatabase(home, [
    [insert, ['b', 12, 2000, null, null, 'gateway.crash_loop_breaker', null]],
    [insert, ['a', 11, 1000, 1500, 'startup_failed', null, 'free text with a secret']],
    [insert, ['c', 13, 3000, 3500, 'a new outcome', null, null]],
    [insert, ['d', 14, -5, null, null, null, null]],
  ]);
  const data = await look(home);
  expect(data).toMatchObject({
    table: { state: 'ok' },
    boots: [
      {
        startedAtMs: 1000,
        completedAtMs: 1500,
        pid: 11,
        outcome: 'startup_failed',
        crashLoop: false,
      },
      { startedAtMs: 2000, pid: 12, crashLoop: true },
      { startedAtMs: 3000, outcome: 'other' },
    ],
  });
  expect(JSON.stringify(data)).not.toContain('secret');
});

it('keeps the newest of a storm that has lasted a day', async () => {
  const home = await temporaryHome();
  await stateDatabase(home, [
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
     INSERT INTO gateway_boot_lifecycle SELECT 'b' || i, i, i * 1000, NULL, NULL, NULL, NULL FROM n`,
  ]);
  const data = await look(home);
  expect(data).toMatchObject({ boots: expect.objectContaining({ length: 200 }) });
  expect('boots' in data && data.boots.at(-1)?.startedAtMs).toBe(3_000_000);
});

it('reads failure bundles by their names alone', async () => {
  const home = await temporaryHome();
  const dir = join(home, '.openclaw', 'logs', 'stability');
  for (const name of [
    'openclaw-stability-2026-11-20T10-00-00-500Z-42-gateway.startup_failed.json',
    'openclaw-stability-2026-11-20T09-00-00-000Z-41-uncaught_exception.json',
    'openclaw-stability-2026-99-20T09-00-00-000Z-41-x.json',
    'openclaw-stability-2026-11-20T09-00-00-000Z-41-\u001b[2J.json',
    'other.json',
  ]) {
    await put(join(dir, name), 'not read');
  }
  expect(await look(home)).toMatchObject({
    table: { state: 'absent' },
    boots: [],
    bundles: [
      { atMs: Date.UTC(2026, 10, 20, 9), pid: 41, reason: 'uncaught_exception' },
      { atMs: Date.UTC(2026, 10, 20, 10, 0, 0, 500), pid: 42, reason: 'gateway.startup_failed' },
    ],
  });
});

it('knows when systemd last started the unit', async () => {
  const home = await temporaryHome();
  await put(
    join(home, '.config/systemd/user/openclaw-gateway.service'),
    '[Service]\nExecStart=/usr/bin/openclaw gateway\n',
  );
  await put(join(home, '.openclaw', 'openclaw.json'), '{}');
  const uid = process.getuid?.() ?? 0;
  const units = join(home, 'run', 'user', String(uid), 'systemd', 'units');
  await mkdir(units, { recursive: true });
  await symlink('0123456789abcdef', join(units, 'invocation:openclaw-gateway.service'));
  const data = await look(home);
  expect('unitStartedAtMs' in data && data.unitStartedAtMs).toBeGreaterThan(Date.now() - 60_000);
});

it.each<[string, (home: string) => Promise<unknown>, object]>([
  ['no state directory', async () => {}, { state: 'absent' }],
  ['a file in its place', (home) => put(join(home, '.openclaw'), 'x'), { state: 'error' }],
  [
    'a database that is none',
    (home) => put(join(home, '.openclaw', 'state', 'openclaw.sqlite'), 'garbage'),
    { boots: [], table: { state: 'error' } },
  ],
  [
    'a table of another shape',
    (home) =>
      stateDatabase(home, [
        'DROP TABLE gateway_boot_lifecycle',
        'CREATE VIEW gateway_boot_lifecycle AS SELECT 1',
      ]),
    { boots: [], table: { state: 'absent' } },
  ],
])('survives %s', async (_name, stage, expected) => {
  const home = await temporaryHome();
  await stage(home);
  expect(await look(home)).toMatchObject(expected);
});
