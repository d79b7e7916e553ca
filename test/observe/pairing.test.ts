import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pairingObserver } from '../../src/observe/files/pairing.js';
import type { Statements } from './sqlite-fixture.js';
import { newDevice, stateDatabase } from './state-fixture.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const token = 'device-token-canary-1';
const other = 'device-token-canary-2';
const device = newDevice();
const paired = {
  deviceId: device.id,
  publicKey: 'x',
  clientId: 'cli',
  clientMode: 'cli',
  platform: 'linux',
  role: 'operator',
  roles: ['operator'],
  scopes: ['operator.read'],
  approvedScopes: ['operator.read'],
  tokens: { operator: { token, role: 'operator', scopes: ['operator.read'], revokedAtMs: 7 } },
  createdAtMs: 5,
  approvedAtMs: 6,
};
const pending = {
  requestId: 'request-1',
  deviceId: device.id,
  clientId: 'cli',
  clientMode: 'cli',
  platform: 'linux',
  role: 'operator',
  scopes: ['operator.admin'],
  silent: false,
  isRepair: true,
  ts: 8,
};

async function jsonStore(home: string): Promise<void> {
  const state = join(home, '.openclaw');
  await put(join(state, 'identity', 'device.json'), {
    version: 1,
    deviceId: device.id,
    publicKeyPem: device.publicKeyPem,
    privateKeyPem: device.privateKeyPem,
    createdAtMs: 4,
  });
  await put(join(state, 'identity', 'device-auth.json'), {
    version: 1,
    deviceId: device.id,
    tokens: { operator: { token, role: 'operator', scopes: ['operator.read'], updatedAtMs: 9 } },
  });
  await put(join(state, 'devices', 'paired.json'), { [device.id]: paired });
  await put(join(state, 'devices', 'pending.json'), { 'request-1': pending });
}

async function sqliteStore(home: string, tokens: unknown = paired.tokens): Promise<void> {
  const scopes = JSON.stringify(['operator.read']);
  await stateDatabase(home, [
    [
      "INSERT INTO device_identities VALUES('primary', ?, ?, ?, 4, 4)",
      [device.id, device.publicKeyPem, device.privateKeyPem],
    ],
    ["INSERT INTO device_auth_tokens VALUES(?, 'operator', ?, ?, 9)", [device.id, token, scopes]],
    [
      "INSERT INTO device_pairing_paired VALUES(?, 'cli', 'cli', 'linux', 'operator', ?, ?, ?, ?, 5, 6)",
      [device.id, '["operator"]', scopes, scopes, JSON.stringify(tokens)],
    ],
    [
      "INSERT INTO device_pairing_pending VALUES('request-1', ?, 'cli', 'cli', 'linux', 'operator', NULL, ?, 0, 1, 8)",
      [device.id, '["operator.admin"]'],
    ],
  ]);
}

async function look(home: string) {
  const context = gatewayContext(home);
  const result = await pairingObserver.observe(context);
  if (result.state !== 'ok') return { result, context };
  return { result, context, data: context.secrets.seal(result.data) };
}

describe.each([
  ['JSON files', 'json', jsonStore],
  ['SQLite', 'sqlite', sqliteStore],
] as const)('pairing from %s', (_name, store, build) => {
  it('is identity, tokens, paired and pending, without a secret', async () => {
    const home = await temporaryHome();
    await build(home);
    const { data, context } = await look(home);
    expect(data?.store).toBe(store);
    expect(data?.identity).toMatchObject({
      state: 'ok',
      rows: [{ deviceId: device.id, idMatchesKey: true, createdAtMs: 4 }],
    });
    expect(data?.deviceTokens.rows).toMatchObject([
      { deviceId: device.id, role: 'operator', scopes: ['operator.read'], updatedAtMs: 9 },
    ]);
    expect(data?.paired.rows).toMatchObject([
      {
        deviceId: device.id,
        clientId: 'cli',
        roles: ['operator'],
        approvedScopes: ['operator.read'],
        tokens: [{ role: 'operator', scopes: ['operator.read'], revokedAtMs: 7 }],
        createdAtMs: 5,
        approvedAtMs: 6,
      },
    ]);
    expect(data?.pending.rows).toEqual([
      {
        requestId: 'request-1',
        deviceId: device.id,
        clientId: 'cli',
        clientMode: 'cli',
        platform: 'linux',
        roles: ['operator'],
        scopes: ['operator.admin'],
        silent: false,
        isRepair: true,
        tsMs: 8,
      },
    ]);
    const held = data?.deviceTokens.rows[0]?.mark;
    expect(held).toMatchObject({ state: 'set', kind: 'device-token' });
    expect(data?.paired.rows[0]?.tokens[0]?.mark.class).toBe(held?.class);
    const text = JSON.stringify(data);
    for (const { value } of context.secrets.needles()) expect(text).not.toContain(value);
    expect(context.secrets.needles().map(({ value }) => value)).toContain(token);
  });
});

