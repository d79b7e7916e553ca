import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installObserver } from '../../src/observe/files/install.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

async function program(path: string): Promise<void> {
  await put(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
}

it('lists every openclaw, the first on PATH first, with the versions of their packages', async () => {
  const home = await temporaryHome();
  const pack = (version: unknown) => ({ name: 'openclaw', version });
  await put(join(home, 'lib/openclaw/package.json'), pack('2026.9.6'));
  await program(join(home, 'lib/openclaw/openclaw.mjs'));
  await mkdir(join(home, 'a'));
  await symlink(join(home, 'lib/openclaw/openclaw.mjs'), join(home, 'a/openclaw'));
  await program(join(home, 'b/openclaw'));
  await put(join(home, 'c/openclaw'), 'not executable');
  await mkdir(join(home, 'd/openclaw'), { recursive: true });
  await put(join(home, '.openclaw/package.json'), pack('\u001b[31mred'));
  await program(join(home, '.openclaw/bin/openclaw'));
  const path = ['none', 'a', 'b', 'c', 'd', 'a'].map((dir) => join(home, dir)).join(':');
  const context = gatewayContext(home, { env: { PATH: `:${path}` } });
  const result = await installObserver.observe(context);
  const own =
    result.state === 'ok' ? result.data.binaries.filter((b) => b.path.startsWith('~')) : [];
  expect(own).toEqual([
    {
      path: '~/a/openclaw',
      realPath: '~/lib/openclaw/openclaw.mjs',
      version: '2026.9.6',
      first: true,
      onPath: true,
      manager: 'source',
      root: '~/lib/openclaw',
    },
    {
      path: '~/b/openclaw',
      realPath: '~/b/openclaw',
      first: false,
      onPath: true,
      manager: 'unknown',
    },
    {
      path: '~/.openclaw/bin/openclaw',
      realPath: '~/.openclaw/bin/openclaw',
      first: false,
      onPath: false,
      manager: 'installer',
    },
  ]);
});

it('calls nothing first when PATH has none', async () => {
  const home = await temporaryHome();
  await program(join(home, '.local/bin/openclaw'));
  const result = await installObserver.observe(gatewayContext(home, { env: { PATH: '' } }));
  const binaries = result.state === 'ok' ? result.data.binaries : [];
  expect(binaries.map((b) => b.path)).toContain('~/.local/bin/openclaw');
  expect(binaries.every((b) => !b.first)).toBe(true);
});
