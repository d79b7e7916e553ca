import { chmod, link, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SecretRef } from '../../src/model/facts-gateway.js';
import { loadConfig } from '../../src/observe/files/config-source.js';
import { resolveSecretRef } from '../../src/observe/files/secret-refs.js';
import { liveDatabase } from './sqlite-fixture.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const secret = 'qV7-canary-Lx93bTz0Rm5Kp';

interface Case {
  config?: unknown;
  environment?: Record<string, string>;
  prepare?: (home: string) => Promise<unknown>;
}

async function resolve(ref: Partial<SecretRef>, { config, environment, prepare }: Case) {
  const home = await temporaryHome();
  await put(join(home, '.openclaw', 'openclaw.json'), config ?? {});
  await prepare?.(home);
  const context = gatewayContext(home);
  const full: SecretRef = { source: 'env', form: 'object', provider: 'default', id: 'T', ...ref };
  const result = await resolveSecretRef(
    full,
    await loadConfig(context),
    (name) => environment?.[name],
    context,
    'token',
  );
  expect(JSON.stringify(result)).not.toContain(secret);
  return { ...result, needles: context.secrets.needles().map((needle) => needle.value) };
}

const provider = (settings: object) => ({ secrets: { providers: { p: settings } } });

describe('variables', () => {
  it.each([
    ['set', { T: secret }, {}, {}, 'set', undefined],
    ['unset', {}, {}, {}, 'unresolved-ref', 'T is unset or blank'],
    ['blank', { T: ' ' }, {}, {}, 'unresolved-ref', 'T is unset or blank'],
    ['given by the config', { T: '' }, { env: { vars: { T: secret } } }, {}, 'set', undefined],
    ['given by the config, short', {}, { env: { T: secret } }, {}, 'set', undefined],
    [
      'not on the allow-list',
      { T: secret },
      provider({ source: 'env', allowlist: ['X'] }),
      { provider: 'p' },
      'unresolved-ref',
      'T is not in secrets.providers.p.allowlist',
    ],
    [
      'on the allow-list',
      { T: secret },
      provider({ source: 'env', allowlist: ['T'] }),
      { provider: 'p' },
      'set',
      undefined,
    ],
    [
      'a template asks no allow-list',
      { T: secret },
      { secrets: { providers: { default: { source: 'env', allowlist: ['X'] } } } },
      { form: 'template' as const },
      'set',
      undefined,
    ],
    [
      'of no provider',
      { T: secret },
      {},
      { provider: 'p' },
      'unresolved-ref',
      'secrets.providers.p is not configured',
    ],
    [
      'of another kind of provider',
      { T: secret },
      provider({ source: 'file', path: '/x' }),
      { provider: 'p' },
      'unresolved-ref',
      'secrets.providers.p is of another source than env',
    ],
    [
      'of the default by another name',
      { T: secret },
      { secrets: { defaults: { env: 'e' } } },
      { provider: 'e' },
      'set',
      undefined,
    ],
    [
      'no valid id',
      {},
      {},
      { id: '(invalid)' },
      'unresolved-ref',
      'not a valid id of the source env',
    ],
  ])('%s', async (_, environment, config, ref, state, reason) => {
    const result = await resolve(ref, { config, environment });
    expect(result.mark.state).toBe(state);
    expect(result.reason).toBe(reason);
    if (state === 'set') expect(result.needles).toContain(secret);
  });
});