it('gives other classes to device tokens that differ', async () => {
  const home = await temporaryHome();
  await sqliteStore(home, { operator: { token: other, role: 'operator', scopes: [] } });
  const { data } = await look(home);
  const stored = data?.deviceTokens.rows[0]?.mark.class;
  expect(stored).toBeGreaterThanOrEqual(0);
  expect(data?.paired.rows[0]?.tokens[0]?.mark.class).not.toBe(stored);
});

it('lists JSON files beside a database, and does not believe them', async () => {
  const home = await temporaryHome();
  await jsonStore(home);
  await stateDatabase(home, []);
  const { data } = await look(home);
  expect(data?.store).toBe('sqlite');
  expect(data?.staleJson).toEqual([
    '~/.openclaw/identity/device.json',
    '~/.openclaw/identity/device-auth.json',
    '~/.openclaw/devices/paired.json',
    '~/.openclaw/devices/pending.json',
  ]);
  expect(data?.identity).toMatchObject({ state: 'absent', rows: [] });
  expect(data?.paired).toMatchObject({ state: 'ok', rows: [] });
});

it('a host that never paired has absent parts', async () => {
  const home = await temporaryHome();
  await mkdir(join(home, '.openclaw'));
  const { data } = await look(home);
  expect(data?.store).toBe('none');
  expect(data?.identity.state).toBe('absent');
  expect(data?.pending.state).toBe('absent');
});

it('takes the array that the oldest paired.json was', async () => {
  const home = await temporaryHome();
  const { approvedScopes: _none, ...old } = paired;
  await put(join(home, '.openclaw', 'devices', 'paired.json'), [old]);
  const { data } = await look(home);
  expect(data?.paired.rows[0]).toMatchObject({
    deviceId: device.id,
    approvedScopes: ['operator.read'],
  });
});

describe('hostile files', () => {
  const files = {
    identity: 'identity/device.json',
    deviceTokens: 'identity/device-auth.json',
    paired: 'devices/paired.json',
    pending: 'devices/pending.json',
  };
  it.each(
    Object.keys(files).flatMap((part) =>
      (
        [
          ['truncated', '{"a":{"b', 'invalid'],
          ['of the wrong type', '42', 'invalid'],
          ['with a byte order mark', '\ufeff{}', 'invalid'],
          ['deeply nested', '['.repeat(200_000), 'invalid'],
          ['with rows of the wrong type', '{"x":5,"__proto__":{"deviceId":7}}', 'invalid'],
        ] as const
      ).map(([name, text, state]) => [part as keyof typeof files, name, text, state] as const),
    ),
  )('%s %s is a state of that part alone', async (part, _name, text, state) => {
    const home = await temporaryHome();
    await jsonStore(home);
    await writeFile(join(home, '.openclaw', files[part]), text);
    const { data } = await look(home);
    expect(data?.[part].state).toBe(state);
    const others = (['identity', 'deviceTokens', 'paired', 'pending'] as const).filter(
      (name) => name !== part,
    );
    for (const name of others) expect(data?.[name].state).toBe('ok');
  });

  it('a key that is not of this id does not match', async () => {
    const home = await temporaryHome();
    const file = join(home, '.openclaw', 'identity', 'device.json');
    for (const publicKeyPem of [newDevice().publicKeyPem, 'rubbish', 5, undefined]) {
      await put(file, { deviceId: device.id, publicKeyPem });
      const { data } = await look(home);
      expect(data?.identity.rows[0]?.idMatchesKey).toBe(false);
    }
  });

  it('names lose control characters and length', async () => {
    const home = await temporaryHome();
    const nasty = { ...paired, clientId: `\u001b[31m${'x'.repeat(5000)}`, scopes: [5, 'a\nb'] };
    await put(join(home, '.openclaw', 'devices', 'paired.json'), { x: nasty });
    const { data } = await look(home);
    expect(data?.paired.rows[0]?.clientId).not.toContain('\u001b');
    expect(data?.paired.rows[0]?.clientId.length).toBeLessThanOrEqual(200);
    expect(data?.paired.rows[0]?.scopes).toEqual(['a\ufffdb']);
  });

  it('a row of the database with broken JSON spoils its table, not the others', async () => {
    const home = await temporaryHome();
    await stateDatabase(home, [
      "INSERT INTO device_pairing_paired VALUES('d1', '', '', '', 'operator', '[', NULL, NULL, NULL, 5, 6)",
      "INSERT INTO device_pairing_paired VALUES('d2', '', '', '', 'operator', NULL, NULL, NULL, NULL, 5, 6)",
    ]);
    const { data } = await look(home);
    expect(data?.paired.state).toBe('invalid');
    expect(data?.paired.rows.map(({ deviceId }) => deviceId)).toEqual(['d2']);
    expect(data?.pending.state).toBe('ok');
  });

  it('a database that is none is an error, not an empty store', async () => {
    const home = await temporaryHome();
    await jsonStore(home);
    await put(join(home, '.openclaw', 'state', 'openclaw.sqlite'), 'no database');
    const { result } = await look(home);
    expect(result.state).toBe('error');
  });
});