describe('files', () => {
  const json = provider({ source: 'file', path: '~/s.json' });
  const single = provider({ source: 'file', path: '~/s.json', mode: 'singleValue' });
  const inFile = { source: 'file', provider: 'p', id: '/a/b~1c' } as const;
  const value = { ...inFile, id: 'value' };
  const write = (content: unknown, mode?: number) => (home: string) =>
    put(join(home, 's.json'), content, mode);

  it.each([
    ['a pointer', inFile, json, write({ a: { 'b/c': secret } }), 'set', undefined],
    ['a single value', value, single, write(`\ufeff${secret}\r\n`), 'set', undefined],
    [
      'a relative path',
      inFile,
      provider({ source: 'file', path: 'sec/s.json' }),
      write({ a: { 'b/c': secret } }),
      'unreadable',
      'its path is relative, and OpenClaw takes that from the directory that it was started in',
    ],
    [
      'another id of a single value',
      inFile,
      single,
      write(secret),
      'unresolved-ref',
      'a singleValue provider knows only the id "value"',
    ],
    [
      'nothing at the pointer',
      inFile,
      json,
      write({ a: {} }),
      'unresolved-ref',
      'nothing at the JSON pointer',
    ],
    [
      'a prototype member',
      { ...inFile, id: '/constructor/name' },
      json,
      write({}),
      'unresolved-ref',
      'nothing at the JSON pointer',
    ],
    [
      'a number',
      inFile,
      json,
      write({ a: { 'b/c': 1 } }),
      'unresolved-ref',
      'the value is not a text',
    ],
    ['a blank', inFile, json, write({ a: { 'b/c': '' } }), 'unresolved-ref', 'the value is blank'],
    ['not JSON', inFile, json, write(`{"a": "${secret}`), 'unresolved-ref', 'not valid JSON'],
    ['not an object', inFile, json, write([]), 'unresolved-ref', 'not a JSON object'],
    ['absent', inFile, json, async () => undefined, 'unresolved-ref', 'ENOENT'],
    [
      'readable by others',
      inFile,
      json,
      write({ a: { 'b/c': secret } }, 0o644),
      'unresolved-ref',
      'readable or writable by group or others, which OpenClaw refuses',
    ],
    [
      'no path',
      inFile,
      provider({ source: 'file' }),
      async () => undefined,
      'unresolved-ref',
      'path is not set',
    ],
    [
      'too large',
      inFile,
      provider({ source: 'file', path: '~/s.json', maxBytes: 10 }),
      write({ a: { 'b/c': secret } }),
      'unresolved-ref',
      'larger than 10 bytes',
    ],
  ])('%s', async (_, ref, config, prepare, state, reason) => {
    const result = await resolve(ref, { config, prepare });
    expect(result.mark.state).toBe(state);
    if (reason === undefined) expect(result.needles).toContain(secret);
    else expect(result.reason).toContain(reason);
  });

  it('refuses a symbolic link, and says which file', async () => {
    const prepare = async (home: string) => {
      await put(join(home, 'real.json'), { a: { 'b/c': secret } });
      await symlink(join(home, 'real.json'), join(home, 's.json'));
    };
    const result = await resolve(inFile, { config: json, prepare });
    expect(result).toMatchObject({
      mark: { state: 'unresolved-ref' },
      reason: '~/s.json: a symbolic link',
    });
  });

  it('takes an open file where the config allows it', async () => {
    const config = provider({ source: 'file', path: '~/s.json', allowInsecurePath: true });
    const prepare = write({ a: { 'b/c': secret } }, 0o644);
    expect((await resolve(inFile, { config, prepare })).mark.state).toBe('set');
  });

  it.skipIf(process.getuid?.() === 0)('is unreadable, not unresolved, without rights', async () => {
    const prepare = async (home: string) =>
      chmod(await put(join(home, 's.json'), { a: { 'b/c': secret } }), 0);
    const result = await resolve(inFile, { config: json, prepare });
    expect(result.mark.state).toBe('unreadable');
  });
});

it('never runs an exec provider', async () => {
  const config = provider({ source: 'exec', command: '/bin/sh', args: ['-c', 'touch ~/ran'] });
  const result = await resolve({ source: 'exec', provider: 'p', id: 'x' }, { config });
  expect(result).toMatchObject({
    mark: { state: 'unresolved-ref' },
    reason: 'an exec provider: never run by this tool',
  });
});

describe('the store of 2026.9', () => {
  const schema =
    'CREATE TABLE secret_store_entries(scope_kind TEXT, scope_id TEXT, name TEXT, value TEXT, deleted_at_ms INTEGER) STRICT';
  const rows = [
    schema,
    `INSERT INTO secret_store_entries VALUES('team', '', 'GW', '${secret}', NULL)`,
    `INSERT INTO secret_store_entries VALUES('team', '', 'OLD', '${secret}', 5)`,
    `INSERT INTO secret_store_entries VALUES('identity', 'x', 'MINE', '${secret}', NULL)`,
  ];
  it.each([
    ['GW', 'set'],
    ['OLD', 'unresolved-ref'],
    ['MINE', 'unresolved-ref'],
    ['NONE', 'unresolved-ref'],
  ])('%s is %s', async (id, state) => {
    const result = await resolve(
      { source: 'store', id },
      {
        prepare: (home) =>
          liveDatabase(join(home, '.openclaw', 'state', 'openclaw.sqlite'), { base: rows }),
      },
    );
    expect(result.mark.state).toBe(state);
  });

  it('is unresolved where there is no database', async () => {
    const result = await resolve({ source: 'store', id: 'GW' }, {});
    expect(result).toMatchObject({
      mark: { state: 'unresolved-ref' },
      reason: '~/.openclaw/state/openclaw.sqlite: absent',
    });
  });
});

describe('what one line refuses and another takes', () => {
  const file = provider({ source: 'file', path: '~/s.json' });
  const ref: Partial<SecretRef> = { source: 'file', provider: 'p', id: '/t' };

  it('is a file with two names', async () => {
    const prepare = async (home: string) => {
      await put(join(home, 's.json'), { t: secret });
      await chmod(join(home, 's.json'), 0o600);
      await link(join(home, 's.json'), join(home, 'twin.json'));
    };
    const found = await resolve(ref, { config: file, prepare });
    expect(found.mark.state).toBe('set');
    expect(found.refused).toEqual({
      lines: ['2026.9'],
      reason: '~/s.json: 2 hard links, and 2026.9 takes a file with one only',
    });
  });

  it('is nothing for a file with one', async () => {
    const prepare = async (home: string) => {
      await put(join(home, 's.json'), { t: secret });
      await chmod(join(home, 's.json'), 0o600);
    };
    const found = await resolve(ref, { config: file, prepare });
    expect(found.mark.state).toBe('set');
    expect(found.refused).toBeUndefined();
  });

  it('is the built-in store, before 2026.9', async () => {
    const found = await resolve({ source: 'store', id: 'gw' }, {});
    expect(found.refused?.lines).toEqual(['2026.3', '2026.5']);
  });
});