describe('a state directory', () => {
  it('that does not exist is absent', async () => {
    const { result } = await look(await temporaryHome());
    expect(result).toMatchObject({ state: 'absent', source: '~/.openclaw' });
  });

  it('that is a file is an error', async () => {
    const home = await temporaryHome();
    await put(join(home, '.openclaw'), 'x');
    const { result } = await look(home);
    expect(result).toMatchObject({ state: 'error', reason: 'not a directory' });
  });

  it.skipIf(process.getuid?.() === 0)('of mode 000 is denied, with mode and owner', async () => {
    const home = await temporaryHome();
    await jsonStore(home);
    await chmod(join(home, '.openclaw'), 0);
    const { result } = await look(home);
    await chmod(join(home, '.openclaw'), 0o700);
    expect(result.state).toBe('denied');
    expect(result.state !== 'ok' && result.reason).toMatch(/mode 0000.*uid \d+/);
  });
});

describe('the witness', () => {
  const witness = async (home: string) => pairingObserver.witness?.(gatewayContext(home));

  it('tells an approval in the database from its other traffic', async () => {
    const home = await temporaryHome();
    await sqliteStore(home);
    const first = await witness(home);
    expect(await witness(home)).toBe(first);
    await sqliteStore(home, { operator: { ...paired.tokens.operator, lastUsedAtMs: 77 } });
    expect(await witness(home)).toBe(first);
    await stateDatabase(home, []);
    expect(await witness(home)).not.toBe(first);
  });

  it('changes with a JSON file', async () => {
    const home = await temporaryHome();
    await jsonStore(home);
    const first = await witness(home);
    await put(join(home, '.openclaw', 'devices', 'pending.json'), {});
    expect(await witness(home)).not.toBe(first);
  });
});

it.each([0, 1005])('finds the own row behind %i foreign ones', async (count) => {
  const home = await temporaryHome();
  await jsonStore(home);
  const foreign = Array.from({ length: count }, (_, n) => [
    `f${n}`,
    { ...paired, deviceId: `f${n}` },
  ]);
  await put(join(home, '.openclaw/devices/paired.json'), {
    ...Object.fromEntries(foreign),
    [device.id]: paired,
  });
  const { data } = await look(home);
  expect(data?.paired.state).toBe('ok');
  expect(data?.paired.rows.some((row) => row.deviceId === device.id)).toBe(true);
});

it('finds the own row behind 1,500 foreign ones in a database', async () => {
  const home = await temporaryHome();
  const row =
    "INSERT INTO device_pairing_paired VALUES(?, 'cli', 'cli', 'linux', 'operator', ?, ?, ?, ?, 5, 6)";
  const scopes = '["operator.read"]';
  const columns = ['["operator"]', scopes, scopes, '{}'];
  await stateDatabase(home, [
    [
      "INSERT INTO device_identities VALUES('primary', ?, ?, ?, 4, 4)",
      [device.id, device.publicKeyPem, device.privateKeyPem],
    ],
    ...Array.from({ length: 1500 }, (_, n): Statements[number] => [row, [`0-${n}`, ...columns]]),
    [row, [device.id, ...columns]],
  ]);
  const { data } = await look(home);
  const { state, reason, rows = [] } = data?.paired ?? {};
  expect({ state, reason }).toEqual({ state: 'ok', reason: 'only 1001 rows were read' });
  expect(rows.filter(({ deviceId }) => deviceId === device.id)).toHaveLength(1);
});
